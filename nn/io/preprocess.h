#pragma once

#include <cstdint>
#include <string>

#include "odin/nn/input_size.h"

namespace odin::nn {

/// Limit of a network's input in a file and of pictures for networks that take any size, because
/// files are untrusted and memory is allocated by it.
inline constexpr std::int64_t kMostPixelsASide = 1024;

/// How pictures are made as large as a network's input. In a model file it is the metadata
/// "preprocess", JSON:
///
///     {"mode":"squeeze","filter":"triangle"}             to the input's height and width at once,
///                                                        whatever that does to the proportions
///     {"mode":"crop","shorter":256,"filter":"bicubic"}   the shorter side to so many pixels, then
///                                                        the middle part (ImageNet's networks)
///     {"mode":"none","longest":1024,"filter":"triangle"} only for networks of any size: as they
///                                                        are, the larger ones reduced until no
///                                                        side is longer than this
///
/// Without it pictures are squeezed, or for networks of any size left as they are, with the
/// triangle filter. Both filters are antialiased.
struct Preprocess {
  enum class Mode { squeeze, crop, none };
  enum class Filter { triangle, bicubic };

  Mode mode = Mode::squeeze;
  Filter filter = Filter::triangle;
  std::int64_t shorter = 0;                 ///< crop: the shorter side before it
  std::int64_t longest = kMostPixelsASide;  ///< none: of the longer side

  friend bool operator==(const Preprocess&, const Preprocess&) = default;
};

/// The one for networks whose file has none.
Preprocess default_preprocess(const InputSize& input);

/// Throws Error unless the numbers are possible and fit the input.
void check(const Preprocess& preprocess, const InputSize& input);

/// Parses the JSON above. Throws Error for anything else, unknown members included.
Preprocess parse_preprocess(const std::string& text);
/// The JSON above.
std::string to_json_text(const Preprocess& preprocess);

/// "squeezed to 32x32 (triangle filter)", for people.
std::string in_words(const Preprocess& preprocess, const InputSize& input);

/// "224x160": width, then height; "any size".
std::string size_in_words(const InputSize& input);

}  // namespace odin::nn
