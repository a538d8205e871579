#include "odin/scores/rows.h"

#include <algorithm>
#include <cmath>

#include "odin/tensor/ops/reduce.h"
#include "odin/tensor/parallel.h"

namespace odin {
namespace {

using tensor::Tensor;

#if defined(__GNUC__)
#define ODIN_INLINE __attribute__((always_inline)) inline
#else
#define ODIN_INLINE inline
#endif

constexpr std::int64_t kRowsAtOnce = 4;

/// to[r][0..columns) += sum_k factors[r * stride + k * step] from[k * width ..], for four rows r.
/// The columns are the inner loop, so that the compiler can use SIMD without changing the order of
/// a sum.
ODIN_INLINE void add_products(const double* factors, std::int64_t stride, std::int64_t step,
                              std::int64_t depth, const double* from, std::int64_t width,
                              std::int64_t columns, double* const* to) {
  constexpr std::int64_t kColumns = 64;
  for (std::int64_t first = 0; first < columns; first += kColumns) {
    const std::int64_t count = std::min(kColumns, columns - first);
    double sums[kRowsAtOnce][kColumns];
    for (std::int64_t r = 0; r < kRowsAtOnce; ++r)
      for (std::int64_t j = 0; j < kColumns; ++j) sums[r][j] = j < count ? to[r][first + j] : 0;
    for (std::int64_t k = 0; k < depth; ++k) {
      const double* row = from + k * width + first;
      for (std::int64_t r = 0; r < kRowsAtOnce; ++r) {
        const double factor = factors[r * stride + k * step];
        if (count == kColumns)
          for (std::int64_t j = 0; j < kColumns; ++j) sums[r][j] += factor * row[j];
        else
          for (std::int64_t j = 0; j < count; ++j) sums[r][j] += factor * row[j];
      }
    }
    for (std::int64_t r = 0; r < kRowsAtOnce; ++r)
      std::copy(sums[r], sums[r] + count, to[r] + first);
  }
}

using AddProducts = void (*)(const double*, std::int64_t, std::int64_t, std::int64_t, const double*,
                             std::int64_t, std::int64_t, double* const*);

// Products and sums are rounded one after another (-ffp-contract=off), so that all give the same bits.
#if defined(__x86_64__) && defined(__GNUC__)
#define ODIN_VARIANT(name, features)                                                     \
  __attribute__((target(features))) void name(                                           \
      const double* factors, std::int64_t stride, std::int64_t step, std::int64_t depth, \
      const double* from, std::int64_t width, std::int64_t columns, double* const* to) { \
    add_products(factors, stride, step, depth, from, width, columns, to);                \
  }
ODIN_VARIANT(add_products_avx512, "avx512f")
ODIN_VARIANT(add_products_avx2, "avx2")
#undef ODIN_VARIANT
#endif

void add_products_plain(const double* factors, std::int64_t stride, std::int64_t step,
                        std::int64_t depth, const double* from, std::int64_t width,
                        std::int64_t columns, double* const* to) {
  add_products(factors, stride, step, depth, from, width, columns, to);
}

AddProducts fastest() {
#if defined(__x86_64__) && defined(__GNUC__)
  if (__builtin_cpu_supports("avx512f")) return add_products_avx512;
  if (__builtin_cpu_supports("avx2")) return add_products_avx2;
#endif
  return add_products_plain;
}

/// Calls f(first row) for each four rows of `count`, on several threads.
template <class F>
void for_each_four(std::int64_t count, F&& f) {
  tensor::parallel_for((count + kRowsAtOnce - 1) / kRowsAtOnce, 1, [&](auto first, auto last) {
    for (auto i = first; i < last; ++i) f(i * kRowsAtOnce);
  });
}

}  // namespace

Rows rows_of(const Tensor& t, const char* what) {
  require(t.rank() == 2 && t.dim(1) > 0, "score: expected a row of ", what,
          "s for each image, got ", t.shape());
  const Tensor here = t.to(tensor::Device::cpu);
  require(tensor::all_finite(here), "score: a ", what, " is NaN or infinite");
  Rows rows;
  rows.count = t.dim(0);
  rows.width = t.dim(1);
  rows.values = here.to(tensor::DType::f64).to_vector<double>();
  return rows;
}

Tensor to_tensor(const Rows& rows) { return Tensor::from(rows.values, {rows.count, rows.width}); }

Rows transposed(const Rows& a) {
  Rows t(a.width, a.count);
  for (std::int64_t i = 0; i < a.count; ++i)
    for (std::int64_t j = 0; j < a.width; ++j)
      t[j][static_cast<std::size_t>(i)] = a[i][static_cast<std::size_t>(j)];
  return t;
}

Rows times(const Rows& a, const Rows& b) {
  require(a.width == b.count, "score: a matrix of ", a.width, " columns times one of ", b.count,
          " rows");
  static const AddProducts add = fastest();
  Rows product(a.count, b.width);
  for_each_four(a.count, [&](std::int64_t first) {
    // Rows that are missing at the end are computed into a scratch row from the last one.
    std::vector<double> scratch(static_cast<std::size_t>(b.width));
    std::vector<double> factors(static_cast<std::size_t>(kRowsAtOnce * a.width));
    double* to[kRowsAtOnce];
    for (std::int64_t r = 0; r < kRowsAtOnce; ++r) {
      const bool there = first + r < a.count;
      const auto row = a[std::min(first + r, a.count - 1)];
      std::copy(row.begin(), row.end(), factors.begin() + r * a.width);
      to[r] = there ? product[first + r].data() : scratch.data();
    }
    add(factors.data(), a.width, 1, a.width, b.values.data(), b.width, b.width, to);
  });
  return product;
}

Rows times_transposed(const Rows& a, const Rows& b) {
  require(a.width == b.width, "score: rows of ", a.width, " and ", b.width, " numbers");
  return times(a, transposed(b));
}

void add_gram(const Rows& a, Rows& sum) {
  static const AddProducts add = fastest();
  for_each_four(a.width, [&](std::int64_t first) {
    if (first + kRowsAtOnce <= a.width) {
      double* to[kRowsAtOnce];
      for (std::int64_t r = 0; r < kRowsAtOnce; ++r) to[r] = sum[first + r].data() + first;
      add(a.values.data() + first, 1, a.width, a.count, a.values.data() + first, a.width,
          a.width - first, to);
      return;
    }
    for (std::int64_t i = first; i < a.width; ++i)
      for (std::int64_t n = 0; n < a.count; ++n)
        for (std::int64_t j = first; j < a.width; ++j)
          sum[i][static_cast<std::size_t>(j)] +=
              a[n][static_cast<std::size_t>(i)] * a[n][static_cast<std::size_t>(j)];
  });
}

double dot(std::span<const double> a, std::span<const double> b) {
  constexpr std::size_t kParts = 8;
  double sums[kParts] = {};
  std::size_t i = 0;
  for (; i + kParts <= a.size(); i += kParts)
    for (std::size_t p = 0; p < kParts; ++p) sums[p] += a[i + p] * b[i + p];
  for (; i < a.size(); ++i) sums[0] += a[i] * b[i];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

double norm(std::span<const double> a) { return std::sqrt(dot(a, a)); }

Rows unit_rows(Rows rows) {
  for_each_row(rows, [](std::span<double> row) {
    const double length = norm(row);
    if (length > 0)
      for (double& x : row) x /= length;
  });
  return rows;
}

std::vector<double> for_each_row(std::int64_t count, const std::function<double(std::int64_t)>& f) {
  std::vector<double> results(static_cast<std::size_t>(count));
  tensor::parallel_for(count, 1, [&](std::int64_t first, std::int64_t last) {
    for (auto i = first; i < last; ++i) results[static_cast<std::size_t>(i)] = f(i);
  });
  return results;
}

void for_each_row(Rows& rows, const std::function<void(std::span<double>)>& f) {
  tensor::parallel_for(rows.count, 1, [&](std::int64_t first, std::int64_t last) {
    for (auto i = first; i < last; ++i) f(rows[i]);
  });
}

}  // namespace odin
