#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "odin/native/sets/labelled_images.h"
#include "odin/native/sets/set_spec.h"

namespace odin::native {

/// The pictures of a folder that holds one folder a class.
struct ClassFolders {
  std::vector<std::string> classes;          ///< the folders' names, in natural order
  std::vector<std::filesystem::path> files;  ///< class after class, each in natural order
  std::vector<std::int64_t> labels;          ///< of the files: positions in `classes`
  std::vector<std::filesystem::path> loose;  ///< pictures beside the folders, in no class
};

/// Pictures (PNG, JPEG, BMP) count however deep below their class's folder they lie, links are
/// followed, and what is hidden is passed over. Throws Error when there are fewer than two classes,
/// when a class has no pictures or no name in UTF-8, and when the folders are splits (train, test).
ClassFolders find_class_folders(const std::filesystem::path& folder);

/// The pictures of a folder: as find_class_folders where it holds folders and no pictures directly,
/// else those directly in it, without classes. Throws Error when there are none, or some in either
/// place.
ClassFolders find_pictures(const std::filesystem::path& folder);

struct ReadingOptions {
  Transform transform = Transform::none;
  bool strict = false;     ///< a picture that would be skipped is an error
  std::uint64_t seed = 1;  ///< of random patches
  /// Told now and then how many pictures have been looked at.
  std::function<void(std::int64_t done, std::int64_t all)> progress = {};
};

struct ReadFolders {
  Dataset data;                      ///< in the order of the files, 3 KB an image
  std::vector<std::string> skipped;  ///< one line for each loose or unreadable picture, naming it
};

/// Decodes the pictures on all threads and makes them 32x32 as fit_image does. Throws Error, for
/// the first such file, when one has a size that is not to be changed or, if strict, is to be
/// skipped; and when no picture of a class can be read.
ReadFolders read_class_folders(const ClassFolders& found, const ReadingOptions& options);

}  // namespace odin::native
