#include <cstdio>
#include <cstdlib>

#include "odin/native/ranks/job.h"
#include "odin/native/ranks/mpi/mpi_ranks.h"

namespace odin::native {
namespace {

/// Whether a launcher has started this process: MPI is not begun for a single picture.
bool is_launched() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMIX_RANK", "MPI_LOCALNRANKS"})
    if (std::getenv(name)) return true;
  return false;
}

class MpiJob final : public Job {
 public:
  MpiJob(int& argc, char**& argv) {
    int level = 0;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level);
    // Errors of this communicator's own: whether all ranks fail must not be mixed up with their work.
    MPI_Comm_dup(MPI_COMM_WORLD, &errors_);
    ranks_ = std::make_unique<MpiRanks>(MPI_COMM_WORLD);
    // Help and results come from the first rank alone.
    if (!ranks_->first() && !std::freopen("/dev/null", "w", stdout)) std::fclose(stdout);
  }
  ~MpiJob() override {
    ranks_.reset();
    MPI_Comm_free(&errors_);
    MPI_Finalize();
  }
  MpiJob(const MpiJob&) = delete;
  MpiJob& operator=(const MpiJob&) = delete;

  Ranks& ranks() override { return *ranks_; }

  bool speaks_of_error() override {
    constexpr double kSeconds = 3;
    MPI_Request request;
    MPI_Ibarrier(errors_, &request);
    all_failed_ = wait_asleep(request, kSeconds);
    return !all_failed_ || ranks_->first();
  }

  void abandon(int status) override {
    if (!all_failed_) MPI_Abort(MPI_COMM_WORLD, status);
  }

 private:
  MPI_Comm errors_ = MPI_COMM_NULL;
  std::unique_ptr<MpiRanks> ranks_;
  bool all_failed_ = false;
};

}  // namespace

std::unique_ptr<Job> start_job(int& argc, char**& argv) {
  if (!is_launched()) return job_alone();
  return std::make_unique<MpiJob>(argc, argv);
}

}  // namespace odin::native
