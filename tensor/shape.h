#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace odin::tensor {

/// Up to kMaxRank integers without a heap allocation: the sizes of a tensor, or its strides.
class Dims {
 public:
  static constexpr int kMaxRank = 6;

  Dims() = default;
  Dims(std::initializer_list<std::int64_t> values);
  explicit Dims(std::span<const std::int64_t> values);

  int rank() const { return rank_; }
  bool empty() const { return rank_ == 0; }

  /// Unchecked except for the sign: -1 is the last one, as in Python.
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
std::ostream& operator<<(std::ostream& out, const Dims& dims);
std::string to_string(const Dims& dims);

using Shape = Dims;
/// In elements, not bytes.
using Strides = Dims;

/// The product of the sizes; 1 for a scalar's empty shape.
std::int64_t numel(const Shape& shape);

/// numel(shape) of sizes that nobody has looked at yet. Throws, the message beginning with `what`,
/// where one is negative or where they multiply to more than `most`: those of an empty tensor
/// without its zeros, since its strides must not overflow either.
std::int64_t checked_numel(std::string_view what, const Shape& shape, std::int64_t most);

/// Row-major: the last dimension is contiguous.
Strides contiguous_strides(const Shape& shape);

/// The common shape of a and b under NumPy's rule: aligned at the last dimension, sizes equal or 1.
/// Throws, naming `op`, when there is none.
Shape broadcast_shapes(const char* op, const Shape& a, const Shape& b);

/// Strides that read a tensor of `shape` as one of the wider shape `to` (0 where it repeats).
Strides broadcast_strides(const Shape& shape, const Strides& strides, const Shape& to);

/// -1 means the last dimension; throws, naming `op`, outside [-rank, rank).
int normalize_dim(const char* op, int dim, int rank);

}  // namespace odin::tensor
