#include "odin/scores/symmetric_eigen.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "odin/tensor/parallel.h"

namespace odin {
namespace {

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// A tridiagonal matrix t and an orthogonal q with a = q^T t q.
struct Tridiagonal {
  std::vector<double> diagonal, beside;  ///< beside[i] is t[i][i+1]
  Rows q;
};

/// For each column a reflection I - v v^T / h that leaves only one element below the diagonal.
Tridiagonal tridiagonal(Rows& a) {
  const std::int64_t n = a.count;
  Tridiagonal t{std::vector<double>(at(n)), std::vector<double>(at(n)), Rows(n, n)};
  std::vector<double> halves(at(n), 0), p(at(n));
  // Row k of `a` keeps v in its elements from k + 1 on.
  for (std::int64_t k = 0; k + 1 < n; ++k) {
    t.diagonal[at(k)] = a[k][at(k)];
    auto v = a[k].subspan(at(k + 1));
    const double largest = std::abs(*std::max_element(
        v.begin(), v.end(), [](double x, double y) { return std::abs(x) < std::abs(y); }));
    if (largest == 0) continue;
    const double length = largest * [&] {
      double sum = 0;
      for (const double x : v) sum += (x / largest) * (x / largest);
      return std::sqrt(sum);
    }();
    t.beside[at(k)] = v[0] > 0 ? -length : length;
    v[0] -= t.beside[at(k)];
    const double h = -v[0] * t.beside[at(k)];  // |v|^2 / 2
    halves[at(k)] = h;
    // With p = a v / h and w = p - v (v p) / 2h the rest becomes a - v w^T - w v^T.
    const std::int64_t size = n - k - 1;
    tensor::parallel_for(size, 64, [&](std::int64_t first, std::int64_t last) {
      for (auto i = first; i < last; ++i) {
        const auto row = std::as_const(a)[k + 1 + i].subspan(at(k + 1));
        double sums[4] = {0, 0, 0, 0};
        std::size_t j = 0;
        for (; j + 4 <= row.size(); j += 4)
          for (std::size_t s = 0; s < 4; ++s) sums[s] += row[j + s] * v[j + s];
        double sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        for (; j < row.size(); ++j) sum += row[j] * v[j];
        p[at(i)] = sum / h;
      }
    });
    const std::span<double> w(p.data(), at(size));
    const double half = dot(v, w) / (2 * h);
    for (std::size_t i = 0; i < w.size(); ++i) w[i] -= half * v[i];
    tensor::parallel_for(size, 64, [&](std::int64_t first, std::int64_t last) {
      for (auto i = first; i < last; ++i) {
        const auto row = a[k + 1 + i].subspan(at(k + 1));
        const double vi = v[at(i)], wi = w[at(i)];
        for (std::size_t j = 0; j < row.size(); ++j) row[j] -= vi * w[j] + wi * v[j];
      }
    });
  }
  t.diagonal[at(n - 1)] = a[n - 1][at(n - 1)];

  // q is the product of the reflections, the last one first, so that they act on ever more rows.
  for (std::int64_t i = 0; i < n; ++i) t.q[i][at(i)] = 1;
  for (std::int64_t k = n - 2; k >= 0; --k) {
    if (halves[at(k)] == 0) continue;
    const auto v = std::as_const(a)[k].subspan(at(k + 1));
    tensor::parallel_for(n - k - 1, 64, [&](std::int64_t first, std::int64_t last) {
      for (auto i = k + 1 + first; i < k + 1 + last; ++i) {
        const auto row = t.q[i].subspan(at(k + 1));
        const double factor = dot(row, v) / halves[at(k)];
        for (std::size_t j = 0; j < row.size(); ++j) row[j] -= factor * v[j];
      }
    });
  }
  return t;
}

/// Two rows turned: x = c x + s y, y = c y - s x.
void rotate(std::span<double> x, std::span<double> y, double c, double s) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double old = x[i];
    x[i] = c * old + s * y[i];
    y[i] = c * y[i] - s * old;
  }
}

/// QL steps until the elements beside the diagonal are 0; `vectors` turns along.
void diagonalize(std::vector<double>& d, std::vector<double>& e, Rows& vectors) {
  const std::int64_t n = vectors.count;
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  constexpr int kMostSteps = 100;
  // Of a singular matrix whole rows are rounding errors: what is small beside the largest elements
  // is 0, or the steps would go on about those.
  double largest = 0;
  for (std::size_t i = 0; i < d.size(); ++i)
    largest = std::max(largest, std::abs(d[i]) + std::abs(e[i]));
  for (std::int64_t low = 0; low < n; ++low) {
    for (int step = 0;; ++step) {
      std::int64_t high = low;
      while (high + 1 < n && std::abs(e[at(high)]) > kEpsilon * largest) ++high;
      if (high == low) break;
      require(step < kMostSteps, "eigenvalues: no convergence");
      // Wilkinson's shift.
      double g = (d[at(low + 1)] - d[at(low)]) / (2 * e[at(low)]);
      double r = std::hypot(g, 1.0);
      g = d[at(high)] - d[at(low)] + e[at(low)] / (g + std::copysign(r, g));
      double s = 1, c = 1, p = 0;
      std::int64_t i = high - 1;
      for (; i >= low; --i) {
        const double f = s * e[at(i)], b = c * e[at(i)];
        r = std::hypot(f, g);
        e[at(i + 1)] = r;
        if (r == 0) {
          d[at(i + 1)] -= p;
          e[at(high)] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[at(i + 1)] - p;
        r = (d[at(i)] - g) * s + 2 * c * b;
        p = s * r;
        d[at(i + 1)] = g + p;
        g = c * r - b;
        rotate(vectors[i + 1], vectors[i], c, s);
      }
      if (r == 0 && i >= low) continue;
      d[at(low)] -= p;
      e[at(low)] = g;
      e[at(high)] = 0;
    }
  }
}

}  // namespace

SymmetricEigen symmetric_eigen(Rows a) {
  const std::int64_t n = a.count;
  require(n > 0 && a.width == n, "eigenvalues: expected a square matrix, got ", a.count, "x",
          a.width);
  for (const double x : a.values)
    require(std::isfinite(x), "eigenvalues: an element is NaN or infinite");
  Tridiagonal t = tridiagonal(a);
  Rows vectors = std::move(t.q);
  diagonalize(t.diagonal, t.beside, vectors);
  std::vector<std::int64_t> order(at(n));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t i, std::int64_t j) {
    return t.diagonal[at(i)] > t.diagonal[at(j)];
  });
  SymmetricEigen result{{}, Rows(n, n)};
  for (std::int64_t i = 0; i < n; ++i) {
    result.values.push_back(t.diagonal[at(order[at(i)])]);
    std::ranges::copy(std::as_const(vectors)[order[at(i)]], result.vectors[i].begin());
  }
  return result;
}

PseudoInverse pseudo_inverse(const SymmetricEigen& eigen) {
  const std::int64_t n = eigen.vectors.count;
  const double least = static_cast<double>(n) * std::numeric_limits<double>::epsilon() *
                       std::max(eigen.values.front(), 0.0);
  Rows kept = eigen.vectors;  // each v_i / sqrt(value), or 0
  std::int64_t rank = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const double value = eigen.values[at(i)];
    const double factor = value > least ? 1 / std::sqrt(value) : 0;
    rank += value > least;
    for (double& x : kept[i]) x *= factor;
  }
  const Rows columns = transposed(kept);
  return {times_transposed(columns, columns), rank};
}

}  // namespace odin
