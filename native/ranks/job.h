#pragma once

#include <memory>

#include "odin/native/ranks/ranks.h"

namespace odin::native {

/// The job that this process belongs to, from the start of main() to its end.
class Job {
 public:
  virtual ~Job() = default;
  virtual Ranks& ranks() = 0;
  /// Called by a rank that ends with an error. Returns whether it should print it: one line comes
  /// from the job if all ranks fail alike. Otherwise the others, which would wait for this rank
  /// forever, have to be ended by abandon().
  virtual bool speaks_of_error() = 0;
  /// Ends all ranks at once if others are still at work.
  virtual void abandon(int status) = 0;
};

/// The job of a program that was started alone.
std::unique_ptr<Job> job_alone();

/// A program without MPI, or one that neither mpirun nor srun has started, is a job of one rank.
/// There is one definition in a program: no_mpi.cpp or mpi/mpi_job.cpp.
std::unique_ptr<Job> start_job(int& argc, char**& argv);

}  // namespace odin::native
