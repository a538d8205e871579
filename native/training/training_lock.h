#pragma once

#include <filesystem>

namespace odin::native {

/// Held by the training that writes a checkpoint, so that a second one with the same files is
/// noticed. It ends with the program, however that ends, and leaves no file: it is a name in the
/// kernel (an abstract Unix socket), so that trainings on other machines or in other containers,
/// which share only the folder, do not see it.
class TrainingLock {
 public:
  /// Throws if another training has it.
  explicit TrainingLock(const std::filesystem::path& checkpoint);
  ~TrainingLock();
  TrainingLock(const TrainingLock&) = delete;
  TrainingLock& operator=(const TrainingLock&) = delete;

 private:
  int socket_ = -1;
};

}  // namespace odin::native
