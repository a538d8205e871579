#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "odin/nn/io/pickle.h"

namespace odin::nn {

/// A file written by torch.save: a pickled object, and blocks of tensor elements ("storages").
class TorchFile {
 public:
  virtual ~TorchFile() = default;

  virtual const pickle::Value& root() const = 0;
  /// The bytes of a storage, by its key in the pickle.
  virtual std::span<const std::byte> storage(const std::string& key) = 0;
};

/// The memory that a checkpoint may still use. Compressed records, tensors with stride 0 and
/// tensors that share elements can take more memory than the file's size; this limits how much
/// more.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t file_size) : left_(file_size * 16 + (std::size_t{16} << 20)) {}

  void take(std::uint64_t bytes) {
    require(bytes <= left_, "it would take far more memory than its size warrants");
    left_ -= bytes;
  }

 private:
  std::uint64_t left_;
};

/// The zip format (PyTorch 1.6 and later). `bytes` and `budget` must outlive the result.
std::unique_ptr<TorchFile> open_torch_zip(std::span<const std::byte> bytes, MemoryBudget& budget);
/// Throws for an archive of zip that holds something else, reading no more than its list of names.
void check_torch_zip(const std::filesystem::path& path);
/// The format before PyTorch 1.6. `bytes` must outlive the result.
std::unique_ptr<TorchFile> open_torch_legacy(std::span<const std::byte> bytes);

}  // namespace odin::nn
