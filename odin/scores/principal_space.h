#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "odin/scores/fit.h"
#include "odin/scores/score.h"

namespace odin {

/// u = -pinv(W) b [D], the point whose logits are 0 as far as that is possible.
std::vector<double> origin_of(const LinearHead& head);

/// ViM's dimension of the principal space where none is given: 512 where D >= 1500, else D/2.
std::int64_t default_principal(std::int64_t features);

/// The part of h - u that is not along the first d principal directions.
class Residuals {
 public:
  /// d = 0: the default. Throws unless the fit has so many directions, fewer than features.
  Residuals(const std::string& method, const LinearHead& head, const Fit& fit, std::int64_t d);

  std::int64_t dimensions() const { return directions_.count; }
  /// Its length, for each row.
  std::vector<double> norms(const Rows& features) const;
  /// The gradients of the lengths: these parts as unit vectors, 0 where the length is.
  Rows gradients(const Rows& features) const;

 private:
  Rows parts(const Rows& features) const;

  std::vector<double> origin_;
  Rows directions_, columns_;
};

}  // namespace odin
