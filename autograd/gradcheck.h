#pragma once

#include <functional>
#include <string>
#include <vector>

#include "odin/autograd/variable.h"

namespace odin::autograd {

struct GradcheckResult {
  bool ok;
  double worst_error;   ///< the largest relative error, as defined at gradcheck()
  std::string message;  ///< the element with the largest error: input, position, both values
};

/// Checks the gradient rules in f against central finite differences. `inputs` must be float64. f's
/// result is reduced to a scalar by a sum with fixed pseudo-random weights, so that all of its
/// elements are checked. The error of an element is |analytic - numeric| / max(|analytic|,
/// |numeric|, m / 100), where m is the largest analytic gradient of that input. `ok` means that no
/// error exceeds `tolerance`, and that the gradients are the same where only a subset of the inputs
/// needs one (all subsets of up to five inputs). The difference of an element x is taken over x +- step max(1, |x|).
GradcheckResult gradcheck(const std::function<Variable(const std::vector<Variable>&)>& f,
                          const std::vector<Tensor>& inputs, double tolerance = 1e-6,
                          double step = 1e-5);

}  // namespace odin::autograd
