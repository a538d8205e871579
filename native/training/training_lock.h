#pragma once

#include <filesystem>
#include <memory>

#include "odin/native/system/name_lock.h"

namespace odin::native {

/// Held by the training that writes a checkpoint, so that a second one with the same files is
/// noticed. It is a name in the kernel (name_lock.h), so that trainings on other machines or in other
/// containers, which share only the folder, do not see it.
class TrainingLock {
 public:
  /// Throws if another training has it.
  explicit TrainingLock(const std::filesystem::path& checkpoint);

 private:
  std::unique_ptr<NameLock> lock_;
};

}  // namespace odin::native
