#include "odin/native/training/shared_images.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "odin/native/system/file_id.h"

namespace odin::native {
namespace {

/// Files that cannot be found any more are left out.
std::set<FileId> ids_of(const std::vector<std::filesystem::path>& files) {
  std::set<FileId> ids;
  for (const std::filesystem::path& file : files)
    if (const auto id = file_id(file)) ids.insert(*id);
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
