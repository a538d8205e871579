#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "odin/tensor/tensor.h"

namespace odin {

/// A matrix of doubles in row-major order: one row of numbers for each image.
struct Rows {
  std::int64_t count = 0, width = 0;
  std::vector<double> values;

  Rows() = default;
  Rows(std::int64_t rows, std::int64_t columns)
      : count(rows), width(columns), values(static_cast<std::size_t>(rows * columns), 0) {}

  std::span<double> operator[](std::int64_t row) {
    return std::span(values).subspan(static_cast<std::size_t>(row * width),
                                     static_cast<std::size_t>(width));
  }
  std::span<const double> operator[](std::int64_t row) const {
    return std::span(values).subspan(static_cast<std::size_t>(row * width),
                                     static_cast<std::size_t>(width));
  }
};

/// The matrix t [N,D] of any floating type and device. Throws, naming `what` ("logit"), unless it
/// is one and every element is finite.
Rows rows_of(const tensor::Tensor& t, const char* what);
/// A float64 tensor [N,D].
tensor::Tensor to_tensor(const Rows& rows);

/// The transposed matrix.
Rows transposed(const Rows& a);
/// a b, [a.count, b.width]. Several threads; the result does not depend on their number, nor a row
/// of it on the other rows of a.
Rows times(const Rows& a, const Rows& b);
/// a b^T, [a.count, b.count]: all dot products of the rows of two matrices of one width. For a b
/// that is used often, times() with the transposed matrix saves transposing it each time.
Rows times_transposed(const Rows& a, const Rows& b);
/// sum += a^T a, [a.width, a.width], of which only the columns from the diagonal on are computed.
void add_gram(const Rows& a, Rows& sum);

/// Summed in eight parts, so that the compiler can use SIMD.
double dot(std::span<const double> a, std::span<const double> b);
double norm(std::span<const double> a);
/// Each row divided by its length; a row of zeros stays.
Rows unit_rows(Rows rows);

/// f(row) for rows 0 to count - 1, on several threads.
std::vector<double> for_each_row(std::int64_t count, const std::function<double(std::int64_t)>& f);

/// f(row) for each row, which f may change, on several threads.
void for_each_row(Rows& rows, const std::function<void(std::span<double>)>& f);

}  // namespace odin
