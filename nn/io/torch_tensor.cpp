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

constexpr std::string_view kOtherSymbols[] = {
    "collections.OrderedDict", "collections.defaultdict", "collections.Counter",
    // Parts of optimizers' and schedulers' states, and of options.
    "torch.Size", "torch.device", "torch.float16", "torch.bfloat16", "torch.float32",
    "torch.float64", "torch.int64", "argparse.Namespace", "pathlib.PosixPath",
    // Built-in classes, under their names in Python 3 and Python 2.
    "builtins.set", "builtins.frozenset", "builtins.dict", "builtins.list", "builtins.int",
    "builtins.float", "__builtin__.set", "__builtin__.frozenset", "__builtin__.dict",
    "__builtin__.list", "__builtin__.int", "__builtin__.float",
    // NumPy scalars and arrays (accuracies, states of random generators).
    "numpy.dtype", "numpy.ndarray", "numpy.core.multiarray.scalar",
    "numpy.core.multiarray._reconstruct", "numpy.core.numeric._frombuffer",
    "numpy._core.multiarray.scalar", "numpy._core.multiarray._reconstruct",
    "numpy._core.numeric._frombuffer", "_codecs.encode"};

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

/// The call that makes the tensor `value`, or the tensor in the parameter `value`; null if it is
/// neither.
const Object* as_tensor(const Value& value) {
  const Object* parameter = as_object(value, kParameterSymbols);
  if (!parameter) return as_object(value, kTensorSymbols);
  const Values& arguments = parameter->arguments->items;
  return arguments.empty() ? nullptr : as_object(*arguments[0], kTensorSymbols);
}

}  // namespace

bool is_allowed_symbol(std::string_view symbol) {
  return find_storage_type(symbol) || contains(kTensorSymbols, symbol) ||
         contains(kParameterSymbols, symbol) || contains(kOtherSymbols, symbol);
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

bool is_tensor(const Value& value) { return as_tensor(value) != nullptr; }

Tensor read_tensor(const Value& value, TorchFile& file, MemoryBudget& budget) {
  const Object* object = as_tensor(value);
  require(object != nullptr, "expected a tensor, got '", pickle::type_name(value), "'");
  const Values& arguments = object->arguments->items;
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
