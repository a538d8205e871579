#pragma once

#include <cstdint>
#include <vector>

#include "odin/tensor/backend/cpu/conv.h"

namespace odin::tensor::cpu {

/// 3x3 convolution with stride 1 and padding 1 after Winograd along the columns alone: F(4, 3). Four
/// rows of results read six rows d of pixels; with the transforms B, G and A of winograd.h,
///   Y = A^T [ sum over channels and the kernel's columns of (G g) * (B^T d) ],
/// so that six multiplications do the work of twelve. They are six products of matrices, [O, 3 C]
/// times [3 C, pixels / 4].
///
/// F(4x4, 3x3) halves them once more, but needs many channels on both sides, for its transforms grow
/// with their sum and their product alone shrinks. Here the transforms are cheap, since rows are
/// combined where they lie: it suits DenseNet's layers of 48 to 12 channels.
class ColumnWinograd {
 public:
  /// The transformed weight: for the convolution itself, or for its input gradient (channels
  /// exchanged and the kernel turned round).
  ColumnWinograd(const Tensor& w, bool input_grad);

  /// Whether it suits images `width` pixels wide and this weight's shape and parameters.
  static bool suits(const Conv2dParams& p, const Shape& w, std::int64_t width);

  /// output[n] = the convolution of map(x[n]), whose channels are height x width.
  void convolve(const Images& x, const MapPointers& map, std::int64_t images, std::int64_t height,
                std::int64_t width, const BatchOutput& output) const;

 private:
  class Band;

  std::int64_t in_, out_;
  std::vector<PackedRows> weights_;  ///< of the six points, [out, 3 in]
};

}  // namespace odin::tensor::cpu
