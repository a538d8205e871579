#pragma once

#include <functional>
#include <string>
#include <vector>

#include "odin/autograd/variable.h"

namespace odin::autograd {

struct GradcheckResult {
  bool ok;
  double worst_error;   ///< relative, see gradcheck
  std::string message;  ///< the worst element: input, position, both values
};

/// Compares the gradients of f with central finite differences. `inputs` are float64; f's result is
/// reduced to a scalar with fixed pseudo-random weights, so that every element of it counts. The
/// error of an element is |analytic - numeric| over the larger of the two, or over a hundredth of
/// the largest gradient of that input where both are smaller than that.
GradcheckResult gradcheck(const std::function<Variable(const std::vector<Variable>&)>& f,
                          const std::vector<Tensor>& inputs, double tolerance = 1e-6,
                          double step = 1e-5);

}  // namespace odin::autograd
