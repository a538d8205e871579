#include "odin/nn/io/torch_states.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <unordered_set>

#include "odin/nn/io/quote.h"
#include "odin/nn/io/torch_tensor.h"
#include "odin/tensor/error.h"

namespace odin::nn {
namespace {

using pickle::Value;
using Items = std::vector<std::pair<Value*, Value*>>;

/// Names under which training scripts save the state dict, in the order in which they are tried.
constexpr const char* kUsualNames[] = {"state_dict", "model_state_dict", "model", "net", "module"};
// Limits for hostile files; real ones are far below.
constexpr int kMostLevels = 8;
constexpr std::size_t kMostListItems = 100, kMostParts = 100'000;
constexpr std::size_t kMostLookedAt = 5'000'000, kMostNameLength = 1000, kMostTensors = 50'000;

/// Counts the entries that are looked at. Values may share others, so that a small file can describe
/// more of them than could ever be walked.
class Looks {
 public:
  void count(std::size_t entries) {
    require((entries_ += entries) <= kMostLookedAt, "its objects have too many entries");
  }

 private:
  std::size_t entries_ = 0;
};

void add_tensor(TorchState& to, const std::string& name, const Value* value) {
  require(name.size() <= kMostNameLength, "a tensor's name has ", name.size(),
          " characters, at most ", kMostNameLength, " are allowed");
  require(to.tensors.size() < kMostTensors, "it has more than ", kMostTensors, " tensors");
  to.tensors.emplace_back(name, value);
}

/// In Python 2's pickles the items of an OrderedDict are an argument: a list of lists [key, value].
Items python2_items(const pickle::Object& object) {
  const pickle::Values& arguments = object.arguments->items;
  const auto* pairs = arguments.empty() ? nullptr : arguments[0]->as<pickle::List>();
  Items items;
  for (const Value* item : pairs ? pairs->items : pickle::Values{}) {
    const auto* pair = item->as<pickle::List>();
    if (!pair || pair->items.size() != 2) return {};
    items.emplace_back(pair->items[0], pair->items[1]);
  }
  return items;
}

/// The items of a dictionary, also of an object of a class derived from dict.
Items items_of(const Value& value, Looks& looks) {
  Items items;
  if (const auto* dict = value.as<pickle::Dict>()) items = dict->items;
  if (const auto* object = value.as<pickle::Object>()) {
    if (object->callee == "collections.OrderedDict") items = python2_items(*object);
    items.insert(items.end(), object->dict.items.begin(), object->dict.items.end());
  }
  looks.count(items.size());
  return items;
}

bool is_dictionary(const Value& value) {
  const auto* object = value.as<pickle::Object>();
  return value.as<pickle::Dict>() ||
         (object && (object->callee == "collections.OrderedDict" || !object->dict.items.empty()));
}

/// The attributes of an object.
Items attributes_of(const Value& value, Looks& looks) {
  const auto* object = value.as<pickle::Object>();
  if (!object || !object->state) return {};
  const auto* both = object->state->as<pickle::Tuple>();  // (attributes, those in slots)
  return items_of(both && !both->items.empty() ? *both->items[0] : *object->state, looks);
}

const Value* find(const Items& items, const std::string& wanted) {
  for (const auto& [key, value] : items) {
    const auto* name = key->as<std::string>();
    if (name && *name == wanted) return value;
  }
  return nullptr;
}

bool is_module(const Value& value, Looks& looks) {
  const Items attributes = attributes_of(value, looks);
  return find(attributes, "_parameters") && find(attributes, "_modules");
}

bool is_optimizer(const Items& items) {
  return find(items, "state") && find(items, "param_groups");
}

/// The names in a set of text, as both protocols write it.
std::set<std::string> names_in(const Value* set, Looks& looks) {
  const auto* object = set ? set->as<pickle::Object>() : nullptr;
  if (object && !object->arguments->items.empty()) set = object->arguments->items[0];
  const auto* list = set ? set->as<pickle::List>() : nullptr;
  looks.count(list ? list->items.size() : 0);
  std::set<std::string> names;
  for (const Value* item : list ? list->items : pickle::Values{})
    if (const auto* name = item->as<std::string>()) names.insert(*name);
  return names;
}

/// Adds the tensors of a module and of its parts, as state_dict() of PyTorch names them.
class ModuleTensors {
 public:
  ModuleTensors(TorchState& to, Looks& looks) : to_(to), looks_(looks) {}

  void add(const Value& module, const std::string& prefix, int level) {
    require(level < 100 && ++parts_ <= kMostParts, "its module has too many parts");
    require(prefix.size() <= kMostNameLength, "its parts have too long names");
    const Items attributes = attributes_of(module, looks_);
    const auto left_out = names_in(find(attributes, "_non_persistent_buffers_set"), looks_);
    for (const char* kind : {"_parameters", "_buffers"}) {
      const Value* entries = find(attributes, kind);
      for (const auto& [key, value] : entries ? items_of(*entries, looks_) : Items{}) {
        const auto* name = key->as<std::string>();
        if (name && is_tensor(*value) && !left_out.contains(*name))
          add_tensor(to_, prefix + *name, value);
      }
    }
    const Value* parts = find(attributes, "_modules");
    for (const auto& [key, value] : parts ? items_of(*parts, looks_) : Items{})
      if (const auto* name = key->as<std::string>(); name && is_module(*value, looks_))
        add(*value, prefix + *name + ".", level + 1);
  }

 private:
  TorchState& to_;
  Looks& looks_;
  std::size_t parts_ = 0;
};

/// A module, or a dictionary whose keys are all text and whose values are mostly tensors.
std::optional<TorchState> as_state(const Value& value, const std::string& key, Looks& looks) {
  TorchState state{.key = key};
  if (is_module(value, looks)) {
    ModuleTensors(state, looks).add(value, "", 0);
    return state.tensors.empty() ? std::nullopt : std::optional(std::move(state));
  }
  for (const auto& [name, item] : items_of(value, looks)) {
    const auto* text = name->as<std::string>();
    if (!text) return std::nullopt;
    if (is_tensor(*item))
      add_tensor(state, *text, item);
    else if (state.left_out++ == 0)
      state.first_left_out = *text;
  }
  if (state.tensors.size() <= state.left_out) return std::nullopt;
  return state;
}

bool may_hold_state(const Value& value) {
  return value.as<pickle::Dict>() || value.as<pickle::Object>() || value.as<pickle::List>() ||
         value.as<pickle::Tuple>();
}

/// Calls f(name, child) for the values inside of `value` that have a name, or a number in a list.
template <class F>
void for_each_child(const Value& value, Looks& looks, F&& f) {
  const Items items = items_of(value, looks);
  if (is_optimizer(items)) return;
  for (const Items& some : {items, attributes_of(value, looks)})
    for (const std::pair<Value*, Value*>& item : some)
      if (const auto* name = item.first->as<std::string>()) f(*name, item.second);
  const auto* list = value.as<pickle::List>();
  const auto* tuple = value.as<pickle::Tuple>();
  const pickle::Values* row = list ? &list->items : tuple ? &tuple->items : nullptr;
  if (row && row->size() <= kMostListItems)
    for (std::size_t i = 0; i < row->size(); ++i) f(std::to_string(i), (*row)[i]);
}

/// The state under the usual names; empty if there is none.
std::optional<TorchState> usual_state(const Value& root, Looks& looks) {
  constexpr int kMostNested = 4;
  const Value* at = &root;
  std::string key;
  for (int level = 0; level <= kMostNested; ++level) {
    if (auto state = as_state(*at, key, looks)) return state;
    const Items items = items_of(*at, looks);
    const Value* next = nullptr;
    for (const char* name : kUsualNames) {
      next = find(items, name);
      if (next && !is_dictionary(*next) && !is_module(*next, looks)) next = nullptr;
      if (!next) continue;
      key += (key.empty() ? "" : ".") + std::string(name);
      break;
    }
    if (!next) return std::nullopt;
    at = next;
  }
  return std::nullopt;
}

/// The part of a state whose names begin with `prefix`, without it.
TorchState part_of(const TorchState& state, const std::string& prefix) {
  TorchState out{.key = state.key};
  for (const auto& [name, value] : state.tensors)
    if (name.starts_with(prefix)) out.tensors.emplace_back(name.substr(prefix.size()), value);
  return out;
}

/// For messages: the first of `count` things as word(i) names them, few enough for a readable line,
/// and how many more there are.
template <class Word>
std::string some_of(std::size_t count, std::size_t most, const Word& word) {
  constexpr std::size_t kLongest = 1000;
  std::string text;
  std::size_t i = 0;
  for (; i < std::min(count, most) && text.size() < kLongest; ++i)
    text += (i ? ", " : "") + word(i);
  return text + (i < count ? " and " + std::to_string(count - i) + " more" : "");
}

/// For messages: "'ema' (48 tensors), 'model' (48 tensors)".
std::string list_of(const std::vector<TorchState>& states) {
  return some_of(states.size(), 10, [&](std::size_t i) {
    return (states[i].key.empty() ? "the whole" : quote(states[i].key)) + " (" +
           std::to_string(states[i].tensors.size()) +
           (states[i].tensors.size() == 1 ? " tensor)" : " tensors)");
  });
}

/// For messages: "'epoch' (int), 'arch' (str)".
std::string describe(const Items& items) {
  if (items.empty()) return "nothing";
  return some_of(items.size(), 20, [&](std::size_t i) {
    const auto* name = items[i].first->as<std::string>();
    const Value& value = *items[i].second;
    return (name ? quote(*name) : pickle::type_name(*items[i].first)) + " (" +
           (is_tensor(value) ? "tensor" : pickle::type_name(value)) + ")";
  });
}

TorchState state_at(const std::vector<TorchState>& states, const std::string& key) {
  for (const TorchState& state : states)
    if (state.key == key) return state;
  for (const TorchState& state : states) {
    const std::string before = state.key.empty() ? "" : state.key + ".";
    if (!key.starts_with(before)) continue;
    TorchState part = part_of(state, key.substr(before.size()) + ".");
    if (!part.tensors.empty()) return part;
  }
  fail("no tensors under ", quote(key), "; there are: ", states.empty() ? "none" : list_of(states));
}

/// Layers have a weight; statistics, states of generators and the like have none.
bool has_weights(const TorchState& state) {
  return std::any_of(state.tensors.begin(), state.tensors.end(),
                     [](const auto& entry) { return entry.first.ends_with("weight"); });
}

}  // namespace

std::vector<TorchState> find_states(const Value& root) {
  struct Place {
    std::string key;
    const Value* value;
    int level;
  };
  Looks looks;
  std::vector<TorchState> states;
  std::deque<Place> places{{"", &root, 0}};
  std::unordered_set<const Value*> seen{&root};
  while (!places.empty()) {
    const Place place = std::move(places.front());
    places.pop_front();
    if (auto state = as_state(*place.value, place.key, looks)) {
      states.push_back(*std::move(state));
    } else if (place.level < kMostLevels) {
      for_each_child(*place.value, looks, [&](const std::string& name, const Value* value) {
        const std::string before = place.key.empty() ? "" : place.key + ".";
        if (!may_hold_state(*value) || before.size() + name.size() > kMostNameLength ||
            !seen.insert(value).second)
          return;
        require(seen.size() <= kMostParts, "it has more than ", kMostParts,
                " dictionaries and lists");
        places.push_back({before + name, value, place.level + 1});
      });
    }
  }
  return states;
}

TorchState choose_state(const Value& root, const std::string& key) {
  Looks looks;
  if (key.empty())
    if (auto state = usual_state(root, looks)) return *std::move(state);
  std::vector<TorchState> states = find_states(root);
  if (!key.empty()) return state_at(states, key);
  if (states.size() > 1 && std::any_of(states.begin(), states.end(), has_weights))
    std::erase_if(states, [](const TorchState& state) { return !has_weights(state); });
  if (states.size() == 1) return std::move(states.front());
  require(states.empty(), "several dictionaries of tensors: ", list_of(states),
          "; say which one to take (odin convert --key)");
  require(is_dictionary(root), "it holds '", pickle::type_name(root), "', expected a dictionary");
  std::string names;
  for (const char* name : kUsualNames) names += (names.empty() ? "" : ", ") + quote(name);
  fail("no state dict: expected a dictionary of tensors, or one under ", names, "; found ",
       describe(items_of(root, looks)));
}

}  // namespace odin::nn
