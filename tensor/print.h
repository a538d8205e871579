#pragma once

#include <iosfwd>
#include <string>

namespace odin::tensor {

class Tensor;

/// A tensor as readable text: its shape, dtype and device, then its values in aligned rows, as
/// NumPy and PyTorch print them.
///
///   tensor [2,3] float32 cpu
///   [[ 1.0000, -0.5000,  0.2500],
///    [ 2.0000,     nan,    -inf]]
///
/// Floating-point values are shown without digits after the point ("1.") if all are whole numbers,
/// otherwise with four, or in scientific notation ("1.0000e-05") if a nonzero magnitude is below
/// 1e-4 or more than a thousand times smaller than the largest. If the largest magnitude is 1e8 or
/// more, all are in scientific notation. Of tensors with more than 1000 elements only the first and
/// last three positions of each dimension are shown, with "..." between them. Rows longer than 80
/// characters are wrapped. Elements on other devices are copied to the CPU first. A tensor without
/// elements prints "[]"; an undefined one prints "tensor undefined".
std::string to_string(const Tensor& tensor);

/// Writes to_string(tensor), without a newline at the end.
std::ostream& operator<<(std::ostream& out, const Tensor& tensor);

}  // namespace odin::tensor
