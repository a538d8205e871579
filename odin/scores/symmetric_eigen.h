#pragma once

#include <vector>

#include "odin/scores/rows.h"

namespace odin {

/// a = sum_i values[i] v_i v_i^T with orthonormal v_i, the rows of `vectors`. Values descend.
struct SymmetricEigen {
  std::vector<double> values;
  Rows vectors;  ///< [D,D]
};

/// Of a symmetric matrix [D,D]: Householder's reduction to a tridiagonal matrix, then QL with
/// implicit shifts (Golub, Van Loan: "Matrix Computations", 4th edition, 8.3). Throws if an element
/// is not finite.
SymmetricEigen symmetric_eigen(Rows a);

/// The (pseudo-)inverse of a covariance.
struct PseudoInverse {
  Rows matrix;
  std::int64_t rank;  ///< less than D if the matrix is singular: then it is the pseudo-inverse
};

/// Eigenvalues up to D times the precision of doubles times the largest count as 0.
PseudoInverse pseudo_inverse(const SymmetricEigen& eigen);

}  // namespace odin
