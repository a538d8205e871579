#pragma once

#include <mpi.h>

#include "odin/native/ranks/ranks.h"

namespace odin::native {

/// The ranks of an MPI communicator. MPI must be initialized, and be used by this thread alone.
class MpiRanks final : public Ranks {
 public:
  explicit MpiRanks(MPI_Comm world);

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  std::unique_ptr<PendingSum> begin_sum(std::vector<std::span<const float>> vectors,
                                        std::span<float> sum) override;
  std::vector<double> gather(std::span<const double> mine) override;
  std::vector<std::string> gather(const std::string& mine) override;
  void meet() override;

 private:
  MPI_Comm world_;
  int rank_ = 0, size_ = 1;
};

/// Waits for a request, asleep in between. Returns false if it is not done after `seconds`; 0: waits
/// forever.
bool wait_asleep(MPI_Request& request, double seconds = 0);

}  // namespace odin::native
