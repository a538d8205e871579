#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace odin::native {

/// How an image of another size is converted to the network's (image_fit.h).
enum class Transform {
  none,           ///< by the network's preprocessing; at 32x32 other sizes are an error
  crop,           ///< a random patch
  center,         ///< the largest middle part of the network's proportions, triangle filter
  resize,         ///< the whole image, triangle filter
  resize_box,     ///< the whole image, box filter (mean over areas)
  resize_aliased  ///< the whole image, nearest pixel without a filter (aliasing)
};

/// A set of images as named on the command line:
///
///     KIND:DIR or KIND:N, then any of @TRANSFORM, #train, #FIRST-LAST, #held-out=N in any order
///     NAME=SET, the same under a name for tables, which has no ':'
///
/// cifar10:DIR, cifar100:DIR, mnist:DIR, svhn:DIR (the test split unless #train), folder:DIR,
/// list:FILE@ROOT (without @ROOT: the folder of FILE), uniform:N, gaussian:N.
/// A '@' or '#' with a '/' somewhere after it is part of DIR.
struct SetSpec {
  enum class Kind { cifar10, cifar100, folder, uniform, gaussian, mnist, svhn, list };
  /// Positions of images, both inclusive.
  struct Range {
    std::int64_t first, last;
  };
  /// The images that `odin train --validation count --seed seed` does not learn from (split_off()).
  struct HeldOut {
    std::int64_t count;
    std::uint64_t seed = 1;
  };

  std::string text;  ///< as given
  std::string name;  ///< of NAME=SET; otherwise empty
  Kind kind = Kind::folder;
  std::string place;       ///< what stands behind KIND:, without the suffixes
  std::string folder;      ///< of all kinds but noise; the ROOT of a list
  std::string list;        ///< the FILE of a list
  std::int64_t count = 0;  ///< uniform, gaussian
  Transform transform = Transform::none;
  bool train = false;  ///< also where `held_out` is given
  std::optional<Range> range;
  std::optional<HeldOut> held_out;
};

/// Parses a SET without accessing any file. Throws Error, which says what was expected, if `text`
/// is not one.
SetSpec parse_set(const std::string& text);

/// The name, or the text if there is none.
std::string shown_name(const SetSpec& set);

/// The last part of DIR: "images" of folder:/data/images/@crop. Empty for noise.
std::string last_folder(const SetSpec& set);

/// The set's text without the parent folders of DIR: folder:images@crop.
std::string without_folders(const SetSpec& set);

/// "none", "crop", "center", "resize", "resize-box", "resize-aliased".
std::string name_of(Transform transform);

/// A paragraph about the grammar for --help.
extern const char* const kSetHelp;

}  // namespace odin::native
