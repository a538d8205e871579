#pragma once

#include <mpi.h>

#include <deque>

#include "odin/native/ranks/ranks.h"

namespace odin::native {

/// The sums that are under way. MPI wants all ranks to begin the transfers of a communicator in the
/// same order, and when the first step of a sum is done depends on the network: so each step has a
/// communicator of its own, and second steps are begun in the order of the sums.
struct MpiSums {
  MPI_Comm first_step = MPI_COMM_NULL, second_step = MPI_COMM_NULL;
  std::deque<PendingSum*> scattering;  ///< those in their first step, in order
};

/// The ranks of an MPI communicator. MPI must be initialized, and be used by this thread alone.
class MpiRanks final : public Ranks {
 public:
  explicit MpiRanks(MPI_Comm world);
  ~MpiRanks() override;

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  std::unique_ptr<PendingSum> begin_sum(std::vector<std::span<const float>> vectors,
                                        std::span<float> sum) override;
  std::vector<double> gather(std::span<const double> mine) override;
  std::vector<std::string> gather(const std::string& mine) override;
  void meet() override;

 private:
  MPI_Comm world_;
  MpiSums sums_;
  int rank_ = 0, size_ = 1;
};

/// Waits for a request, asleep in between. Returns false if it is not done after `seconds`; 0: waits
/// forever.
bool wait_asleep(MPI_Request& request, double seconds = 0);

}  // namespace odin::native
