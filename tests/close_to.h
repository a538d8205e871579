#pragma once

#include <cmath>
#include <sstream>
#include <string>

#include "odin/tensor/tensor.h"

namespace odin::tests {

/// The largest difference between two tensors, relative to the largest expected element.
struct Distance {
  double relative = 0;
  std::string text;  ///< where the difference is largest
};

inline Distance distance(const tensor::Tensor& actual, const tensor::Tensor& expected) {
  std::ostringstream text;
  if (actual.shape() != expected.shape()) {
    text << "shape " << actual.shape() << ", expected " << expected.shape();
    return {INFINITY, text.str()};
  }
  const auto a = actual.to(tensor::DType::f64).to_vector<double>();
  const auto e = expected.to(tensor::DType::f64).to_vector<double>();
  double largest = 0, worst = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < e.size(); ++i) {
    largest = std::max(largest, std::abs(e[i]));
    const double d = std::abs(a[i] - e[i]);
    if (d > worst || std::isnan(d)) worst = std::isnan(d) ? INFINITY : d, at = i;
  }
  if (worst == 0) return {};
  text << "element " << at << " of " << expected.shape() << " is " << a[at] << ", expected "
       << e[at];
  return {largest > 0 ? worst / largest : worst, text.str()};
}

/// The fraction of elements with the same sign; 0 is positive, as in ODIN's perturbation.
inline double equal_signs(const tensor::Tensor& a, const tensor::Tensor& b) {
  const auto x = a.to_vector<float>(), y = b.to_vector<float>();
  std::size_t equal = 0;
  for (std::size_t i = 0; i < x.size(); ++i) equal += (x[i] < 0) == (y[i] < 0);
  return static_cast<double>(equal) / static_cast<double>(x.size());
}

}  // namespace odin::tests

/// Checks that the tensors agree to `tolerance` times the largest expected element.
#define CHECK_CLOSE(actual, expected, tolerance)                                             \
  do {                                                                                       \
    const auto apart = odin::tests::distance(actual, expected);                              \
    CHECK_MESSAGE(apart.relative <= (tolerance), apart.text, ", apart by ", apart.relative); \
  } while (false)
