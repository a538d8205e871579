#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "odin/nn/io/elements.h"
#include "odin/nn/io/pickle.h"
#include "odin/nn/io/torch_file.h"
#include "odin/tensor/tensor.h"

namespace odin::nn {

/// Whether a symbol may occur in a checkpoint's pickle. Classes and functions that this reader does
/// not know are allowed, since nothing is ever called; those that run programs, open files or
/// evaluate text are not, since a file that asks for them is an attack on other readers.
bool is_allowed_symbol(std::string_view symbol);

/// A reference to a storage in the pickle.
struct StorageReference {
  StoredType type;
  std::string key;
  std::int64_t first, count;  ///< the range of elements referred to
  std::int64_t total;         ///< elements in the storage
};
/// Whether the reference is to the source of a class, as PyTorch's older files have.
bool is_source(const pickle::Persistent& reference);
StorageReference parse_storage(const pickle::Persistent& reference);

/// Whether `value` is a tensor or a parameter.
bool is_tensor(const pickle::Value& value);
/// Reads the tensor's elements from the file into a contiguous tensor.
tensor::Tensor read_tensor(const pickle::Value& value, TorchFile& file, MemoryBudget& budget);

}  // namespace odin::nn
