#include "odin/native/ranks/job.h"

namespace odin::native {
namespace {

class JobAlone final : public Job {
 public:
  Ranks& ranks() override { return one_rank(); }
  bool speaks_of_error() override { return true; }
  void abandon(int) override {}
};

}  // namespace

std::unique_ptr<Job> job_alone() { return std::make_unique<JobAlone>(); }

}  // namespace odin::native
