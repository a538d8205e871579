#pragma once

#include <cstdint>
#include <ostream>
#include <string>

namespace odin::tensor {

/// Sizes or steps in pixels along the rows (h) and the columns (w) of an image. One number stands
/// for both: `stride = 2`.
struct Size2d {
  std::int64_t h = 1, w = 1;

  constexpr Size2d(std::int64_t both) : h(both), w(both) {}
  constexpr Size2d(std::int64_t rows, std::int64_t columns) : h(rows), w(columns) {}
  friend bool operator==(const Size2d&, const Size2d&) = default;
};

/// Rows and columns of zeros around an image. One number stands for all four sides.
struct Padding2d {
  std::int64_t top = 0, left = 0, bottom = 0, right = 0;

  constexpr Padding2d(std::int64_t all) : top(all), left(all), bottom(all), right(all) {}
  constexpr Padding2d(std::int64_t rows, std::int64_t columns)
      : top(rows), left(columns), bottom(rows), right(columns) {}
  constexpr Padding2d(std::int64_t t, std::int64_t l, std::int64_t b, std::int64_t r)
      : top(t), left(l), bottom(b), right(r) {}
  constexpr bool symmetric() const { return top == bottom && left == right; }
  friend bool operator==(const Padding2d&, const Padding2d&) = default;
};

/// "2", or "2x1" (rows x columns) where they differ.
std::string to_string(const Size2d& size);
std::ostream& operator<<(std::ostream& out, const Size2d& size);
/// "1", or "[0,0,1,1]" (top, left, bottom, right) where they differ.
std::string to_string(const Padding2d& padding);
std::ostream& operator<<(std::ostream& out, const Padding2d& padding);

/// Parameters of a 2-D convolution. As in other frameworks it is a cross-correlation: the kernel is
/// not flipped.
struct Conv2dParams {
  Size2d stride = 1;
  Padding2d padding = 0;
  Size2d dilation = 1;  ///< distance of neighboring kernel positions
  /// Input and output channels are split into this many groups, each convolved on its own; as many
  /// groups as input channels is a depthwise convolution.
  std::int64_t groups = 1;

  /// Height and width of the output for those of the input and of the kernel.
  Size2d out_size(const Size2d& in, const Size2d& kernel) const {
    return {(in.h + padding.top + padding.bottom - extent(kernel).h) / stride.h + 1,
            (in.w + padding.left + padding.right - extent(kernel).w) / stride.w + 1};
  }
  /// The pixels that a kernel spans, gaps of the dilation included.
  Size2d extent(const Size2d& kernel) const {
    return {(kernel.h - 1) * dilation.h + 1, (kernel.w - 1) * dilation.w + 1};
  }
};

/// Parameters of 2-D pooling.
struct Pool2dParams {
  Size2d kernel = 2;
  Size2d stride = 2;
  Padding2d padding = 0;
  Size2d dilation = 1;  ///< maximum only
  /// Whether a last window that reaches beyond the padded image counts. It has to start inside the
  /// image or the padding on its left (above it), as in PyTorch.
  bool ceil = false;
  /// Average only: whether the padding counts as pixels with value 0. Pixels beyond it never do.
  bool count_padding = true;

  Size2d out_size(const Size2d& in) const {
    return {along(in.h, kernel.h, stride.h, padding.top, padding.bottom, dilation.h),
            along(in.w, kernel.w, stride.w, padding.left, padding.right, dilation.w)};
  }

  /// The number of pixels that output pixel (i, j) of an average is divided by.
  constexpr std::int64_t count(const Size2d& in, std::int64_t i, std::int64_t j) const {
    return counted(i * stride.h - padding.top, kernel.h, in.h, padding.top, padding.bottom) *
           counted(j * stride.w - padding.left, kernel.w, in.w, padding.left, padding.right);
  }

 private:
  /// The counted pixels of a window from `first` on, in one direction.
  constexpr std::int64_t counted(std::int64_t first, std::int64_t size, std::int64_t in,
                                 std::int64_t before, std::int64_t after) const {
    const std::int64_t begin = count_padding ? -before : 0, end = count_padding ? in + after : in;
    const std::int64_t last = first + size < end ? first + size : end;
    return last - (first > begin ? first : begin);
  }
  std::int64_t along(std::int64_t in, std::int64_t kernel_size, std::int64_t step,
                     std::int64_t before, std::int64_t after, std::int64_t distance) const {
    const std::int64_t free = in + before + after - (kernel_size - 1) * distance - 1;
    const std::int64_t windows = (free + (ceil ? step - 1 : 0)) / step + 1;
    return ceil && (windows - 1) * step >= in + before ? windows - 1 : windows;
  }
};

/// Parameters of a step of stochastic gradient descent; see sgd_step_ (odin/tensor/ops/optim.h) for
/// the formula.
struct SgdStep {
  double learning_rate;
  double momentum;
  double weight_decay;
  bool nesterov;
};

enum class UnaryOp {
  neg,
  exp,
  log,
  sqrt,
  square,
  abs,
  relu,
  tanh,
  erf,
  sin,
  cos,
  floor,
  ceil,
  round,      ///< to the nearest integer, halves to the even one
  sign,       ///< -1, 0 or 1
  step_sign,  ///< 1 where x >= 0, else -1
};
/// The comparisons give 1 or 0.
enum class BinaryOp {
  add,
  sub,
  mul,
  div,
  pow,
  maximum,
  minimum,
  less,
  less_equal,
  equal,
  relu_grad
};
enum class ReduceOp { sum, max };

}  // namespace odin::tensor
