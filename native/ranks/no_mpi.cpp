#include <cstdlib>

#include "odin/native/ranks/job.h"
#include "odin/tensor/error.h"

namespace odin::native {

std::unique_ptr<Job> start_job(int&, char**&) {
  // mpirun would start the same work several times, each overwriting the others' files.
  for (const char* size : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS"})
    if (const char* text = std::getenv(size))
      require(std::atoi(text) <= 1, "this program was built without MPI, and it was started as ",
              text, " ranks; build it with -DODIN_MPI=ON");
  return job_alone();
}

}  // namespace odin::native
