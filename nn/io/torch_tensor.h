#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "odin/nn/io/elements.h"
#include "odin/nn/io/pickle.h"
#include "odin/nn/io/torch_file.h"
#include "odin/tensor/tensor.h"

namespace odin::nn {

/// Whether a symbol may occur in a checkpoint's pickle: one that this reader interprets, or a
/// harmless one that training scripts save along with the model, which is ignored.
bool is_allowed_symbol(std::string_view symbol);

/// A reference to a storage in the pickle.
struct StorageReference {
  StoredType type;
  std::string key;
  std::int64_t first, count;  ///< the range of elements referred to
  std::int64_t total;         ///< elements in the storage
};
StorageReference parse_storage(const pickle::Persistent& reference);

/// Whether `value` is a tensor or a parameter.
bool is_tensor(const pickle::Value& value);
/// Reads the tensor's elements from the file into a contiguous tensor.
tensor::Tensor read_tensor(const pickle::Value& value, TorchFile& file, MemoryBudget& budget);

}  // namespace odin::nn
