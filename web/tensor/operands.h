#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "calls.h"
#include "odin/autograd/operators.h"
#include "odin/autograd/ops.h"
#include "odin/tensor/ops.h"

// What the rows of web/tensor/operations.mjs need beside the operations themselves.

namespace odin::web {

/// Behind every dimension.
inline constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

inline Variable plus(const Operand& a, const Operand& b) {
  if (b.number) return a.tensor + *b.number;
  return a.number ? *a.number + b.tensor : a.tensor + b.tensor;
}
inline Variable minus(const Operand& a, const Operand& b) {
  if (b.number) return a.tensor - *b.number;
  return a.number ? *a.number - b.tensor : a.tensor - b.tensor;
}
inline Variable times(const Operand& a, const Operand& b) {
  if (b.number) return a.tensor * *b.number;
  return a.number ? *a.number * b.tensor : a.tensor * b.tensor;
}

inline Variable largest(const Variable& x, std::optional<std::int64_t> dim, bool keepdim) {
  if (dim) return autograd::max(x, static_cast<int>(*dim), keepdim);
  const Variable all = autograd::max(autograd::reshape(x, {-1}), 0);
  if (!keepdim) return all;
  Shape ones = x.shape();
  for (int i = 0; i < ones.rank(); ++i) ones[i] = 1;
  return autograd::reshape(all, ones);
}

/// Comparisons and selections of integers, such as labels, which operations have for floats alone:
/// in float64, which has all integers below 2^53.
inline Variable compared(Variable (*f)(const Variable&, const Variable&), const Variable& a,
                         const Variable& b) {
  if (a.dtype() != DType::i64 || b.dtype() != DType::i64) return f(a, b);
  const auto floating = [](const Variable& v) { return Variable(v.value().to(DType::f64)); };
  return Variable(f(floating(a), floating(b)).value().to(DType::f32));
}

inline Variable gathered(const Variable& x, int dim, const Tensor& positions) {
  if (x.dtype() != DType::i64) return autograd::gather(x, dim, positions);
  return Variable(tensor::gather(x.value().to(DType::f64), dim, positions).to(DType::i64));
}

inline Variable flattened(const Variable& x, std::int64_t start) {
  const int first = tensor::normalize_dim("flatten", static_cast<int>(start), x.rank());
  Shape shape;
  for (int i = 0; i < first; ++i) shape.push_back(x.dim(i));
  shape.push_back(-1);
  return autograd::reshape(x, shape);
}

inline Variable unsqueezed(const Variable& x, std::int64_t dim) {
  Shape shape = x.shape();
  shape.insert(tensor::normalize_dim("unsqueeze", static_cast<int>(dim), x.rank() + 1), 1);
  return autograd::reshape(x, shape);
}

inline Variable squeezed(const Variable& x, std::int64_t dim) {
  const int at = tensor::normalize_dim("squeeze", static_cast<int>(dim), x.rank());
  require(x.dim(at) == 1, "squeeze: dimension ", at, " of ", x.shape(), " is not 1");
  Shape shape = x.shape();
  shape.erase(at);
  return autograd::reshape(x, shape);
}

inline Variable selected(const Variable& x, std::int64_t dim, std::int64_t index) {
  const int at = tensor::normalize_dim("select", static_cast<int>(dim), x.rank());
  const std::int64_t position = index < 0 ? index + x.dim(at) : index;
  require(position >= 0 && position < x.dim(at), "select: position ", index, " of dimension ", at,
          " of ", x.shape());
  return squeezed(autograd::slice(x, at, position, position + 1), at);
}

inline std::vector<Variable> parts(const Variable& x, std::vector<std::int64_t> sizes,
                                   std::int64_t dim) {
  const int at = tensor::normalize_dim("split", static_cast<int>(dim), x.rank());
  if (sizes.size() == 1) {
    const std::int64_t size = sizes[0];
    require(size > 0, "split: expected a size above 0, got ", size);
    sizes.assign(static_cast<std::size_t>((x.dim(at) + size - 1) / size), size);
    if (x.dim(at) % size > 0) sizes.back() = x.dim(at) % size;
  }
  return autograd::split(x, sizes, at);
}

inline Variable cloned(const Variable& x) {
  return x.requires_grad() ? autograd::affine(x, 1, 0) : Variable(x.value().clone());
}

inline Tensor counted(std::int64_t end, DType dtype) {
  require(end >= 0 && end <= 100'000'000, "arange: expected 0 to 100000000, got ", end);
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(end));
  for (std::int64_t i = 0; i < end; ++i) numbers[static_cast<std::size_t>(i)] = i;
  return Tensor::from(numbers, {end}).to(dtype);
}

inline Tensor permutation(std::int64_t n) {
  require(n >= 0 && n <= 100'000'000, "randperm: expected 0 to 100000000, got ", n);
  return Tensor::from(next_random().permutation(n), {n});
}

}  // namespace odin::web
