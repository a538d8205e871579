#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace odin::native {

/// A sum over all ranks that is under way.
class PendingSum {
 public:
  virtual ~PendingSum() = default;
  /// Moves the transfer on, if it can be moved, and returns at once.
  virtual void progress() = 0;
  /// Returns when the sum is there.
  virtual void wait() = 0;
};

/// The processes that do one job together: those that mpirun or srun started, each with its number,
/// its rank. A program that was started alone is one rank.
///
/// Every function is collective: all ranks must call the same functions in the same order. To be
/// used by one thread.
class Ranks {
 public:
  virtual ~Ranks() = default;
  Ranks() = default;
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  virtual int rank() const = 0;
  virtual int size() const = 0;
  bool first() const { return rank() == 0; }

  /// Begins to add up vectors of `sum.size()` numbers: those of rank 0, in their order, then those of
  /// rank 1, and so on. Every rank gives as many. The order of the additions is fixed, so the sum
  /// has the same bits however the vectors are divided among ranks. All ranks get the sum. The
  /// memory must outlive the result.
  virtual std::unique_ptr<PendingSum> begin_sum(std::vector<std::span<const float>> vectors,
                                                std::span<float> sum) = 0;
  /// The numbers of all ranks, in the order of ranks. Each gives any number of them.
  virtual std::vector<double> gather(std::span<const double> mine) = 0;
  /// The texts of all ranks, in their order.
  virtual std::vector<std::string> gather(const std::string& mine) = 0;
  /// Waits until all ranks are here, without keeping a processor busy.
  virtual void meet() = 0;

  /// Whether one of the ranks says so.
  bool any(bool mine);
  /// Throws on every rank, with the message of the first that has one, unless all are empty. The
  /// message names the rank if others have none or another.
  void check_errors(const std::string& mine);
  /// Throws on every rank unless all say the same text; `what` names it in the message.
  void require_same(const std::string& what, const std::string& mine);
};

/// The only rank of a program that was started alone.
Ranks& one_rank();

/// Adds up vectors in their order: what begin_sum() computes.
void sum_in_order(std::span<const std::span<const float>> vectors, std::span<float> sum);

}  // namespace odin::native
