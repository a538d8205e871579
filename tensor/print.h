#pragma once

#include <iosfwd>
#include <string>

namespace odin::tensor {

class Tensor;

/// A tensor for people to read: its shape, dtype and device, then its values, aligned in rows as
/// NumPy and PyTorch print them.
///
///   tensor [2,3] float32 cpu
///   [[ 1.0000, -0.5000,  0.2500],
///    [ 2.0000,     nan,    -inf]]
///
/// Floating values have four digits after the point, none ("1.") where all are whole numbers, and an
/// exponent ("1.0000e-05") where four digits would not tell them apart: the largest is 1e8 or more,
/// or some are below 1e-4, or a thousand times smaller than the largest. Of tensors with more than
/// 1000 elements only the first and the last three positions of each dimension are shown, "..." between
/// them. Rows longer than 80 characters are wrapped. Values on other devices are fetched.
/// Without elements the values are "[]"; an undefined tensor is "tensor undefined".
std::string to_string(const Tensor& tensor);

/// Writes to_string(tensor), without a newline at the end.
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

}  // namespace odin::tensor
