#include "odin/native/sets/cifar_python.h"

#include <optional>
#include <set>
#include <string_view>

#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/pickle.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

namespace fs = std::filesystem;
namespace pickle = nn::pickle;

bool is_of_array(std::string_view symbol) {
  static const std::set<std::string_view> allowed{"numpy.core.multiarray._reconstruct",
                                                  "numpy._core.multiarray._reconstruct",
                                                  "numpy.core.multiarray._frombuffer",
                                                  "numpy.core.numeric._frombuffer",
                                                  "numpy._core.numeric._frombuffer",
                                                  "numpy.ndarray",
                                                  "numpy.dtype",
                                                  "_codecs.encode"};
  return allowed.contains(symbol);
}

std::string encoded(const pickle::Object& call);

/// A text, or bytes that stand for one: the dictionaries' keys are either.
std::string text_of(const pickle::Value& value) {
  if (const auto* call = value.as<pickle::Object>()) return encoded(*call);
  if (const auto* text = value.as<std::string>()) return *text;
  if (const auto* bytes = value.as<pickle::Bytes>()) return bytes->data;
  return "";
}

const pickle::Value* find_key(const pickle::Dict& dict, std::string_view key) {
  for (const auto& [name, value] : dict.items)
    if (text_of(*name) == key) return value;
  return nullptr;
}

/// _codecs.encode(text, "latin1"), as Python 3 writes bytes for old protocols: one byte for each
/// character of the text, which is UTF-8 here.
std::string encoded(const pickle::Object& call) {
  const auto* text = call.callee == "_codecs.encode" && !call.arguments->items.empty()
                         ? call.arguments->items[0]->as<std::string>()
                         : nullptr;
  require(text != nullptr, "expected bytes, got '", call.callee, "'");
  std::string bytes;
  for (std::size_t i = 0; i < text->size(); ++i) {
    const auto c = static_cast<unsigned char>((*text)[i]);
    if (c < 0x80) {
      bytes += (*text)[i];
      continue;
    }
    require((c == 0xc2 || c == 0xc3) && i + 1 < text->size(),
            "bytes in the pickle are not written as Latin-1");
    bytes += static_cast<char>((c & 3) << 6 | (static_cast<unsigned char>((*text)[++i]) & 0x3f));
  }
  return bytes;
}

std::vector<std::int64_t> sizes_of(const pickle::Value& value) {
  std::vector<std::int64_t> sizes;
  if (const auto* tuple = value.as<pickle::Tuple>())
    for (const pickle::Value* item : tuple->items)
      sizes.push_back(item->as<std::int64_t>() ? *item->as<std::int64_t>() : -1);
  return sizes;
}

/// The parts of an array: the state of ndarray's older pickles, or what _frombuffer is called with.
struct ArrayParts {
  const pickle::Value *sizes, *dtype, *order, *bytes;
};

std::optional<ArrayParts> parts_of(const pickle::Value& value) {
  const auto* object = value.as<pickle::Object>();
  if (!object) return std::nullopt;
  const auto& call = object->arguments->items;
  if (object->callee.ends_with("._frombuffer") && call.size() == 4)
    return ArrayParts{call[2], call[1], call[3], call[0]};
  const auto* state = object->state ? object->state->as<pickle::Tuple>() : nullptr;
  if (!state || state->items.size() != 5) return std::nullopt;
  return ArrayParts{state->items[1], state->items[2], state->items[3], state->items[4]};
}

/// The elements of an array of unsigned bytes [n,3072] in row-major order.
std::string array_bytes(const pickle::Value& value) {
  const auto parts = parts_of(value);
  require(parts.has_value(), "expected an array as 'data', got '", pickle::type_name(value), "'");
  const auto* dtype = parts->dtype->as<pickle::Object>();
  const std::string type =
      dtype && dtype->callee == "numpy.dtype" && !dtype->arguments->items.empty()
          ? text_of(*dtype->arguments->items[0])
          : "";
  require(type == "u1" || type == "|u1", "expected 'data' of unsigned bytes");
  const bool* by_column = parts->order->as<bool>();
  require(by_column ? !*by_column : text_of(*parts->order) == "C",
          "expected 'data' in row-major order");
  const std::vector<std::int64_t> sizes = sizes_of(*parts->sizes);
  std::string bytes = text_of(*parts->bytes);
  require(sizes.size() == 2 && sizes[1] == Dataset::kImageBytes && sizes[0] >= 0 &&
              sizes[0] <= std::ssize(bytes) && sizes[0] * sizes[1] == std::ssize(bytes),
          "expected 'data' of shape [n,", Dataset::kImageBytes, "], got ", bytes.size(), " bytes");
  return bytes;
}

const pickle::Dict& dictionary(const pickle::Pickle& pickle) {
  const auto* dict = pickle.root->as<pickle::Dict>();
  require(dict != nullptr, "expected a dictionary, got '", pickle::type_name(*pickle.root), "'");
  return *dict;
}

const pickle::Value& entry(const pickle::Dict& dict, const std::string& key) {
  const pickle::Value* value = find_key(dict, key);
  require(value != nullptr, "it has no '", key, "'");
  return *value;
}

/// f(its dictionary); errors begin with the file.
template <class F>
void with_dictionary(const fs::path& file, F&& f) {
  const std::vector<std::byte> bytes = nn::read_file(file, "cifar");
  try {
    const pickle::Pickle loaded = pickle::load(bytes, is_of_array);
    f(dictionary(loaded));
  } catch (const Error& e) {
    fail("cifar: ", nn::quote(file.string()), ": ", e.what());
  }
}

}  // namespace

void append_python_batch(const fs::path& file, const std::string& labels, std::int64_t classes,
                         Dataset& set) {
  with_dictionary(file, [&](const pickle::Dict& dict) {
    const std::string pixels = array_bytes(entry(dict, "data"));
    const auto* list = entry(dict, labels).as<pickle::List>();
    require(list != nullptr, "expected a list as '", labels, "'");
    const auto images = pixels.size() / static_cast<std::size_t>(Dataset::kImageBytes);
    require(list->items.size() == images, "it has ", images, " images and ", list->items.size(),
            " labels");
    for (const pickle::Value* item : list->items) {
      const auto* label = item->as<std::int64_t>();
      require(label && *label >= 0 && *label < classes, "a label is none of 0 to ", classes - 1);
      set.labels.push_back(*label);
    }
    set.pixels.insert(set.pixels.end(), pixels.begin(), pixels.end());
  });
}

std::vector<std::string> read_python_names(const fs::path& file, const std::string& key) {
  std::vector<std::string> names;
  with_dictionary(file, [&](const pickle::Dict& dict) {
    const auto* list = entry(dict, key).as<pickle::List>();
    require(list != nullptr, "expected a list as '", key, "'");
    for (const pickle::Value* item : list->items) names.push_back(text_of(*item));
  });
  return names;
}

}  // namespace odin::native
