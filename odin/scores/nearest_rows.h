#pragma once

#include <cstdint>
#include <vector>

#include "odin/scores/rows.h"

namespace odin {

/// The rows of a bank whose dot products with a query are largest. Candidates are found by matrix
/// products in float32, and their products computed again in double. Immutable, so thread-safe.
class NearestRows {
 public:
  explicit NearestRows(Rows bank);

  std::int64_t count() const { return bank_.count; }
  const Rows& bank() const { return bank_; }
  /// The numbers of the k rows with the largest products, for each query, the largest first.
  std::vector<std::vector<std::int64_t>> find(const Rows& queries, std::int64_t k) const;

 private:
  Rows bank_;
  std::vector<tensor::Tensor> blocks_;  ///< of the transposed bank, float32 [D, up to kBlock]
};

/// Throws unless 1 <= k <= the bank's rows.
void require_neighbors(const char* method, std::int64_t k, const NearestRows& bank);

}  // namespace odin
