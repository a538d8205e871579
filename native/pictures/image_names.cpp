#include <algorithm>
#include <array>
#include <string_view>

#include "odin/native/pictures/image.h"
#include "odin/native/pictures/image_error.h"

namespace odin::native {
namespace {

constexpr std::array<std::string_view, 7> kReadEndings = {".png",  ".jpg",  ".jpeg", ".jpe",
                                                          ".jfif", ".webp", ".bmp"};
constexpr std::array<std::string_view, 38> kOtherEndings = {
    ".gif", ".tif", ".tiff", ".heic", ".heif", ".hif", ".avif", ".jxl", ".jp2", ".j2k",
    ".jpf", ".jpx", ".jxr",  ".mpo",  ".svg",  ".psd", ".xcf",  ".ico", ".pbm", ".pgm",
    ".ppm", ".pnm", ".pam",  ".pcx",  ".tga",  ".qoi", ".exr",  ".hdr", ".dds", ".apng",
    ".dng", ".cr2", ".cr3",  ".nef",  ".arw",  ".orf", ".rw2",  ".raf"};

std::string ending(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  return extension;
}

template <std::size_t n>
bool is_one_of(const std::array<std::string_view, n>& endings, const std::string& ending) {
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

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
  return is_one_of(kReadEndings, ending(path));
}

void count_other_picture(const std::filesystem::path& path, OtherPictures& others) {
  if (is_one_of(kOtherEndings, ending(path))) ++others[ending(path)];
}

FolderContents list_folder(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  FolderContents found;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.filename().string().starts_with('.')) continue;
    std::error_code ignored;
    if (entry->is_directory(ignored))
      found.folders.push_back(path);
    else if (entry->is_fifo(ignored))
      continue;  // a pipe, which nobody may ever write to, would be waited for
    else if (has_image_name(path))
      found.images.push_back(path);
    else
      count_other_picture(path, found.others);
  }
  require(!error, image_error_prefix(folder.string()), error.message());
  for (auto* paths : {&found.folders, &found.images})
    std::sort(paths->begin(), paths->end(), [](const fs::path& a, const fs::path& b) {
      return natural_less(a.filename().string(), b.filename().string());
    });
  return found;
}

std::string other_pictures_note(const OtherPictures& others) {
  std::int64_t all = 0;
  std::string kinds;
  for (const auto& [name, count] : others) {
    all += count;
    kinds += (kinds.empty() ? "" : ", ") + std::to_string(count) + " " + name;
  }
  if (all == 0) return "";
  return std::to_string(all) + (all == 1 ? " picture" : " pictures") + " not read: " + kinds +
         " (odin reads PNG, JPEG, WebP and BMP)";
}

std::vector<std::filesystem::path> list_images(const std::filesystem::path& folder) {
  const std::string prefix = image_error_prefix(folder.string());
  std::error_code ignored;
  require(std::filesystem::is_directory(folder, ignored), prefix, "not a folder");
  FolderContents found = list_folder(folder);
  const std::string others = other_pictures_note(found.others);
  require(!found.images.empty(), prefix,
          "no images in this folder (expected files that end in .png, .jpg, .jpeg, .jpe, .jfif, "
          ".webp or .bmp)",
          others.empty() ? "" : "; ", others);
  return std::move(found.images);
}

}  // namespace odin::native
