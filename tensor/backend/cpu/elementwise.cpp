#include <algorithm>
#include <array>
#include <cstring>

#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/backend/cpu/row_loop.h"

namespace odin::tensor::cpu {
namespace {

bool all_f32(std::initializer_list<const Tensor*> tensors) {
  return std::all_of(tensors.begin(), tensors.end(),
                     [](const Tensor* t) { return t->dtype() == DType::f32; });
}

const float* floats(const Tensor& t) { return static_cast<const float*>(t.raw()); }
float* floats(Tensor& t) { return static_cast<float*>(t.backend_raw()); }

/// The steps that a row kernel supports: contiguous elements, or one number for the whole row.
bool is_row(std::int64_t step) { return step == 0 || step == 1; }

void fill(Tensor& y, double value) {
  const RowLoop<1> loop(y.shape(), {y.strides()});
  if (!all_f32({&y}) || loop.step(0) != 1) return reference_backend().fill(y, value);
  loop.parallel([&, to = floats(y)](std::int64_t n, const auto& at) {
    std::fill_n(to + at[0], n, static_cast<float>(value));
  });
}

void copy(const Tensor& x, Tensor& y) {
  const RowLoop<2> loop(y.shape(), {x.strides(), y.strides()});
  const bool rows = is_row(loop.step(0)) && loop.step(1) == 1, repeated = loop.step(0) == 0;
  if (!all_f32({&x, &y}) || !rows) return reference_backend().copy(x, y);
  loop.parallel([=, from = floats(x), to = floats(y)](std::int64_t n, const auto& at) {
    if (repeated)
      std::fill_n(to + at[1], n, from[at[0]]);
    else
      std::memcpy(to + at[1], from + at[0], static_cast<std::size_t>(n) * sizeof(float));
  });
}

void unary(UnaryOp op, const Tensor& x, Tensor& y) {
  const RowLoop<2> loop(y.shape(), {x.strides(), y.strides()});
  const bool rows = loop.step(0) == 1 && loop.step(1) == 1;
  if (!all_f32({&x}) || !rows) return reference_backend().unary(op, x, y);
  loop.parallel([&, from = floats(x), to = floats(y)](std::int64_t n, const auto& at) {
    kernels().unary(op, n, from + at[0], to + at[1]);
  });
}

void binary(BinaryOp op, const Tensor& a, const Tensor& b, Tensor& y) {
  const RowLoop<3> loop(y.shape(), {a.strides(), b.strides(), y.strides()});
  const bool rows = is_row(loop.step(0)) && is_row(loop.step(1)) && loop.step(2) == 1;
  if (!all_f32({&a}) || !rows || op == BinaryOp::pow)
    return reference_backend().binary(op, a, b, y);
  const int a_step = static_cast<int>(loop.step(0)), b_step = static_cast<int>(loop.step(1));
  loop.parallel([&, l = floats(a), r = floats(b), to = floats(y)](std::int64_t n, const auto& at) {
    kernels().binary(op, n, l + at[0], a_step, r + at[1], b_step, to + at[2]);
  });
}

void affine(const Tensor& x, double factor, double summand, Tensor& y) {
  const RowLoop<2> loop(y.shape(), {x.strides(), y.strides()});
  const bool rows = loop.step(0) == 1 && loop.step(1) == 1;
  if (!all_f32({&x}) || !rows) return reference_backend().affine(x, factor, summand, y);
  const auto f = static_cast<float>(factor), s = static_cast<float>(summand);
  loop.parallel([=, from = floats(x), to = floats(y)](std::int64_t n, const auto& at) {
    kernels().affine(n, from + at[0], f, s, to + at[1]);
  });
}

void activation(const Activation& f, const Tensor& x, Tensor& y) {
  const RowLoop<2> loop(y.shape(), {x.strides(), y.strides()});
  const bool rows = loop.step(0) == 1 && loop.step(1) == 1;
  if (!all_f32({&x}) || !rows) return reference_backend().activation(f, x, y);
  loop.parallel([&, from = floats(x), to = floats(y)](std::int64_t n, const auto& at) {
    kernels().activation(f, n, from + at[0], to + at[1]);
  });
}

void activation_grad(const Activation& f, const Tensor& x, const Tensor& dy, Tensor& dx) {
  const RowLoop<3> loop(dx.shape(), {x.strides(), dy.strides(), dx.strides()});
  const bool rows = loop.step(0) == 1 && loop.step(1) == 1 && loop.step(2) == 1;
  if (!all_f32({&x}) || !rows) return reference_backend().activation_grad(f, x, dy, dx);
  loop.parallel(
      [&, v = floats(x), g = floats(dy), to = floats(dx)](std::int64_t n, const auto& at) {
        kernels().activation_grad(f, n, v + at[0], g + at[1], to + at[2]);
      });
}

void softmax(const Tensor& x, bool log, Tensor& y) {
  // Rows as short as CIFAR's ten classes gain nothing, and the reference loop works in double.
  constexpr std::int64_t kShort = 64;
  const std::int64_t n = x.dim(1);
  if (!all_f32({&x}) || n < kShort || x.strides()[1] != 1)
    return reference_backend().softmax(x, log, y);
  parallel_for(x.dim(0), 1 + 4096 / n,
               [&, from = floats(x), to = floats(y)](std::int64_t first, std::int64_t last) {
                 for (auto r = first; r < last; ++r)
                   kernels().softmax_row(n, from + r * x.strides()[0], log, to + r * n);
               });
}

/// The largest of n numbers; a NaN is larger than everything. Independent maxima, side by side, so
/// that the compiler computes them as vectors.
float largest(std::int64_t n, const float* x) {
  constexpr std::size_t kSide = 16;
  std::array<float, kSide> most;
  most.fill(x[0]);
  const auto add = [](float& a, float b) { a = b > a || b != b ? b : a; };
  std::int64_t i = 0;
  for (; i + std::int64_t{kSide} <= n; i += kSide)
    for (std::size_t s = 0; s < kSide; ++s) add(most[s], x[i + static_cast<std::int64_t>(s)]);
  for (; i < n; ++i) add(most[0], x[i]);
  for (const float m : most) add(most[0], m);
  return most[0];
}

void reduce(ReduceOp op, const Tensor& x, int dims, Tensor& y) {
  // Only the common case is fast: contiguous rows, such as the pixels of a channel.
  const std::int64_t n = y.numel() > 0 ? x.numel() / y.numel() : 0;
  if (!all_f32({&x}) || !x.is_contiguous() || n == 0)
    return reference_backend().reduce(op, x, dims, y);
  const auto of_row = op == ReduceOp::sum ? kernels().sum : largest;
  parallel_for(y.numel(), 1 + 8192 / n,
               [&, from = floats(x), to = floats(y)](std::int64_t first, std::int64_t last) {
                 for (auto i = first; i < last; ++i) to[i] = of_row(n, from + i * n);
               });
}

bool all_finite(const Tensor& x) {
  if (!all_f32({&x}) || !x.is_contiguous()) return reference_backend().all_finite(x);
  return kernels().all_finite(x.numel(), floats(x));
}

}  // namespace

void add_elementwise(Backend& b) {
  b.fill = fill;
  b.copy = copy;
  b.unary = unary;
  b.binary = binary;
  b.affine = affine;
  b.activation = activation;
  b.activation_grad = activation_grad;
  b.softmax = softmax;
  b.reduce = reduce;
  b.all_finite = all_finite;
}

}  // namespace odin::tensor::cpu
