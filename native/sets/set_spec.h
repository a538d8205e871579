#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace odin::native {

/// How an image of another size becomes 32x32.
enum class Transform {
  none,           ///< not at all: other sizes are refused
  crop,           ///< a random 32x32 patch
  center,         ///< the middle square, as wide as the short side, triangle filter
  resize,         ///< the whole picture, triangle filter
  resize_box,     ///< the whole picture, means over areas
  resize_aliased  ///< the whole picture, nearest pixel: fine patterns become coarse ones
};

/// A set of images as named on the command line:
///
///     KIND:DIR or KIND:N, then any of @TRANSFORM, #train, #FIRST-LAST in any order
///
/// cifar10:DIR, cifar100:DIR (the test split unless #train), folder:DIR, uniform:N, gaussian:N.
/// A '@' or '#' that a '/' follows belongs to DIR.
struct SetSpec {
  enum class Kind { cifar10, cifar100, folder, uniform, gaussian };
  /// Positions of images, both included.
  struct Range {
    std::int64_t first, last;
  };

  std::string text;  ///< as it was given
  Kind kind = Kind::folder;
  std::string folder;      ///< cifar10, cifar100, folder
  std::int64_t count = 0;  ///< uniform, gaussian
  Transform transform = Transform::none;
  bool train = false;
  std::optional<Range> range;
};

/// Throws Error, which says what was expected, when `text` is not such a name. No file is touched.
SetSpec parse_set(const std::string& text);

/// The last part of DIR: "images" of folder:/data/images/@crop. Empty for noise.
std::string last_folder(const SetSpec& set);

/// The set's text without the folders that DIR lies in: folder:images@crop.
std::string without_folders(const SetSpec& set);

/// "none", "crop", "center", "resize", "resize-box", "resize-aliased".
std::string name_of(Transform transform);

/// A paragraph on the grammar for --help.
extern const char* const kSetHelp;

}  // namespace odin::native
