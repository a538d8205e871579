#pragma once

#include <cstdint>

#include "odin/tensor/backend/cpu/conv.h"
#include "odin/tensor/backend/cpu/winograd_tiles.h"
#include "odin/tensor/inherited.h"

namespace odin::tensor::cpu {

/// 3x3 convolution with stride 1 and padding 1 by Winograd's algorithm F(4x4, 3x3) (Lavin & Gray
/// 2016). The image is split into tiles of 4x4 results, each computed from 6x6 pixels d. With the
/// transforms B, G and A of kernels/winograd.h,
///   Y = A^T [ sum over channels of (G g G^T) * (B^T d B) ] A,   * element by element.
/// 36 multiplications replace 144. They are 36 matrix products, [tiles, C] times [C, O]. Rounding
/// errors are larger than in a direct sum (scripts/winograd_points.py prints by how much).
///
/// A few images are processed at a time. With a small weight, each thread computes its own images,
/// and its intermediate results stay in its cache; with a very small one, threads may also split an
/// image into bands of tile rows. Otherwise all threads work together on each of the three steps.
class Winograd {
 public:
  /// Transforms the weight, for the convolution, or for its input gradient (input and output
  /// channels swapped, kernel rotated by 180 degrees).
  Winograd(const Tensor& w, bool input_grad);

  /// Whether it can be used, and is the better choice, for a weight of shape w and images of this
  /// size. It does not depend on the number of images, so that an image's results do not either.
  /// `differentiated` as in ConvEnd.
  static bool suits(const Conv2dParams& p, const Shape& w, std::int64_t height, std::int64_t width,
                    bool differentiated);
  /// The same for the input gradient, and for the weight's.
  static bool suits_gradients(const Conv2dParams& p, const Shape& w, std::int64_t height,
                              std::int64_t width);

  /// output[n] = the convolution of map(x[n]); channels are height x width pixels.
  void convolve(const Images& x, const MapPointers& map, std::int64_t images, std::int64_t height,
                std::int64_t width, const BatchOutput& output) const;

 private:
  void multiply(const WinogradTiles& tiles, const float* v, float* m) const;
  void transform_output(const WinogradTiles& tiles, const float* m,
                        const BatchOutput& output) const;

  std::int64_t in_, out_;
  Scratch weight_;  ///< [36][panel of 2 lanes outputs][in][2 lanes]
};

/// The gradient with respect to the weight by the same algorithm:
/// dw = G^T [ sum over tiles of (A dy A^T) * (B^T d B) ] G.
void winograd_weight_grad(const Images& x, const MapPointers& map, const Images& dy,
                          std::int64_t images, std::int64_t height, std::int64_t width, Tensor& dw);

/// Whether Winograd's algorithm (this one, and the one along columns) may be used.
inline constinit const Inherited<bool> winograd_enabled{true};

/// With `false`, convolutions do not use Winograd's algorithm while it lives, for tests that
/// compare with the direct sum.
class WinogradScope {
 public:
  explicit WinogradScope(bool enabled) : scope_(winograd_enabled, enabled) {}

 private:
  Inherited<bool>::Scope scope_;
};

}  // namespace odin::tensor::cpu
