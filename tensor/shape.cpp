#include "odin/tensor/shape.h"

#include <algorithm>

#include "odin/tensor/error.h"

namespace odin::tensor {

Dims::Dims(std::initializer_list<std::int64_t> values)
    : Dims(std::span<const std::int64_t>(values.begin(), values.size())) {}

Dims::Dims(std::span<const std::int64_t> values) {
  require(values.size() <= kMaxRank, "shape: at most ", kMaxRank, " dimensions, got ",
          values.size());
  std::copy(values.begin(), values.end(), values_.begin());
  rank_ = static_cast<int>(values.size());
}

void Dims::push_back(std::int64_t value) { insert(rank_, value); }

void Dims::erase(int i) {
  i = index(i);
  std::copy(values_.begin() + i + 1, values_.begin() + rank_, values_.begin() + i);
  --rank_;
}

void Dims::insert(int i, std::int64_t value) {
  require(rank_ < kMaxRank, "shape: at most ", kMaxRank, " dimensions");
  std::copy_backward(values_.begin() + i, values_.begin() + rank_, values_.begin() + rank_ + 1);
  values_[static_cast<std::size_t>(i)] = value;
  ++rank_;
}

bool operator==(const Dims& a, const Dims& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

std::string to_string(const Dims& dims) {
  std::string text = "[";
  for (int i = 0; i < dims.rank(); ++i) text += (i ? "," : "") + std::to_string(dims[i]);
  return text + ']';
}

std::ostream& operator<<(std::ostream& out, const Dims& dims) { return out << to_string(dims); }

std::int64_t numel(const Shape& shape) {
  std::int64_t n = 1;
  for (auto size : shape) n *= size;
  return n;
}

std::int64_t checked_numel(std::string_view what, const Shape& shape, std::int64_t most) {
  std::int64_t count = 1;
  for (auto size : shape) {
    require(size >= 0, what, " ", shape, " has a negative size");
    require(size == 0 || count <= most / size, what, " ", shape, " has too many elements");
    if (size > 0) count *= size;
  }
  return numel(shape) == 0 ? 0 : count;
}

Strides contiguous_strides(const Shape& shape) {
  Strides strides = shape;
  std::int64_t step = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}

Shape broadcast_shapes(const char* op, const Shape& a, const Shape& b) {
  const bool a_longer = a.rank() >= b.rank();
  Shape out = a_longer ? a : b;
  const Shape& other = a_longer ? b : a;
  for (int i = 1; i <= other.rank(); ++i) {
    const auto x = out[-i], y = other[-i];
    require(x == y || x == 1 || y == 1, op, ": shapes ", a, " and ", b, " do not broadcast");
    if (x == 1) out[-i] = y;
  }
  return out;
}

Strides broadcast_strides(const Shape& shape, const Strides& strides, const Shape& to) {
  Strides out = to;
  for (int i = 1; i <= to.rank(); ++i) {
    const bool repeats = i > shape.rank() || (shape[-i] == 1 && to[-i] != 1);
    out[-i] = repeats ? 0 : strides[-i];
  }
  return out;
}

int normalize_dim(const char* op, int dim, int rank) {
  require(dim >= -rank && dim < rank, op, ": dimension ", dim, " of a tensor of rank ", rank);
  return dim < 0 ? dim + rank : dim;
}

}  // namespace odin::tensor
