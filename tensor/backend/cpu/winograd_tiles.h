#pragma once

#include <algorithm>
#include <cstdint>

#include "odin/tensor/backend/cpu/conv.h"

namespace odin::tensor::cpu {

/// Several images, or bands of them, split into tiles of 4x4 results, each computed from 6x6
/// pixels.
struct WinogradTiles {
  WinogradTiles(std::int64_t height, std::int64_t width);

  std::int64_t height, width;          ///< of an image, in pixels
  std::int64_t top = 0, rows, cols;    ///< in tiles, of the image or a band of it
  std::int64_t first = 0, images = 0;  ///< the images [first, first + images) of the batch

  /// The tiles of band i of `bands` bands of nearly equal height.
  WinogradTiles band(std::int64_t i, std::int64_t bands) const;

  /// Into how many bands to divide each image of a batch: enough for the threads, and so many that
  /// the transformed tiles of one stay in the cache.
  std::int64_t bands(std::int64_t in, std::int64_t out, std::int64_t batch) const;

  std::int64_t of_image() const { return rows * cols; }
  /// The number of pixels of the band's results, and of those before them in a channel.
  std::int64_t pixels() const { return std::min(4 * rows, height - 4 * top) * width; }
  std::int64_t pixels_before() const { return 4 * top * width; }
  std::int64_t count() const { return images * of_image(); }

  /// How many images to process at a time: few enough that the transformed tiles stay in the cache,
  /// but enough tiles to amortize reading a large weight from memory.
  std::int64_t images_at_a_time(std::int64_t in, std::int64_t out, std::int64_t batch) const;

  /// v [36][block of lanes channels][tile][lanes]: B^T d B of every tile of map(x).
  void transform_input(const Images& x, const MapPointers& map, std::int64_t channels,
                       float* v) const;
  /// m [36][panel of 2 lanes channels][tile][2 lanes]: A dy A^T of every tile of dy.
  void transform_output_grad(const Images& dy, std::int64_t channels, float* m) const;
};

/// Whether the transformed weight is so small that each thread can read all of it for every image.
/// Then a thread does all steps for its own images, and no data move between threads. Otherwise all
/// threads work on each step together, and each reads only a part of the weight.
bool winograd_weight_is_small(std::int64_t in, std::int64_t out);
/// Whether it is so small that a thread can read all of it for a band of an image.
bool winograd_weight_is_tiny(std::int64_t in, std::int64_t out);

/// The number of values of a transformed tile.
inline constexpr std::int64_t kWinogradPositions = 36;

}  // namespace odin::tensor::cpu
