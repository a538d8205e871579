#include "odin/scores/principal_space.h"

#include "odin/scores/symmetric_eigen.h"

namespace odin {

/// pinv(W) = W^T pinv(W W^T)
std::vector<double> origin_of(const LinearHead& head) {
  const Rows& w = head.weight;
  const Rows inverse = pseudo_inverse(symmetric_eigen(times_transposed(w, w))).matrix;
  std::vector<double> u(static_cast<std::size_t>(w.width), 0);
  for (std::int64_t k = 0; k < w.count; ++k) {
    const double factor = dot(inverse[k], head.bias);
    for (std::size_t j = 0; j < u.size(); ++j) u[j] -= factor * w[k][j];
  }
  return u;
}

std::int64_t default_principal(std::int64_t features) {
  return features >= 1500 ? 512 : features / 2;
}

Residuals::Residuals(const std::string& method, const LinearHead& head, const Fit& fit,
                     std::int64_t d)
    : origin_(origin_of(head)), directions_(fit.matrix(method, "principal")) {
  const std::int64_t features = directions_.width;
  if (d == 0) d = default_principal(features);
  const std::int64_t most = std::min(directions_.count, features - 1);
  require(d >= 1 && d <= most, method, ": expected d from 1 to ", most, ", got ", d);
  directions_.count = d;
  directions_.values.resize(static_cast<std::size_t>(d * features));
  columns_ = transposed(directions_);
}

Rows Residuals::parts(const Rows& features) const {
  Rows x = features;
  for (std::int64_t i = 0; i < x.count; ++i)
    for (std::size_t j = 0; j < origin_.size(); ++j) x[i][j] -= origin_[j];
  const Rows part = times(times(x, columns_), directions_);
  for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] -= part.values[i];
  return x;
}

std::vector<double> Residuals::norms(const Rows& features) const {
  const Rows rest = parts(features);
  return for_each_row(rest.count, [&](std::int64_t i) { return norm(rest[i]); });
}

Rows Residuals::gradients(const Rows& features) const { return unit_rows(parts(features)); }

}  // namespace odin
