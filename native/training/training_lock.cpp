#include "odin/native/training/training_lock.h"

#include <span>
#include <string>
#include <system_error>

#include "odin/native/system/digest.h"
#include "odin/native/system/file_id.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {

namespace fs = std::filesystem;

namespace {

/// The same for all names of a file: the folder is known by its number. Empty if there is none.
std::string name_of_lock(const fs::path& file) {
  std::error_code ignored;
  const fs::path place = fs::weakly_canonical(fs::absolute(file, ignored), ignored);
  const auto folder = file_id(place.parent_path());
  if (!folder) return "";
  const std::string text = std::to_string(folder->first) + "/" + std::to_string(folder->second) +
                           "/" + place.filename().string();
  return "odin-train-" + sha256_hex(std::as_bytes(std::span(text)));
}

}  // namespace

TrainingLock::TrainingLock(const fs::path& checkpoint) {
  const std::string name = name_of_lock(checkpoint);
  if (name.empty()) return;
  lock_ = std::make_unique<NameLock>(name);
  require(!lock_->is_of_another(), "train: another odin train is writing ",
          nn::quote(checkpoint.string()), "; wait for its end or choose another --save");
}

}  // namespace odin::native
