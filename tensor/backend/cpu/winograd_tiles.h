#pragma once

#include <algorithm>
#include <cstdint>

#include "odin/tensor/backend/cpu/conv.h"

namespace odin::tensor::cpu {

/// Some images, or bands of them, cut into tiles of 4x4 results, each of which reads 6x6 pixels.
struct WinogradTiles {
  WinogradTiles(std::int64_t height, std::int64_t width);

  std::int64_t height, width;          ///< of an image, in pixels
  std::int64_t top = 0, rows, cols;    ///< of the tiles, which may be a band of the image's
  std::int64_t first = 0, images = 0;  ///< of the batch

  /// Those of one of several bands of nearly equal height.
  WinogradTiles band(std::int64_t i, std::int64_t bands) const;

  std::int64_t of_image() const { return rows * cols; }
  /// Pixels of the band's results, and those before them in a channel.
  std::int64_t pixels() const { return std::min(4 * rows, height - 4 * top) * width; }
  std::int64_t pixels_before() const { return 4 * top * width; }
  std::int64_t count() const { return images * of_image(); }

  /// So many images at a time that the transformed tiles stay in the cache, but enough tiles to make
  /// good use of a weight that has to come from memory.
  std::int64_t images_at_a_time(std::int64_t in, std::int64_t out, std::int64_t batch) const;

  /// v [36][block of lanes channels][tile][lanes]: B^T d B of every tile of map(x).
  void transform_input(const Images& x, const MapPointers& map, std::int64_t channels,
                       float* v) const;
  /// m [36][panel of 2 lanes channels][tile][2 lanes]: A dy A^T of every tile of dy.
  void transform_output_grad(const Images& dy, std::int64_t channels, float* m) const;
};

/// Whether each thread may read all of a transformed weight again and again. Then it takes images of
/// its own through all steps, and nothing that it makes has to reach another one; otherwise all
/// threads share each step, and each needs only its positions of the weight.
bool winograd_weight_is_small(std::int64_t in, std::int64_t out);
/// Whether it may do so for a band of one image.
bool winograd_weight_is_tiny(std::int64_t in, std::int64_t out);

/// Values of a transformed tile.
inline constexpr std::int64_t kWinogradPositions = 36;

}  // namespace odin::tensor::cpu
