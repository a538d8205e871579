#include "odin/native/training/shared_images.h"

#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace odin::native {
namespace {

using FileId = std::pair<dev_t, ino_t>;

/// Files that cannot be found any more are left out.
std::set<FileId> ids_of(const std::vector<std::filesystem::path>& files) {
  std::set<FileId> ids;
  for (const std::filesystem::path& file : files) {
    struct stat found;
    if (::stat(file.c_str(), &found) == 0) ids.emplace(found.st_dev, found.st_ino);
  }
  return ids;
}

template <class Sorted>
std::int64_t common(const Sorted& a, const Sorted& b) {
  std::vector<typename Sorted::value_type> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return std::ssize(both);
}

}  // namespace

std::int64_t shared_images(const ChosenImages& train, const ChosenImages& test) {
  if (train.kind != test.kind) return 0;
  if (train.kind == SetSpec::Kind::folder) return common(ids_of(train.files), ids_of(test.files));
  std::error_code ignored;
  const bool same_files =
      train.train == test.train && std::filesystem::equivalent(train.folder, test.folder, ignored);
  return same_files ? common(train.positions, test.positions) : 0;
}

}  // namespace odin::native
