#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/file_bytes.h"

namespace odin::nn {

/// A file that is mapped can not be replaced on Windows: a training could not write the model that it
/// began with. So it is read.
FileBytes::FileBytes(const std::filesystem::path& path, std::string_view operation)
    : read_(read_file(path, operation)), bytes_(read_) {}

FileBytes::~FileBytes() = default;

}  // namespace odin::nn
