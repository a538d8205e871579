#include "odin/nn/io/checkpoint.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/pickle.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/io/safetensors.h"
#include "odin/nn/io/torch_file.h"
#include "odin/nn/io/torch_tensor.h"
#include "odin/tensor/error.h"

namespace odin::nn {
namespace {

using pickle::Value;
using Items = std::vector<std::pair<Value*, Value*>>;

/// Names under which training scripts save the state dict, in the order in which they are tried.
constexpr const char* kStateDictNames[] = {"state_dict", "model_state_dict", "model", "net",
                                           "module"};
constexpr int kMaxNesting = 4;
constexpr std::size_t kMaxNameLength = 1000;
constexpr std::string_view kParallelPrefix = "module.";

/// The items of a dict or an OrderedDict; empty for anything else.
std::optional<Items> as_items(const Value& value) {
  if (const auto* dict = value.as<pickle::Dict>()) return dict->items;
  const auto* object = value.as<pickle::Object>();
  if (!object || object->callee != "collections.OrderedDict") return std::nullopt;
  Items items;
  // In Python 2's pickles the items are an argument: a list of lists [key, value].
  const pickle::Values& arguments = object->arguments->items;
  const auto* pairs = arguments.empty() ? nullptr : arguments[0]->as<pickle::List>();
  for (const Value* item : pairs ? pairs->items : pickle::Values{}) {
    const auto* pair = item->as<pickle::List>();
    if (!pair || pair->items.size() != 2) return std::nullopt;
    items.emplace_back(pair->items[0], pair->items[1]);
  }
  items.insert(items.end(), object->dict.items.begin(), object->dict.items.end());
  return items;
}

bool is_state_dict(const Items& items) {
  return !items.empty() && std::all_of(items.begin(), items.end(), [](const auto& item) {
    return item.first->template as<std::string>() && is_tensor(*item.second);
  });
}

/// The dictionary under the first of the usual names that is in `items`; empty if there is none.
std::optional<Items> find_nested(const Items& items) {
  for (const char* wanted : kStateDictNames)
    for (const auto& [key, value] : items) {
      const auto* name = key->as<std::string>();
      if (!name || *name != wanted) continue;
      if (auto nested = as_items(*value)) return nested;
    }
  return std::nullopt;
}

/// For messages: "'epoch' (int), 'arch' (str)".
std::string describe(const Items& items) {
  constexpr std::size_t kMost = 20;
  std::ostringstream text;
  for (std::size_t i = 0; i < std::min(items.size(), kMost); ++i) {
    const auto* name = items[i].first->as<std::string>();
    text << (i ? ", " : "") << (name ? quote(*name) : pickle::type_name(*items[i].first)) << " ("
         << (is_tensor(*items[i].second) ? "tensor" : pickle::type_name(*items[i].second)) << ")";
  }
  if (items.size() > kMost) text << " and " << items.size() - kMost << " more";
  return items.empty() ? "nothing" : text.str();
}

Items find_state_dict(const Value& root) {
  auto items = as_items(root);
  require(items.has_value(), "it holds '", pickle::type_name(root), "', expected a dictionary");
  for (int depth = 0; depth < kMaxNesting && !is_state_dict(*items); ++depth) {
    auto nested = find_nested(*items);
    if (!nested) break;
    items = std::move(nested);
  }
  if (is_state_dict(*items)) return *std::move(items);
  std::string names;
  for (const char* name : kStateDictNames) names += (names.empty() ? "" : ", ") + quote(name);
  fail("no state dict: expected a dictionary of tensors, or one under ", names, "; found ",
       describe(*items));
}

StateDict without_parallel_prefix(StateDict state) {
  const bool all = std::all_of(state.begin(), state.end(), [](const auto& entry) {
    return entry.first.starts_with(kParallelPrefix);
  });
  if (!all) return state;
  StateDict out;
  for (auto& [name, tensor] : state) out[name.substr(kParallelPrefix.size())] = std::move(tensor);
  return out;
}

bool is_zip(std::span<const std::byte> bytes) {
  constexpr std::string_view kSignature = "PK\3\4";
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())
      .starts_with(kSignature);
}

StateDict parse_torch(std::span<const std::byte> bytes) {
  MemoryBudget budget(bytes.size());
  const auto file = is_zip(bytes) ? open_torch_zip(bytes, budget) : open_torch_legacy(bytes);
  StateDict state;
  for (const auto& [key, value] : find_state_dict(file->root())) {
    const auto& name = *key->as<std::string>();
    require(name.size() <= kMaxNameLength, "a tensor's name has ", name.size(),
            " characters, at most ", kMaxNameLength, " are allowed");
    try {
      state[name] = read_tensor(*value, *file, budget);
    } catch (const Error& error) {
      fail("tensor ", quote(name), ": ", error.what());
    }
  }
  return without_parallel_prefix(std::move(state));
}

}  // namespace

bool is_safetensors(std::span<const std::byte> bytes, std::string_view name) {
  // The header of a safetensors file follows its length, 8 bytes.
  const bool has_header = bytes.size() > 8 && bytes[8] == std::byte{'{'};
  return !is_zip(bytes) && (has_header || name.ends_with(".safetensors"));
}

StateDict parse_checkpoint(std::span<const std::byte> bytes, std::string_view name) {
  if (is_safetensors(bytes, name)) return parse_safetensors(bytes, name).tensors;
  try {
    return parse_torch(bytes);
  } catch (const Error& error) {
    fail("checkpoint: ", quote(name), ": ", error.what());
  }
}

StateDict read_checkpoint(const std::filesystem::path& path) {
  return parse_checkpoint(read_file(path, "checkpoint"), path.string());
}

}  // namespace odin::nn
