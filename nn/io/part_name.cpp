#include "odin/nn/io/part_name.h"

#include <cstddef>
#include <random>
#include <string_view>

namespace odin::nn {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnd = ".part";
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t kRandomLetters = 6;

}  // namespace

fs::path folder_of_file(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

/// Shortened, since a name has at most 255 bytes.
std::string beginning_of_parts(const fs::path& target) {
  return target.filename().string().substr(0, 255 - kRandomLetters - kEnd.size() - 1) + ".";
}

fs::path random_part_name(const fs::path& target) {
  static thread_local std::mt19937_64 random{std::random_device{}()};
  std::string name = beginning_of_parts(target);
  for (std::size_t i = 0; i < kRandomLetters; ++i) name += kLetters[random() % kLetters.size()];
  return folder_of_file(target) / (name += kEnd);
}

bool is_part_name(const std::string& name, const std::string& beginning) {
  if (!name.starts_with(beginning) || !name.ends_with(kEnd) ||
      name.size() != beginning.size() + kRandomLetters + kEnd.size())
    return false;
  const auto letters = std::string_view(name).substr(beginning.size(), kRandomLetters);
  return letters.find_first_not_of(kLetters) == letters.npos;
}

}  // namespace odin::nn
