#include "odin/nn/io/safetensors.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_set>
#include <utility>

#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/elements.h"
#include "odin/nn/io/file_bytes.h"
#include "odin/nn/io/file_kind.h"
#include "odin/nn/io/half.h"
#include "odin/nn/io/json_limits.h"
#include "odin/nn/io/json_text.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

// The format: the length of the header (8 bytes, little-endian), the header (JSON), the elements of
// the tensors. The header is an object that maps the name of each tensor to its dtype, shape and
// data_offsets [begin, end) in bytes from the end of the header, and "__metadata__" to an object of
// strings.

namespace odin::nn {
namespace {

using nlohmann::json;
using tensor::DType;
using tensor::Tensor;

constexpr std::uint64_t kMaxHeaderLength = 100'000'000;
constexpr const char* kMetadata = "__metadata__";

constexpr std::pair<const char*, StoredType> kTypes[] = {
    {"F64", StoredType::f64},     {"F32", StoredType::f32}, {"F16", StoredType::f16},
    {"BF16", StoredType::bf16},   {"I64", StoredType::i64}, {"I32", StoredType::i32},
    {"I16", StoredType::i16},     {"I8", StoredType::i8},   {"U8", StoredType::u8},
    {"BOOL", StoredType::boolean}};

/// Takes the events of the JSON parser, before any value is made, and rejects deep nesting, long
/// arrays and duplicate keys.
class HeaderCheck final : public json::json_sax_t {
 public:
  bool start_object(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_array() override { return leave(); }
  bool key(std::string& key) override {
    require(keys_[depth_ - 1].insert(key).second, "the header has the key ", quote(key), " twice");
    values_since_key_ = 0;
    return true;
  }
  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(json::number_integer_t) override { return value(); }
  bool number_unsigned(json::number_unsigned_t) override { return value(); }
  bool number_float(json::number_float_t, const std::string&) override { return value(); }
  bool string(std::string&) override { return value(); }
  bool binary(json::binary_t&) override { return value(); }
  bool parse_error(std::size_t byte, const std::string&, const json::exception& error) override {
    constexpr int kNumberOutOfRange = 406;
    if (error.id == kNumberOutOfRange) fail("the header holds a number out of range");
    fail("the header is not valid JSON (byte ", byte, ")");
  }

 private:
  static constexpr std::size_t kMostLevels = 3;
  static constexpr int kMaxArray = 100;

  bool enter() {
    require(depth_ < kMostLevels, "the header is nested too deeply");
    keys_[depth_++].clear();
    return true;
  }
  bool leave() {
    --depth_;
    return true;
  }
  bool value() {
    require(++values_since_key_ <= kMaxArray, "the header has an array of more than ", kMaxArray,
            " numbers");
    return true;
  }

  std::unordered_set<std::string> keys_[kMostLevels];
  std::size_t depth_ = 0;
  int values_since_key_ = 0;
};

json parse_header(std::string_view text) {
  // The parser would treat a zero byte as the end of its input.
  require(text.find('\0') == text.npos, "the header holds a zero byte");
  try {
    check_json_limits(text, kHeaderLimits);
  } catch (const Error& error) {
    fail("the header is not plausible: ", error.what());
  }
  HeaderCheck check;
  read_json(text, check);
  return parse_json(text);
}

/// The number in `value`. Throws, naming `what`, unless it is an integer from 0 to int64's maximum.
std::int64_t read_size(const json& value, const char* what) {
  require(value.is_number_unsigned() &&
              value.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max(),
          what, " holds ", quote(value.dump()), ", expected integers from 0 to 2^63 - 1");
  return value.get<std::int64_t>();
}

/// A tensor's entry in the header.
struct Entry {
  std::string name;
  StoredType type;
  tensor::Shape shape;
  std::uint64_t begin, end;
};

const json& member(const json& entry, const char* key, bool (json::*is_type)() const,
                   const char* type) {
  require(entry.contains(key), "no ", key);
  const json& value = entry[key];
  require((value.*is_type)(), key, " is not ", type);
  return value;
}

StoredType read_type(const json& entry) {
  const auto& name =
      member(entry, "dtype", &json::is_string, "a string").get_ref<const std::string&>();
  for (const auto& [known, type] : kTypes)
    if (name == known) return type;
  fail("unknown dtype ", quote(name),
       " (known are F64, F32, F16, BF16, I64, I32, I16, I8, U8 and BOOL)");
}

Entry read_entry(const std::string& name, const json& entry, std::uint64_t available) {
  require(entry.is_object(), "its entry is not an object");
  Entry out{name, read_type(entry), {}, 0, 0};

  const json& shape = member(entry, "shape", &json::is_array, "an array");
  require(shape.size() <= tensor::Dims::kMaxRank, "it has ", shape.size(), " dimensions, at most ",
          tensor::Dims::kMaxRank, " are supported");
  for (const json& size : shape) out.shape.push_back(read_size(size, "shape"));

  const json& offsets = member(entry, "data_offsets", &json::is_array, "an array");
  require(offsets.size() == 2, "data_offsets has ", offsets.size(), " numbers, expected 2");
  out.begin = static_cast<std::uint64_t>(read_size(offsets[0], "data_offsets"));
  out.end = static_cast<std::uint64_t>(read_size(offsets[1], "data_offsets"));
  require(out.begin <= out.end && out.end <= available, "data_offsets [", out.begin, ",", out.end,
          "] in a buffer of ", available, " bytes");
  const auto bytes = static_cast<std::uint64_t>(stored_numel(out.shape)) * size_of(out.type);
  require(bytes == out.end - out.begin, "shape ", out.shape, " of ",
          entry["dtype"].get<std::string>(), " needs ", bytes, " bytes, data_offsets span ",
          out.end - out.begin);
  return out;
}

std::vector<Entry> read_entries(const json& header, std::uint64_t available) {
  std::vector<Entry> entries;
  for (const auto& [name, value] : header.items()) {
    if (name == kMetadata) continue;
    try {
      entries.push_back(read_entry(name, value, available));
    } catch (const Error& error) {
      fail("tensor ", quote(name), ": ", error.what());
    }
  }
  return entries;
}

/// Throws unless the entries cover the buffer without gaps or overlaps.
void check_covered(std::vector<Entry> entries, std::uint64_t available) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::uint64_t covered = 0;
  for (const Entry& entry : entries) {
    require(entry.begin >= covered, "tensor ", quote(entry.name),
            " overlaps another: it begins at ", entry.begin, ", the one before ends at ", covered);
    require(entry.begin == covered, "the bytes from ", covered, " to ", entry.begin,
            " before tensor ", quote(entry.name), " belong to no tensor");
    covered = entry.end;
  }
  require(covered == available, "the last ", available - covered, " bytes belong to no tensor");
}

std::map<std::string, std::string> read_metadata(const json& header) {
  std::map<std::string, std::string> out;
  if (!header.contains(kMetadata)) return out;
  const json& metadata = header[kMetadata];
  require(metadata.is_object(), kMetadata, " is not an object");
  for (const auto& [key, value] : metadata.items()) {
    require(value.is_string(), kMetadata, " ", quote(key), " is not a string");
    out[key] = value.get<std::string>();
  }
  return out;
}

/// The two parts of a file.
struct Parts {
  std::string_view header;
  std::span<const std::byte> buffer;
};

/// Throws if the file is of another kind, which its first bytes tell.
void check_kind(std::span<const std::byte> bytes) {
  if (bytes.size() > sizeof(std::uint64_t) && bytes[sizeof(std::uint64_t)] == std::byte{'{'})
    return;
  const std::string kind = describe_kind(bytes);
  require(kind.empty(), "expected a safetensors file, this is ", kind);
}

/// The length of the header, from the first bytes of a file of this size.
std::uint64_t header_length(std::span<const std::byte> bytes, std::uintmax_t file_size) {
  check_kind(bytes);
  std::uint64_t length;
  require(bytes.size() >= sizeof length, "the file has ", bytes.size(),
          " bytes, too few for a header");
  std::memcpy(&length, bytes.data(), sizeof length);
  const std::uintmax_t available = file_size - sizeof length;
  require(length <= available, "the header's length is given as ", length, " bytes, but only ",
          available, " follow");
  require(length <= kMaxHeaderLength, "the header's length is given as ", length,
          " bytes, at most ", kMaxHeaderLength, " are allowed");
  return length;
}

Parts split(std::span<const std::byte> bytes) {
  const std::uint64_t length = header_length(bytes, bytes.size());
  bytes = bytes.subspan(sizeof length);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), length);
  require(text.starts_with('{'), "the header does not begin with '{'");
  return {text, bytes.subspan(length)};
}

Safetensors parse(std::span<const std::byte> bytes) {
  const auto [text, buffer] = split(bytes);
  const json header = parse_header(text);
  Safetensors out{{}, read_metadata(header)};
  const std::vector<Entry> entries = read_entries(header, buffer.size());
  check_covered(entries, buffer.size());
  for (const Entry& entry : entries)
    out.tensors[entry.name] =
        decode_elements(entry.type, buffer.subspan(entry.begin, entry.end - entry.begin),
                        {entry.shape, tensor::contiguous_strides(entry.shape), 0});
  return out;
}

/// A tensor to be written.
struct Output {
  std::string name;
  Tensor tensor;
  StoredType type;
};

StoredType stored_type(DType dtype, FloatStorage floats) {
  if (dtype == DType::f64) return StoredType::f64;
  if (dtype == DType::i64) return StoredType::i64;
  return floats == FloatStorage::f16 ? StoredType::f16 : StoredType::f32;
}

const char* name_of(StoredType type) {
  for (const auto& [name, known] : kTypes)
    if (type == known) return name;
  fail("an element type that has no name");
}

/// The type in which the float32 tensors of these names are written.
using StorageOf = std::function<FloatStorage(const std::string& name)>;

std::vector<Output> in_file_order(const StateDict& tensors, const StorageOf& floats) {
  std::vector<Output> outputs;
  for (const auto& [name, tensor] : tensors) {
    require(name != kMetadata, "a tensor cannot be named ", kMetadata);
    require(tensor.defined(), "tensor ", quote(name), " is undefined");
    outputs.push_back({name, tensor.contiguous().to(tensor::Device::cpu),
                       stored_type(tensor.dtype(), floats(name))});
  }
  std::stable_sort(outputs.begin(), outputs.end(), [](const Output& a, const Output& b) {
    return size_of(a.type) > size_of(b.type);
  });
  return outputs;
}

/// The header as text, padded so that the elements after it are aligned.
std::string header_text(const nlohmann::ordered_json& header) {
  std::string text;
  try {
    text = header.dump();
  } catch (const nlohmann::ordered_json::exception&) {
    fail("a name or a metadata value is not valid UTF-8");
  }
  text.resize((text.size() + 7) / 8 * 8, ' ');
  require(text.size() <= kMaxHeaderLength, "the header needs ", text.size(), " bytes, at most ",
          kMaxHeaderLength, " are allowed");
  return text;
}

std::string make_header(const std::map<std::string, std::string>& metadata,
                        const std::vector<Output>& outputs) {
  auto header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header[kMetadata] = metadata;
  std::size_t begin = 0;
  for (const auto& [name, tensor, type] : outputs) {
    const auto end = begin + static_cast<std::size_t>(tensor.numel()) * size_of(type);
    header[name] = {
        {"dtype", name_of(type)},
        {"shape", std::vector<std::int64_t>(tensor.shape().begin(), tensor.shape().end())},
        {"data_offsets", {begin, end}}};
    begin = end;
  }
  return header_text(header);
}

void append(std::vector<std::byte>& bytes, const void* data, std::size_t size) {
  const auto* first = static_cast<const std::byte*>(data);
  bytes.insert(bytes.end(), first, first + size);
}

void append_halves(std::vector<std::byte>& bytes, const Output& output) {
  const float* values = output.tensor.data<float>();
  for (std::int64_t i = 0; i < output.tensor.numel(); ++i) {
    const std::uint16_t half = float_to_half(values[i]);
    require(std::isfinite(half_to_float(half)) || !std::isfinite(values[i]), "tensor ",
            quote(output.name), ": ", values[i], " is beyond float16's range");
    append(bytes, &half, sizeof half);
  }
}

/// The bytes before the tensors' elements: length and header.
std::vector<std::byte> beginning(const std::string& header) {
  const std::uint64_t length = header.size();
  std::vector<std::byte> bytes;
  append(bytes, &length, sizeof length);
  append(bytes, header.data(), header.size());
  return bytes;
}

std::vector<std::byte> serialize(const Safetensors& content, const StorageOf& floats) {
  const std::vector<Output> outputs = in_file_order(content.tensors, floats);
  std::vector<std::byte> bytes = beginning(make_header(content.metadata, outputs));
  for (const Output& output : outputs) {
    if (output.type == StoredType::f16)
      append_halves(bytes, output);
    else
      append(bytes, output.tensor.raw(),
             static_cast<std::size_t>(output.tensor.numel()) * size_of(output.type));
  }
  return bytes;
}

/// Whether all floating tensors but those with the prefix are float16.
bool all_half(const std::filesystem::path& path, const std::string& prefix) {
  const std::vector<std::byte> bytes = read_file(path, "safetensors");
  const auto [text, buffer] = split(bytes);
  bool halves = false;
  for (const Entry& entry : read_entries(parse_header(text), buffer.size())) {
    if (entry.name.starts_with(prefix)) continue;
    if (entry.type == StoredType::f32 || entry.type == StoredType::bf16) return false;
    halves = halves || entry.type == StoredType::f16;
  }
  return halves;
}

std::vector<std::byte> with_metadata(std::span<const std::byte> file,
                                     const std::map<std::string, std::string>& entries) {
  parse(file);  // throws if the file is not valid
  const auto [text, buffer] = split(file);
  auto header = nlohmann::ordered_json::parse(text);
  auto& metadata = header[kMetadata];
  for (const auto& [key, value] : entries) metadata[key] = value;
  std::vector<std::byte> bytes = beginning(header_text(header));
  bytes.insert(bytes.end(), buffer.begin(), buffer.end());
  return bytes;
}

}  // namespace

Safetensors parse_safetensors(std::span<const std::byte> bytes, std::string_view name) {
  try {
    return parse(bytes);
  } catch (const Error& error) {
    fail("safetensors: ", quote(name), ": ", error.what());
  }
}

void check_safetensors_beginning(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = beginning_of(path);
  std::error_code problem;
  const std::uintmax_t size = std::filesystem::file_size(path, problem);
  if (bytes.empty() || problem) return;  // read_file() has words for it
  try {
    header_length(bytes, size);
  } catch (const Error& error) {
    fail("safetensors: ", quote(path.string()), ": ", error.what());
  }
}

Safetensors read_safetensors(const std::filesystem::path& path) {
  check_safetensors_beginning(path);
  const FileBytes file(path, "safetensors");
  return parse_safetensors(file.bytes(), path.string());
}

std::set<std::string> stored_types(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_file(path, "safetensors");
  try {
    const auto [text, buffer] = split(bytes);
    std::set<std::string> types;
    for (const Entry& entry : read_entries(parse_header(text), buffer.size()))
      types.insert(name_of(entry.type));
    return types;
  } catch (const Error& error) {
    fail("safetensors: ", quote(path.string()), ": ", error.what());
  }
}

std::vector<std::byte> serialize_safetensors(const Safetensors& content, FloatStorage floats) {
  try {
    return serialize(content, [floats](const std::string&) { return floats; });
  } catch (const Error& error) {
    fail("safetensors: ", error.what());
  }
}

void write_safetensors(const std::filesystem::path& path, const Safetensors& content,
                       FloatStorage floats) {
  std::vector<std::byte> bytes;
  try {
    bytes = serialize(content, [floats](const std::string&) { return floats; });
  } catch (const Error& error) {
    fail("safetensors: ", quote(path.string()), ": ", error.what());
  }
  write_file_atomically(path, bytes, "safetensors");
}

void copy_with_tensors(const std::filesystem::path& from, const std::filesystem::path& to,
                       const std::string& prefix, const StateDict& tensors,
                       const std::map<std::string, std::string>& entries) {
  Safetensors content = read_safetensors(from);
  std::erase_if(content.tensors, [&](const auto& t) { return t.first.starts_with(prefix); });
  const bool halves = all_half(from, prefix);
  for (const auto& [name, tensor] : tensors) content.tensors[prefix + name] = tensor;
  for (const auto& [key, value] : entries) content.metadata[key] = value;
  std::vector<std::byte> bytes;
  try {
    bytes = serialize(content, [&](const std::string& name) {
      return halves && !name.starts_with(prefix) ? FloatStorage::f16 : FloatStorage::f32;
    });
  } catch (const Error& error) {
    fail("safetensors: ", quote(to.string()), ": ", error.what());
  }
  write_file_atomically(to, bytes, "safetensors");
}

void copy_with_metadata(const std::filesystem::path& from, const std::filesystem::path& to,
                        const std::map<std::string, std::string>& entries) {
  const std::vector<std::byte> file = read_file(from, "safetensors");
  std::vector<std::byte> bytes;
  try {
    bytes = with_metadata(file, entries);
  } catch (const Error& error) {
    fail("safetensors: ", quote(from.string()), ": ", error.what());
  }
  write_file_atomically(to, bytes, "safetensors");
}

}  // namespace odin::nn
