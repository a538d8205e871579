#include <algorithm>
#include <array>
#include <string_view>

#include "odin/native/pictures/image.h"
#include "odin/native/pictures/image_error.h"

namespace odin::native {
namespace {

constexpr std::array<std::string_view, 4> kExtensions = {".png", ".jpg", ".jpeg", ".bmp"};

}  // namespace

bool natural_less(const std::string& a, const std::string& b) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  // After removing leading zeros, a longer run of digits is a larger number.
  const auto take_number = [&](const std::string& s, std::size_t& at) {
    while (at < s.size() && s[at] == '0') ++at;
    const std::size_t first = at;
    while (at < s.size() && is_digit(s[at])) ++at;
    return std::string_view(s).substr(first, at - first);
  };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      const auto x = take_number(a, i), y = take_number(b, j);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
      ++i, ++j;
    }
  }
  if (i < a.size() || j < b.size()) return j < b.size();
  return a < b;  // they differ in leading zeros at most
}

bool has_image_name(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

std::vector<std::filesystem::path> list_images(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  const std::string prefix = image_error_prefix(folder.string());
  require(fs::is_directory(folder, error), prefix, "not a folder");
  std::vector<fs::path> found;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const bool hidden = entry->path().filename().string().starts_with('.');
    std::error_code ignored;
    // A pipe in a folder, which nobody may ever write to, would be waited for.
    if (!hidden && has_image_name(entry->path()) && !entry->is_directory(ignored) &&
        !entry->is_fifo(ignored))
      found.push_back(entry->path());
  }
  require(!error, prefix, error.message());
  require(!found.empty(), prefix,
          "no images in this folder (expected files that end in .png, .jpg, .jpeg or .bmp)");
  std::sort(found.begin(), found.end(), [](const fs::path& a, const fs::path& b) {
    return natural_less(a.filename().string(), b.filename().string());
  });
  return found;
}

}  // namespace odin::native
