#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "odin/nn/io/pickle.h"

namespace odin::nn {

/// What torch.save wrote: a pickled object, and the elements of its tensors in blocks ("storages").
class TorchFile {
 public:
  virtual ~TorchFile() = default;

  virtual const pickle::Value& root() const = 0;
  /// The bytes of a storage, by the key that the pickle has for it.
  virtual std::span<const std::byte> storage(const std::string& key) = 0;
};

/// How much memory a checkpoint may still ask for. Compressed records, tensors that repeat elements
/// (stride 0) and tensors that share them can be larger than the file, but not without limit.
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

/// The zip format (PyTorch 1.6 and later). The file's bytes and the budget must outlive the result.
std::unique_ptr<TorchFile> open_torch_zip(std::span<const std::byte> bytes, MemoryBudget& budget);
/// The format before that. The file's bytes must outlive the result.
std::unique_ptr<TorchFile> open_torch_legacy(std::span<const std::byte> bytes);

}  // namespace odin::nn
