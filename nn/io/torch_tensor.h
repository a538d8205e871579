#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "odin/nn/io/elements.h"
#include "odin/nn/io/pickle.h"
#include "odin/nn/io/torch_file.h"
#include "odin/tensor/tensor.h"

namespace odin::nn {

/// The symbols that may occur in a checkpoint's pickle: those that this reader understands, and
/// some that training scripts leave in it beside the model, which are kept as they are and mean
/// nothing.
bool is_allowed_symbol(std::string_view symbol);

/// What the pickle says of a storage.
struct StorageReference {
  StoredType type;
  std::string key;
  std::int64_t first, count;  ///< the elements of it that are meant
  std::int64_t total;         ///< all that it has
};
StorageReference parse_storage(const pickle::Persistent& reference);

/// Whether `value` is a tensor or a parameter.
bool is_tensor(const pickle::Value& value);
/// The tensor, contiguous, its elements taken from the file.
tensor::Tensor read_tensor(const pickle::Value& value, TorchFile& file, MemoryBudget& budget);

}  // namespace odin::nn
