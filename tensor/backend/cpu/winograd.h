#pragma once

#include <cstdint>

#include "odin/tensor/backend/cpu/conv.h"
#include "odin/tensor/backend/cpu/winograd_tiles.h"
#include "odin/tensor/inherited.h"

namespace odin::tensor::cpu {

/// 3x3 convolution with stride 1 and padding 1 after Winograd, as Lavin & Gray (2016) apply it to
/// networks: F(4x4, 3x3). The image is cut into tiles of 4x4 results, each of which reads 6x6
/// pixels d. With the transforms B, G and A of kernels/winograd.h,
///   Y = A^T [ sum over channels of (G g G^T) * (B^T d B) ] A,   * element by element,
/// so that 36 multiplications do the work of 144, and they are 36 products of matrices,
/// [tiles, C] times [C, O]. It rounds worse than the plain sum (scripts/winograd_points.py prints how).
///
/// Images go through some at a time. Where the weight is small each thread has images of its own, and
/// what it makes stays in its cache; a single image it shares with the others by bands of tile rows
/// where the weight is smaller still. Otherwise the threads share each of the three steps.
class Winograd {
 public:
  /// The transformed weight: for the convolution itself, or for its input gradient (channels
  /// exchanged and the kernel turned round).
  Winograd(const Tensor& w, bool input_grad);

  /// Whether this weight's shape and parameters suit it: enough channels that the transforms are
  /// a small part, and numbers of them that fill vectors.
  static bool suits(const Conv2dParams& p, const Shape& w);

  /// output[n] = the convolution of map(x[n]), whose channels are height x width.
  void convolve(const Images& x, const MapPointers& map, std::int64_t images, std::int64_t height,
                std::int64_t width, const BatchOutput& output) const;

 private:
  void multiply(const WinogradTiles& tiles, const float* v, float* m) const;
  void transform_output(const WinogradTiles& tiles, const float* m,
                        const BatchOutput& output) const;

  std::int64_t in_, out_;
  Scratch weight_;  ///< [36][panel of 2 lanes outputs][in][2 lanes]
};

/// The weight's gradient the same way: G^T [ sum over tiles of (A dy A^T) * (B^T d B) ] G.
void winograd_weight_grad(const Images& x, const MapPointers& map, const Images& dy,
                          std::int64_t images, std::int64_t height, std::int64_t width, Tensor& dw);

/// Whether Winograd, this one or that along the columns, is used where it suits.
inline constinit const Inherited<bool> winograd_enabled{true};

/// With `false`, convolutions use no Winograd while it lives: the plain path that tests compare with.
class WinogradScope {
 public:
  explicit WinogradScope(bool enabled) : scope_(winograd_enabled, enabled) {}

 private:
  Inherited<bool>::Scope scope_;
};

}  // namespace odin::tensor::cpu
