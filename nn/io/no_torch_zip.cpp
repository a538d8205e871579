#include "odin/nn/io/torch_file.h"
#include "odin/tensor/error.h"

// In place of torch_zip.cpp where odin is built without libzip.

namespace odin::nn {
namespace {

constexpr const char* kWithoutZip =
    "PyTorch's zip files are not read by this odin, which is built without libzip (ODIN_TORCH_ZIP)";

}  // namespace

std::unique_ptr<TorchFile> open_torch_zip(std::span<const std::byte>, MemoryBudget&) {
  fail(kWithoutZip);
}

void check_torch_zip(const std::filesystem::path&) { fail(kWithoutZip); }

}  // namespace odin::nn
