#pragma once

#include <cstdint>
#include <vector>

#include "odin/tensor/backend/cpu/conv.h"

namespace odin::tensor::cpu {

/// 3x3 convolution with stride 1 and padding 1 by Winograd's algorithm F(4, 3), applied to columns
/// only. Four rows of results are computed from six rows d of pixels. With the transforms B, G and
/// A of kernels/winograd.h and * element by element,
///   Y = A^T [ sum over channels and the kernel's columns of (G g) * (B^T d) ].
/// Six multiplications replace twelve. They are six matrix products,
/// [O, 3 C] times [3 C, pixels / 4].
///
/// F(4x4, 3x3) (winograd.h) halves the multiplications again, but its transforms, whose cost grows
/// with C + O, are expensive: it needs many input and output channels. Here the transforms are
/// cheap, since they combine rows in place, without a transposition. It suits DenseNet's layers of
/// 48 to 12 channels.
class ColumnWinograd {
 public:
  /// Transforms the weight, for the convolution, or for its input gradient (input and output
  /// channels swapped, kernel rotated by 180 degrees).
  ColumnWinograd(const Tensor& w, bool input_grad);

  /// Whether it can be used, and is fast, for weights of shape w and images of this width (pixels).
  static bool suits(const Conv2dParams& p, const Shape& w, std::int64_t width);

  /// output[n] = the convolution of map(x[n]); channels are height x width pixels.
  void convolve(const Images& x, const MapPointers& map, std::int64_t images, std::int64_t height,
                std::int64_t width, const BatchOutput& output) const;

 private:
  class Band;

  std::int64_t in_, out_;
  std::vector<PackedRows> weights_;  ///< for each of the six points, [out, 3 in]
};

}  // namespace odin::tensor::cpu
