#include "odin/native/sets/class_folders.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "odin/native/pictures/image.h"
#include "odin/native/sets/image_fit.h"
#include "odin/native/system/utf8.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/parallel.h"

namespace odin::native {
namespace {

namespace fs = std::filesystem;

struct Listing {
  std::vector<fs::path> folders, pictures;
};

Listing list(const fs::path& folder) {
  Listing found;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.filename().string().starts_with('.')) continue;
    std::error_code ignored;
    if (entry->is_directory(ignored))
      found.folders.push_back(path);
    else if (has_image_name(path) && !entry->is_fifo(ignored))
      found.pictures.push_back(path);
  }
  require(!error, nn::quote(folder.string()), ": ", error.message());
  for (auto* paths : {&found.folders, &found.pictures})
    std::sort(paths->begin(), paths->end(), [](const fs::path& a, const fs::path& b) {
      return natural_less(a.filename().string(), b.filename().string());
    });
  return found;
}

/// `seen` prevents endless recursion through links.
void collect_pictures(const fs::path& folder, std::set<fs::path>& seen,
                      std::vector<fs::path>& files) {
  std::error_code error;
  const fs::path real = fs::canonical(folder, error);
  require(!error, nn::quote(folder.string()), ": ", error.message());
  if (!seen.insert(real).second) return;
  const Listing found = list(folder);
  files.insert(files.end(), found.pictures.begin(), found.pictures.end());
  for (const fs::path& inner : found.folders) collect_pictures(inner, seen, files);
}

bool has_pictures(const fs::path& folder) {
  std::set<fs::path> seen;
  std::vector<fs::path> files;
  collect_pictures(folder, seen, files);
  return !files.empty();
}

/// Folders with these names are probably splits, and the given path is one level too high.
bool are_splits(const std::vector<std::string>& names) {
  constexpr std::array<std::string_view, 7> kSplits = {"train",      "training", "val",    "valid",
                                                       "validation", "test",     "testing"};
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::find(kSplits.begin(), kSplits.end(), name) != kSplits.end();
  });
}

void check_classes(const ClassFolders& found, const Listing& top, const std::string& folder) {
  require(
      !found.classes.empty(), folder, " has no folders in it, expected one a class",
      top.pictures.empty() ? "" : ", named like it, with its pictures: they lie directly in it");
  const std::string& first = found.classes.front();
  require(found.classes.size() > 1, folder, " has one class only, ", nn::quote(first),
          ", expected a folder for each of two or more");
  require(!are_splits(found.classes), folder, " holds splits (", nn::quote(first),
          ", ...), not classes; expected one of them, such as ", folder, "/", first);

  std::vector<std::int64_t> pictures(found.classes.size());
  for (const std::int64_t label : found.labels) ++pictures[static_cast<std::size_t>(label)];
  std::string empty;
  for (std::size_t c = 0; c < pictures.size(); ++c)
    if (pictures[c] == 0) empty += (empty.empty() ? "" : ", ") + nn::quote(found.classes[c]);
  require(empty.empty(), folder, ": no pictures (.png, .jpg, .jpeg, .bmp) in ", empty);
}

/// The bytes of an image, or why it could not be read.
struct Picture {
  std::array<std::uint8_t, Dataset::kImageBytes> bytes;
  std::string unreadable, misfit;
};

std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

Picture read_picture(const fs::path& file, std::int64_t number, const ReadingOptions& options) {
  Picture picture;
  tensor::Tensor pixels;
  picture.unreadable = message_of([&] { pixels = load_image(file).pixels; });
  if (!picture.unreadable.empty()) return picture;
  picture.misfit = message_of([&] {
    pixels = fit_image(pixels, options.transform, file, options.seed, number).contiguous();
  });
  if (!picture.misfit.empty()) return picture;
  const float* values = pixels.data<float>();
  std::transform(values, values + Dataset::kImageBytes, picture.bytes.begin(), [](float v) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(v, 0.0f, 1.0f) * 255));
  });
  return picture;
}

std::vector<Picture> read_pictures(const std::vector<fs::path>& files, std::int64_t first,
                                   std::int64_t count, const ReadingOptions& options) {
  std::vector<Picture> pictures(static_cast<std::size_t>(count));
  tensor::parallel_for(count, 1, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = begin; i < end; ++i)
      pictures[static_cast<std::size_t>(i)] =
          read_picture(files[static_cast<std::size_t>(first + i)], first + i, options);
  });
  return pictures;
}

void check_all_classes_left(const Dataset& data) {
  std::vector<bool> left(data.classes.size());
  for (const std::int64_t label : data.labels) left[static_cast<std::size_t>(label)] = true;
  for (std::size_t c = 0; c < left.size(); ++c)
    require(left[c], "no picture of class ", nn::quote(data.classes[c]), " can be read");
}

}  // namespace

ClassFolders find_class_folders(const fs::path& folder) {
  const std::string name = nn::quote(folder.string());
  std::error_code error;
  require(fs::is_directory(folder, error), name,
          fs::exists(folder, error) ? " is not a folder" : " does not exist",
          ", expected a folder that holds one folder of pictures a class");
  Listing top = list(folder);
  ClassFolders found;
  for (const fs::path& inner : top.folders) {
    const std::string class_name = inner.filename().string();
    require(is_utf8(class_name), name, ": the folder's name ", nn::quote(class_name),
            " is not UTF-8, as the names of classes are; rename it");
    std::set<fs::path> seen;
    collect_pictures(inner, seen, found.files);
    found.labels.resize(found.files.size(), std::ssize(found.classes));
    found.classes.push_back(class_name);
  }
  check_classes(found, top, name);
  found.loose = std::move(top.pictures);
  return found;
}

ClassFolders find_pictures(const fs::path& folder) {
  std::error_code ignored;
  require(fs::is_directory(folder, ignored), nn::quote(folder.string()),
          fs::exists(folder, ignored) ? " is not a folder" : " does not exist",
          ", expected a folder of images (PNG, JPEG or BMP)");
  const Listing top = list(folder);
  if (top.pictures.empty() && top.folders.size() == 1)
    fail(nn::quote(folder.string()), " has no pictures directly in it and one folder only, ",
         nn::quote(top.folders.front().string()),
         ": name that one, if the pictures lie there, or have a folder for each of two or more "
         "classes");
  if (top.pictures.empty() && !top.folders.empty()) return find_class_folders(folder);
  for (const fs::path& inner : top.folders)
    require(!has_pictures(inner), nn::quote(folder.string()),
            " has pictures directly in it and in its folder ", nn::quote(inner.string()),
            ", expected either a set without classes or one with a folder a class");
  ClassFolders found;
  found.files = list_images(folder);
  return found;
}

ReadFolders read_class_folders(const ClassFolders& found, const ReadingOptions& options) {
  // Parts one after another, each on all threads, so that errors show early and the error reported
  // is always the first.
  constexpr std::int64_t kPart = 256;
  const std::int64_t all = std::ssize(found.files);
  ReadFolders result;
  Dataset& data = result.data;
  data.classes = found.classes;
  data.pixels.reserve(static_cast<std::size_t>(all * Dataset::kImageBytes));
  const auto skip = [&](const std::string& why) {
    require(!options.strict, why);
    result.skipped.push_back(why);
  };
  for (const fs::path& file : found.loose)
    skip("image: " + nn::quote(file.string()) +
         ": in no class, since it lies beside their folders");
  for (std::int64_t first = 0; first < all; first += kPart) {
    const std::vector<Picture> part =
        read_pictures(found.files, first, std::min(kPart, all - first), options);
    for (std::size_t i = 0; i < part.size(); ++i) {
      require(part[i].misfit.empty(), part[i].misfit);
      if (!part[i].unreadable.empty()) {
        skip(part[i].unreadable);
        continue;
      }
      data.pixels.insert(data.pixels.end(), part[i].bytes.begin(), part[i].bytes.end());
      data.labels.push_back(found.labels[static_cast<std::size_t>(first) + i]);
    }
    if (options.progress) options.progress(first + std::ssize(part), all);
  }
  check_all_classes_left(data);
  return result;
}

}  // namespace odin::native
