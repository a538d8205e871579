#include "odin/native/sets/class_folders.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>
#include <span>

#include "odin/native/pictures/image.h"
#include "odin/native/pictures/picture.h"
#include "odin/native/system/utf8.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/parallel.h"

namespace odin::native {
namespace {

namespace fs = std::filesystem;

/// `seen` prevents endless recursion through links.
void collect_pictures(const fs::path& folder, std::set<fs::path>& seen, ClassFolders& to) {
  std::error_code error;
  const fs::path real = fs::canonical(folder, error);
  require(!error, nn::quote(folder.string()), ": ", error.message());
  if (!seen.insert(real).second) return;
  const FolderContents found = list_folder(folder);
  to.files.insert(to.files.end(), found.images.begin(), found.images.end());
  for (const auto& [ending, count] : found.others) to.others[ending] += count;
  for (const fs::path& inner : found.folders) collect_pictures(inner, seen, to);
}

bool has_pictures(const fs::path& folder) {
  std::set<fs::path> seen;
  ClassFolders found;
  collect_pictures(folder, seen, found);
  return !found.files.empty();
}

/// Folders with these names are probably splits, and the given path is one level too high.
bool are_splits(const std::vector<std::string>& names) {
  constexpr std::array<std::string_view, 7> kSplits = {"train",      "training", "val",    "valid",
                                                       "validation", "test",     "testing"};
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::find(kSplits.begin(), kSplits.end(), name) != kSplits.end();
  });
}

void check_classes(const ClassFolders& found, const FolderContents& top,
                   const std::string& folder) {
  require(!found.classes.empty(), folder, " has no folders in it, expected one a class",
          top.images.empty() ? "" : ", named like it, with its pictures: they lie directly in it");
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
  const std::string others = other_pictures_note(found.others);
  require(empty.empty(), folder, ": no pictures (.png, .jpg, .jpeg, .webp, .bmp) in ", empty,
          others.empty() ? "" : "; ", others);
}

/// The bytes of an image, or why it could not be read.
struct ReadImage {
  std::vector<std::uint8_t> bytes;
  std::vector<std::string> notes;
  std::string unreadable, misfit;
};

std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const ResourceError&) {
    throw;
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

ReadImage read_image(const fs::path& file, std::int64_t number, const ReadingOptions& options) {
  ReadImage image;
  std::optional<Picture> picture;
  image.unreadable = message_of([&] { picture = load_picture(file); });
  if (!picture) return image;
  image.notes = picture->notes(options.fit.input.channels);
  image.misfit = message_of(
      [&] { append_bytes(fit_image(*picture, options.fit, file, number), image.bytes); });
  return image;
}

std::vector<ReadImage> read_images(const std::vector<fs::path>& files,
                                   std::span<const std::int64_t> positions,
                                   const ReadingOptions& options) {
  std::vector<ReadImage> pictures(positions.size());
  tensor::parallel_for(std::ssize(positions), 1, [&](std::int64_t begin, std::int64_t end) {
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
      pictures[i] =
          read_image(files[static_cast<std::size_t>(positions[i])], positions[i], options);
  });
  return pictures;
}

std::vector<std::int64_t> chosen_files(const ClassFolders& found, const ReadingOptions& options) {
  if (options.chosen) return *options.chosen;
  std::vector<std::int64_t> all(found.files.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

void check_all_classes_left(const Dataset& data, const std::set<std::int64_t>& chosen) {
  const std::set<std::int64_t> left(data.labels.begin(), data.labels.end());
  for (const std::int64_t label : chosen)
    require(left.contains(label), "no picture of class ",
            nn::quote(data.classes[static_cast<std::size_t>(label)]), " can be read");
}

}  // namespace

ClassFolders find_class_folders(const fs::path& folder) {
  const std::string name = nn::quote(folder.string());
  std::error_code error;
  require(fs::is_directory(folder, error), name,
          fs::exists(folder, error) ? " is not a folder" : " does not exist",
          ", expected a folder that holds one folder of pictures a class");
  FolderContents top = list_folder(folder);
  ClassFolders found;
  for (const fs::path& inner : top.folders) {
    const std::string class_name = inner.filename().string();
    require(is_utf8(class_name), name, ": the folder's name ", nn::quote(class_name),
            " is not UTF-8, as the names of classes are; rename it");
    std::set<fs::path> seen;
    collect_pictures(inner, seen, found);
    found.labels.resize(found.files.size(), std::ssize(found.classes));
    found.classes.push_back(class_name);
  }
  for (const auto& [ending, count] : top.others) found.others[ending] += count;
  check_classes(found, top, name);
  found.loose = std::move(top.images);
  return found;
}

ClassFolders find_pictures(const fs::path& folder) {
  std::error_code ignored;
  require(fs::is_directory(folder, ignored), nn::quote(folder.string()),
          fs::exists(folder, ignored) ? " is not a folder" : " does not exist",
          ", expected a folder of images (PNG, JPEG, WebP or BMP)");
  const FolderContents top = list_folder(folder);
  if (top.images.empty() && top.folders.size() == 1)
    fail(nn::quote(folder.string()), " has no pictures directly in it and one folder only, ",
         nn::quote(top.folders.front().string()),
         ": name that one, if the pictures lie there, or have a folder for each of two or more "
         "classes");
  if (top.images.empty() && !top.folders.empty()) return find_class_folders(folder);
  for (const fs::path& inner : top.folders)
    require(!has_pictures(inner), nn::quote(folder.string()),
            " has pictures directly in it and in its folder ", nn::quote(inner.string()),
            ", expected either a set without classes or one with a folder a class");
  ClassFolders found;
  found.files = list_images(folder);
  found.others = top.others;
  return found;
}

ReadFolders read_class_folders(const ClassFolders& found, const ReadingOptions& options) {
  // Parts one after another, each on all threads, so that errors show early and the error reported
  // is always the first.
  constexpr std::int64_t kPart = 256;
  const std::vector<std::int64_t> chosen = chosen_files(found, options);
  const std::int64_t all = std::ssize(chosen);
  std::set<std::int64_t> labels;  // of the chosen files
  ReadFolders result;
  Dataset& data = result.data;
  data.classes = found.classes;
  data.input = options.fit.input;
  check_memory_for(all, data.input);
  data.pixels.reserve(static_cast<std::size_t>(all * data.image_bytes()));
  const auto skip = [&](const std::string& why) {
    require(!options.strict, why);
    result.skipped.push_back(why);
  };
  for (const fs::path& file : found.loose)
    skip("image: " + nn::quote(file.string()) +
         ": in no class, since it lies beside their folders");
  for (std::int64_t first = 0; first < all; first += kPart) {
    const auto positions = std::span(chosen).subspan(
        static_cast<std::size_t>(first), static_cast<std::size_t>(std::min(kPart, all - first)));
    const std::vector<ReadImage> part = read_images(found.files, positions, options);
    for (std::size_t i = 0; i < part.size(); ++i) {
      const std::int64_t label = found.labels[static_cast<std::size_t>(positions[i])];
      labels.insert(label);
      require(part[i].misfit.empty(), part[i].misfit);
      if (!part[i].unreadable.empty()) {
        skip(part[i].unreadable);
        continue;
      }
      result.notes.add(part[i].notes);
      data.pixels.insert(data.pixels.end(), part[i].bytes.begin(), part[i].bytes.end());
      data.labels.push_back(label);
    }
    if (options.progress) options.progress(first + std::ssize(part), all);
  }
  check_all_classes_left(data, labels);
  return result;
}

}  // namespace odin::native
