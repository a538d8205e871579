#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "odin/native/pictures/image.h"
#include "odin/native/sets/image_fit.h"
#include "odin/native/sets/labelled_images.h"
#include "odin/native/sets/note_counts.h"
#include "odin/native/sets/set_spec.h"

namespace odin::native {

/// The images of a folder with one subfolder for each class.
struct ClassFolders {
  std::vector<std::string> classes;          ///< the folders' names, in natural order
  std::vector<std::filesystem::path> files;  ///< class by class, each in natural order
  std::vector<std::int64_t> labels;          ///< of the files: positions in `classes`
  std::vector<std::filesystem::path> loose;  ///< images outside the subfolders, without a class
  OtherPictures others;                      ///< pictures of formats that odin does not read
};

/// Finds images (by has_image_name) at any depth below their class's folder. Links are followed;
/// hidden files and folders are skipped. Throws Error if there are fewer than two classes, if a
/// class has no images or its name is not UTF-8, and if the folders are splits (train, test).
ClassFolders find_class_folders(const std::filesystem::path& folder);

/// The images of a folder: as find_class_folders if it contains only subfolders, or the images
/// directly in it, without classes. Throws Error if there are no images, or images in both places.
ClassFolders find_pictures(const std::filesystem::path& folder);

struct ReadingOptions {
  ImageFit fit = {};    ///< what the images are made of; not for networks of any size
  bool strict = false;  ///< throw for an image that would be skipped
  /// Positions of the files to read, ascending; without it all of them.
  std::optional<std::vector<std::int64_t>> chosen = {};
  /// Called now and then with the number of images processed.
  std::function<void(std::int64_t done, std::int64_t all)> progress = {};
};

struct ReadFolders {
  Dataset data;                      ///< in the order of the files
  std::vector<std::string> skipped;  ///< one line for each loose or unreadable image, naming it
  NoteCounts notes;                  ///< of the images read
};

/// Decodes the images on all threads and converts them as fit_image does. Throws Error for
/// the first image that has another size and no transform, or that would be skipped if `strict`;
/// and if images of a class were chosen and none can be read.
ReadFolders read_class_folders(const ClassFolders& found, const ReadingOptions& options);

}  // namespace odin::native
