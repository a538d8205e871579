#include "odin/nn/io/torch_tensor.h"

#include <algorithm>
#include <utility>

#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::nn {
namespace {

using pickle::Object;
using pickle::Value;
using pickle::Values;
using tensor::Tensor;

constexpr std::pair<std::string_view, StoredType> kStorageTypes[] = {
    {"torch.DoubleStorage", StoredType::f64}, {"torch.FloatStorage", StoredType::f32},
    {"torch.HalfStorage", StoredType::f16},   {"torch.BFloat16Storage", StoredType::bf16},
    {"torch.LongStorage", StoredType::i64},   {"torch.IntStorage", StoredType::i32},
    {"torch.ShortStorage", StoredType::i16},  {"torch.CharStorage", StoredType::i8},
    {"torch.ByteStorage", StoredType::u8},    {"torch.BoolStorage", StoredType::boolean},
};

// Called with (storage, offset, size, stride, ...).
constexpr std::string_view kTensorSymbols[] = {"torch._utils._rebuild_tensor",
                                               "torch._utils._rebuild_tensor_v2"};
// Called with (tensor, ...).
constexpr std::string_view kParameterSymbols[] = {"torch._utils._rebuild_parameter",
                                                  "torch._utils._rebuild_parameter_with_state",
                                                  "torch.nn.parameter.Parameter"};

// Called with (function, type, arguments, state), for classes derived from Tensor.
constexpr std::string_view kDerivedSymbols[] = {"torch._tensor._rebuild_from_type",
                                                "torch._tensor._rebuild_from_type_v2"};

// What attacks are made of. Modules stand for everything in them.
constexpr std::string_view kForbiddenModules[] = {
    "os",     "posix",  "nt",     "subprocess", "sys",        "runpy",  "pty",
    "socket", "shutil", "ctypes", "importlib",  "webbrowser", "timeit", "pdb"};
constexpr std::string_view kForbiddenBuiltins[] = {
    "eval",  "exec",       "execfile", "compile", "__import__", "open",
    "input", "breakpoint", "apply",    "delattr", "setattr",    "globals"};

constexpr std::size_t kMaxKeyLength = 200;
// Approximate bytes of a tensor in addition to its elements.
constexpr std::size_t kTensorOverhead = 512;

template <class Range, class T>
bool contains(const Range& range, const T& value) {
  return std::find(std::begin(range), std::end(range), value) != std::end(range);
}

const StoredType* find_storage_type(std::string_view symbol) {
  for (const auto& [name, type] : kStorageTypes)
    if (name == symbol) return &type;
  return nullptr;
}

std::int64_t read_integer(const Value& value, const char* what) {
  const auto* integer = value.as<std::int64_t>();
  require(integer != nullptr, "expected a 64-bit integer as ", what, ", got '",
          pickle::type_name(value), "'");
  return *integer;
}

tensor::Dims read_dims(const Value& value, const char* what) {
  const auto* tuple = value.as<pickle::Tuple>();
  require(tuple != nullptr, "expected a tuple as ", what, ", got '", pickle::type_name(value), "'");
  require(tuple->items.size() <= tensor::Dims::kMaxRank, "it has ", tuple->items.size(),
          " dimensions, at most ", tensor::Dims::kMaxRank, " are supported");
  tensor::Dims dims;
  for (const Value* item : tuple->items) dims.push_back(read_integer(*item, what));
  return dims;
}

/// `value` as an Object if its callee is one of `callees`, else null.
template <class Range>
const Object* as_object(const Value& value, const Range& callees) {
  const auto* object = value.as<Object>();
  return object && contains(callees, object->callee) ? object : nullptr;
}

/// The arguments of the call that makes the tensor `value`, or the tensor in the parameter `value`;
/// null if it is neither.
const Values* tensor_arguments(const Value& value) {
  const Value* inner = &value;
  if (const Object* parameter = as_object(value, kParameterSymbols)) {
    if (parameter->arguments->items.empty()) return nullptr;
    inner = parameter->arguments->items[0];
  }
  if (const Object* call = as_object(*inner, kTensorSymbols)) return &call->arguments->items;
  const Object* derived = as_object(*inner, kDerivedSymbols);
  if (!derived || derived->arguments->items.size() < 3) return nullptr;
  const auto* function = derived->arguments->items[0]->as<pickle::Symbol>();
  const auto* arguments = derived->arguments->items[2]->as<pickle::Tuple>();
  return function && arguments && contains(kTensorSymbols, function->name) ? &arguments->items
                                                                           : nullptr;
}

}  // namespace

bool is_allowed_symbol(std::string_view symbol) {
  if (contains(kForbiddenModules, symbol.substr(0, symbol.find('.')))) return false;
  for (const std::string_view module : {"builtins.", "__builtin__."})
    if (symbol.starts_with(module))
      return !contains(kForbiddenBuiltins, symbol.substr(module.size()));
  return true;
}

bool is_source(const pickle::Persistent& reference) {
  const auto* id = reference.id->as<pickle::Tuple>();
  const auto* kind = id && !id->items.empty() ? id->items[0]->as<std::string>() : nullptr;
  return kind && *kind == "module";
}

// ('storage', type, key, location, number of elements), and in the older format also a view: None
// or (key, offset, number of elements).
StorageReference parse_storage(const pickle::Persistent& reference) {
  const auto* id = reference.id->as<pickle::Tuple>();
  require(id && id->items.size() >= 5, "a reference outside the pickle is no storage");
  const Values& items = id->items;
  const auto* kind = items[0]->as<std::string>();
  require(kind && *kind == "storage", "a reference outside the pickle is no storage");
  const auto* symbol = items[1]->as<pickle::Symbol>();
  const StoredType* type = symbol ? find_storage_type(symbol->name) : nullptr;
  require(type != nullptr, "unknown storage type '", pickle::type_name(*items[1]), "'");
  const auto* key = items[2]->as<std::string>();
  require(key != nullptr, "a storage's key is '", pickle::type_name(*items[2]),
          "', expected a string");
  require(key->size() <= kMaxKeyLength, "a storage's key has ", key->size(),
          " characters, at most ", kMaxKeyLength, " are allowed");
  const auto total = read_integer(*items[4], "a storage's size");
  require(total >= 0, "a storage's size is ", total);
  StorageReference out{*type, *key, 0, total, total};

  const auto* view = items.size() > 5 ? items[5]->as<pickle::Tuple>() : nullptr;
  if (!view) return out;
  require(view->items.size() == 3, "a storage's view has ", view->items.size(),
          " parts, expected 3");
  out.first = read_integer(*view->items[1], "a storage's offset");
  out.count = read_integer(*view->items[2], "a storage's size");
  require(out.first >= 0 && out.first <= total && out.count >= 0 && out.count <= total - out.first,
          "a view of ", out.count, " elements from ", out.first, " in a storage of ", total);
  return out;
}

bool is_tensor(const Value& value) { return tensor_arguments(value) != nullptr; }

Tensor read_tensor(const Value& value, TorchFile& file, MemoryBudget& budget) {
  const Values* found = tensor_arguments(value);
  require(found != nullptr, "expected a tensor, got '", pickle::type_name(value), "'");
  const Values& arguments = *found;
  require(arguments.size() >= 4, "a tensor with ", arguments.size(),
          " arguments, expected 4 or more");
  const auto* reference = arguments[0]->as<pickle::Persistent>();
  require(reference != nullptr, "expected a storage, got '", pickle::type_name(*arguments[0]), "'");
  const StorageReference storage = parse_storage(*reference);
  const Layout layout{read_dims(*arguments[2], "a size"), read_dims(*arguments[3], "a stride"),
                      read_integer(*arguments[1], "a storage offset")};

  const auto elements = static_cast<std::uint64_t>(stored_numel(layout.shape));
  budget.take(elements * tensor::size_of(dtype_of(storage.type)) + kTensorOverhead);
  const auto bytes = file.storage(storage.key);
  const std::size_t size = size_of(storage.type);
  require(static_cast<std::uint64_t>(storage.total) <= bytes.size() / size, "storage ",
          quote(storage.key), " has ", bytes.size(), " bytes, too few for ", storage.total,
          " elements of ", size);
  return decode_elements(storage.type,
                         bytes.subspan(static_cast<std::size_t>(storage.first) * size,
                                       static_cast<std::size_t>(storage.count) * size),
                         layout);
}

}  // namespace odin::nn
