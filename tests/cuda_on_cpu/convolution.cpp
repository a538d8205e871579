#include "convolution.h"

#include <algorithm>

namespace cuda_on_cpu {
namespace {

std::int64_t offset(const std::array<std::int64_t, 4>& size, std::int64_t a, std::int64_t b,
                    std::int64_t c, std::int64_t d) {
  return ((a * size[1] + b) * size[2] + c) * size[3] + d;
}

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return a > 0 ? (a + b - 1) / b : a / b; }

// visit(position in `strided`, position in `dense`) for all elements, in the order of `dense`.
template <typename Visit>
void for_each_element(const Layout& layout, Visit visit) {
  std::size_t position = 0;
  for (std::int64_t a = 0; a < layout.size[0]; ++a) {
    for (std::int64_t b = 0; b < layout.size[1]; ++b) {
      for (std::int64_t c = 0; c < layout.size[2]; ++c) {
        std::int64_t at = a * layout.stride[0] + b * layout.stride[1] + c * layout.stride[2];
        for (std::int64_t d = 0; d < layout.size[3]; ++d, at += layout.stride[3]) {
          visit(at, position++);
        }
      }
    }
  }
}

// visit(x, w, y, count): one weight connects `count` consecutive pixels in a row of y with as many
// pixels of x, stride[1] apart. x, w and y are the positions of the first elements.
template <typename Visit>
void for_each_row(const Geometry& g, const std::array<std::int64_t, 4>& x,
                  const std::array<std::int64_t, 4>& w, const std::array<std::int64_t, 4>& y,
                  std::int64_t n, std::int64_t o, std::int64_t c, Visit visit) {
  for (std::int64_t kh = 0; kh < w[2]; ++kh) {
    for (std::int64_t kw = 0; kw < w[3]; ++kw) {
      const std::int64_t left = kw * g.dilation[1] - g.padding[1];  // column of x for column 0 of y
      const std::int64_t first = std::max<std::int64_t>(0, ceil_div(-left, g.stride[1]));
      const std::int64_t end = std::min(y[3], ceil_div(x[3] - left, g.stride[1]));
      for (std::int64_t row = 0; row < y[2] && first < end; ++row) {
        const std::int64_t x_row = row * g.stride[0] + kh * g.dilation[0] - g.padding[0];
        if (x_row < 0 || x_row >= x[2]) continue;
        const std::int64_t channel = o / (w[0] / g.groups) * w[1] + c;
        visit(offset(x, n, channel, x_row, left + first * g.stride[1]), offset(w, o, c, kh, kw),
              offset(y, n, o, row, first), end - first);
      }
    }
  }
}

template <typename Visit>
void for_each_product(const Geometry& g, const std::array<std::int64_t, 4>& x,
                      const std::array<std::int64_t, 4>& w, const std::array<std::int64_t, 4>& y,
                      Visit visit) {
  for (std::int64_t n = 0; n < y[0]; ++n) {
    for (std::int64_t o = 0; o < w[0]; ++o) {
      for (std::int64_t c = 0; c < w[1]; ++c) for_each_row(g, x, w, y, n, o, c, visit);
    }
  }
}

}  // namespace

Dense::Dense(const std::array<std::int64_t, 4>& shape)
    : size(shape), values(static_cast<std::size_t>(shape[0] * shape[1] * shape[2] * shape[3])) {}

std::size_t Layout::bytes() const {
  std::int64_t last = 0;
  for (std::size_t i = 0; i < 4; ++i) last += (size[i] - 1) * stride[i];
  const std::size_t width = type == CUDNN_DATA_DOUBLE ? sizeof(double) : sizeof(float);
  return static_cast<std::size_t>(last + 1) * width;
}

Dense load(const Layout& layout, const void* data) {
  Dense dense(layout.size);
  for_each_element(layout, [&](std::int64_t from, std::size_t to) {
    dense.values[to] = layout.type == CUDNN_DATA_DOUBLE
                           ? static_cast<const double*>(data)[from]
                           : static_cast<double>(static_cast<const float*>(data)[from]);
  });
  return dense;
}

void store(const Dense& result, double alpha, double beta, const Layout& layout, void* data) {
  const auto put = [&](auto* elements) {
    for_each_element(layout, [&](std::int64_t to, std::size_t from) {
      const double kept = beta == 0 ? 0 : beta * static_cast<double>(elements[to]);
      elements[to] = static_cast<std::remove_reference_t<decltype(*elements)>>(
          alpha * result.values[from] + kept);
    });
  };
  if (layout.type == CUDNN_DATA_DOUBLE) {
    put(static_cast<double*>(data));
  } else {
    put(static_cast<float*>(data));
  }
}

void add_forward(const Geometry& g, const Dense& x, const Dense& w, Dense& y) {
  for_each_product(g, x.size, w.size, y.size,
                   [&](std::int64_t xi, std::int64_t wi, std::int64_t yi, std::int64_t count) {
                     const double* const from = x.values.data() + xi;
                     double* const to = y.values.data() + yi;
                     const double weight = w.values[static_cast<std::size_t>(wi)];
                     for (std::int64_t i = 0; i < count; ++i)
                       to[i] += weight * from[i * g.stride[1]];
                   });
}

void add_input_grad(const Geometry& g, const Dense& dy, const Dense& w, Dense& dx) {
  for_each_product(g, dx.size, w.size, dy.size,
                   [&](std::int64_t xi, std::int64_t wi, std::int64_t yi, std::int64_t count) {
                     const double* const from = dy.values.data() + yi;
                     double* const to = dx.values.data() + xi;
                     const double weight = w.values[static_cast<std::size_t>(wi)];
                     for (std::int64_t i = 0; i < count; ++i)
                       to[i * g.stride[1]] += weight * from[i];
                   });
}

void add_weight_grad(const Geometry& g, const Dense& x, const Dense& dy, Dense& dw) {
  for_each_product(g, x.size, dw.size, dy.size,
                   [&](std::int64_t xi, std::int64_t wi, std::int64_t yi, std::int64_t count) {
                     const double* const pixels = x.values.data() + xi;
                     const double* const grads = dy.values.data() + yi;
                     double sum = 0;
                     for (std::int64_t i = 0; i < count; ++i)
                       sum += grads[i] * pixels[i * g.stride[1]];
                     dw.values[static_cast<std::size_t>(wi)] += sum;
                   });
}

}  // namespace cuda_on_cpu
