#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace odin::tensor {

/// The sizes of a tensor's dimensions, or its strides: up to kMaxRank integers, without a heap
/// allocation.
class Dims {
 public:
  static constexpr int kMaxRank = 6;

  Dims() = default;
  Dims(std::initializer_list<std::int64_t> values);
  explicit Dims(std::span<const std::int64_t> values);

  int rank() const { return rank_; }
  bool empty() const { return rank_ == 0; }

  /// Negative i counts from the end, as in Python: -1 is the last. The range is not checked.
  std::int64_t operator[](int i) const { return values_[static_cast<std::size_t>(index(i))]; }
  std::int64_t& operator[](int i) { return values_[static_cast<std::size_t>(index(i))]; }

  const std::int64_t* begin() const { return values_.data(); }
  const std::int64_t* end() const { return values_.data() + rank_; }

  void push_back(std::int64_t value);
  void erase(int i);
  void insert(int i, std::int64_t value);

  friend bool operator==(const Dims& a, const Dims& b);

 private:
  int index(int i) const { return i < 0 ? i + rank_ : i; }

  std::array<std::int64_t, kMaxRank> values_{};
  int rank_ = 0;
};

/// "[2,3,32,32]"
std::string to_string(const Dims& dims);
std::ostream& operator<<(std::ostream& out, const Dims& dims);

using Shape = Dims;
/// Counted in elements, not bytes.
using Strides = Dims;

/// The number of elements: the product of the sizes; 1 for a scalar, whose shape is empty.
std::int64_t numel(const Shape& shape);

/// numel(shape) for unchecked sizes. Throws, with a message that begins with `what`, if a size is
/// negative or the product exceeds `most`. Zero sizes are left out of the product that is compared
/// with `most`, since the strides of an empty tensor must not overflow either.
std::int64_t checked_numel(std::string_view what, const Shape& shape, std::int64_t most);

/// Row-major strides: the last dimension is contiguous.
Strides contiguous_strides(const Shape& shape);

/// The common shape of a and b under NumPy's broadcasting rule: aligned at the last dimension,
/// sizes equal or 1. Throws, naming `op`, if there is none.
Shape broadcast_shapes(const char* op, const Shape& a, const Shape& b);

/// The strides that read a tensor of `shape` broadcast to the shape `to`; 0 in repeated dimensions.
Strides broadcast_strides(const Shape& shape, const Strides& strides, const Shape& to);

/// `dim` as a number in [0, rank); negative numbers count from the end, -1 being the last. Throws,
/// naming `op`, outside [-rank, rank).
int normalize_dim(const char* op, int dim, int rank);

}  // namespace odin::tensor
