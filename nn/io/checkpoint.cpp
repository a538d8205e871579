#include "odin/nn/io/checkpoint.h"

#include <algorithm>
#include <memory>

#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/file_kind.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/io/safetensors.h"
#include "odin/nn/io/torch_file.h"
#include "odin/nn/io/torch_states.h"
#include "odin/nn/io/torch_tensor.h"
#include "odin/tensor/error.h"

namespace odin::nn {
namespace {

constexpr std::string_view kParallelPrefix = "module.";
/// What torch.compile and others put into names, at any place.
constexpr std::string_view kWrappers[] = {"_orig_mod.", "_fsdp_wrapped_module.",
                                          "_checkpoint_wrapped_module."};

std::string without_wrappers(std::string name) {
  for (const std::string_view wrapper : kWrappers) {
    for (std::size_t at = name.find(wrapper); at != name.npos; at = name.find(wrapper, at))
      if (at == 0 || name[at - 1] == '.')
        name.erase(at, wrapper.size());
      else
        at += wrapper.size();  // the end of a longer word
  }
  return name;
}

/// Unless two names became one.
StateDict without_wrappers(const StateDict& state) {
  StateDict out;
  for (const auto& [name, tensor] : state) out[without_wrappers(name)] = tensor;
  return out.size() == state.size() ? out : state;
}

/// Whether all names but bookkeeping, and one at least, have the prefix.
bool all_parallel(const StateDict& state) {
  const auto has_prefix = [](const auto& entry) {
    return entry.first.starts_with(kParallelPrefix);
  };
  return std::any_of(state.begin(), state.end(), has_prefix) &&
         std::all_of(state.begin(), state.end(), [&](const auto& entry) {
           return has_prefix(entry) || is_bookkeeping(entry.first, entry.second);
         });
}

StateDict unwrapped(StateDict state) {
  state = without_wrappers(state);
  while (all_parallel(state)) state = without_prefix(state, std::string(kParallelPrefix));
  return state;
}

/// Says which other states there are and what was left out.
void take_notes(const TorchState& taken, const pickle::Value& root, const std::string& key,
                std::vector<std::string>& notes) {
  std::string others;
  if (key.empty() && !taken.key.empty())
    for (const TorchState& state : find_states(root))
      if (state.key != taken.key) others += (others.empty() ? "" : ", ") + quote(state.key);
  if (!others.empty())
    notes.push_back("the tensors under " + quote(taken.key) +
                    " are taken; there are others under " + others + " (--key)");
  if (taken.left_out > 0)
    notes.push_back(std::to_string(taken.left_out) + " entries beside the tensors are left out: " +
                    quote(taken.first_left_out) + (taken.left_out > 1 ? ", ..." : ""));
}

StateDict parse_torch(std::span<const std::byte> bytes, const std::string& key,
                      std::vector<std::string>* notes) {
  MemoryBudget budget(bytes.size());
  const auto file = is_torch_zip(bytes) ? open_torch_zip(bytes, budget) : open_torch_legacy(bytes);
  const TorchState found = choose_state(file->root(), key);
  if (notes) take_notes(found, file->root(), key, *notes);
  StateDict state;
  for (const auto& [name, value] : found.tensors) {
    try {
      state[name] = read_tensor(*value, *file, budget);
    } catch (const Error& error) {
      fail("tensor ", quote(name), ": ", error.what());
    }
  }
  return unwrapped(std::move(state));
}

/// Throws for a file that parse_checkpoint() would not read, as far as can be told without reading
/// it to its end.
void check_kind_of_file(const std::filesystem::path& path) {
  const std::vector<std::byte> beginning = beginning_of(path);
  if (beginning.empty() || is_torch_legacy(beginning)) return;
  if (is_safetensors(beginning, path.string())) return check_safetensors_beginning(path);
  try {
    if (is_torch_zip(beginning))
      check_torch_zip(path);
    else
      open_torch_legacy(beginning);  // throws and says what it is
  } catch (const Error& error) {
    fail("checkpoint: ", quote(path.string()), ": ", error.what());
  }
}

}  // namespace

bool is_safetensors(std::span<const std::byte> bytes, std::string_view name) {
  // The header of a safetensors file follows its length, 8 bytes.
  const bool has_header = bytes.size() > 8 && bytes[8] == std::byte{'{'};
  return !is_torch_zip(bytes) && !is_torch_legacy(bytes) &&
         (has_header || name.ends_with(".safetensors"));
}

StateDict take_part(const StateDict& state, const std::string& key) {
  if (key.empty()) return unwrapped(state);
  StateDict part;
  for (const auto& [name, tensor] : state)
    if (name.starts_with(key + ".")) part[name.substr(key.size() + 1)] = tensor;
  require(!part.empty(), "no name begins with ", quote(key + "."), " (there are ", state.size(),
          " tensors", state.empty() ? "" : ", the first is " + quote(state.begin()->first), ")");
  return unwrapped(std::move(part));
}

StateDict parse_checkpoint(std::span<const std::byte> bytes, std::string_view name,
                           const std::string& key, std::vector<std::string>* notes) {
  if (is_safetensors(bytes, name)) {
    const Safetensors file = parse_safetensors(bytes, name);
    try {
      return take_part(file.tensors, key);
    } catch (const Error& error) {
      fail("checkpoint: ", quote(name), ": ", error.what());
    }
  }
  try {
    return parse_torch(bytes, key, notes);
  } catch (const Error& error) {
    fail("checkpoint: ", quote(name), ": ", error.what());
  }
}

StateDict read_checkpoint(const std::filesystem::path& path, const std::string& key,
                          std::vector<std::string>* notes) {
  return parse_checkpoint(read_checkpoint_file(path), path.string(), key, notes);
}

std::vector<std::byte> read_checkpoint_file(const std::filesystem::path& path,
                                            std::string_view operation) {
  check_kind_of_file(path);
  return read_file(path, operation);
}

}  // namespace odin::nn
