#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "include/cudnn.h"

namespace cuda_on_cpu {

/// The layout of a tensor [N,C,H,W] or a filter [O,C,KH,KW]; strides are in elements.
struct Layout {
  cudnnDataType_t type = CUDNN_DATA_FLOAT;
  std::array<std::int64_t, 4> size{};
  std::array<std::int64_t, 4> stride{};

  std::size_t bytes() const;  ///< from the first element to the end of the last
};

/// Vertical and horizontal.
struct Geometry {
  std::array<std::int64_t, 2> padding{}, stride{1, 1}, dilation{1, 1};
  std::int64_t groups = 1;

  std::int64_t out_size(std::size_t axis, std::int64_t in, std::int64_t kernel) const {
    return (in + 2 * padding[axis] - dilation[axis] * (kernel - 1) - 1) / stride[axis] + 1;
  }
};

/// Contiguous elements, as double.
struct Dense {
  std::array<std::int64_t, 4> size{};
  std::vector<double> values;

  explicit Dense(const std::array<std::int64_t, 4>& size);
};

Dense load(const Layout& layout, const void* data);
/// data = alpha result + beta data; data is not read if beta is 0.
void store(const Dense& result, double alpha, double beta, const Layout& layout, void* data);

/// Each adds to its last argument.
void add_forward(const Geometry& g, const Dense& x, const Dense& w, Dense& y);
void add_input_grad(const Geometry& g, const Dense& dy, const Dense& w, Dense& dx);
void add_weight_grad(const Geometry& g, const Dense& x, const Dense& dy, Dense& dw);

}  // namespace cuda_on_cpu
