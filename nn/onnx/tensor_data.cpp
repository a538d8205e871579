#include "odin/nn/onnx/tensor_data.h"

#include <charconv>
#include <fstream>

#include "odin/nn/io/elements.h"
#include "odin/nn/io/half.h"
#include "odin/nn/io/quote.h"

namespace odin::nn::onnx {
namespace {

namespace fs = std::filesystem;
using tensor::DType;
using tensor::Shape;

std::optional<StoredType> stored_type(std::int64_t type) {
  switch (static_cast<ElementType>(type)) {
    case ElementType::f32: return StoredType::f32;
    case ElementType::f64: return StoredType::f64;
    case ElementType::f16: return StoredType::f16;
    case ElementType::bf16: return StoredType::bf16;
    case ElementType::i64: return StoredType::i64;
    case ElementType::i32: return StoredType::i32;
    case ElementType::i16: return StoredType::i16;
    case ElementType::i8: return StoredType::i8;
    case ElementType::u8: return StoredType::u8;
    case ElementType::boolean: return StoredType::boolean;
    default: return std::nullopt;
  }
}

bool is_floating(StoredType type) {
  return type == StoredType::f32 || type == StoredType::f64 || type == StoredType::f16 ||
         type == StoredType::bf16;
}

Shape shape_of(const StoredTensor& tensor) {
  require(tensor.dims.size() <= Shape::kMaxRank, "it has ", tensor.dims.size(),
          " dimensions, at most ", Shape::kMaxRank, " are supported");
  return Shape(std::span(tensor.dims));
}

std::uintmax_t number_of(const StoredTensor& tensor, const char* key, std::uintmax_t otherwise) {
  const auto found = tensor.where.find(key);
  if (found == tensor.where.end()) return otherwise;
  const std::string& text = found->second;
  std::uintmax_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  require(error == std::errc() && end == text.data() + text.size(), "external data: ", key, " is ",
          quote(text), ", expected a number");
  return number;
}

/// The file that a location names. It must not lead out of the folder, by links neither.
fs::path external_file(const StoredTensor& tensor, const fs::path& folder) {
  const auto found = tensor.where.find("location");
  require(found != tensor.where.end(), "external data without a location");
  const std::string& location = found->second;
  require(!folder.empty(), "its elements are in another file, ", quote(location));
  const auto refuse = [&](const char* why) {
    fail("external data: ", quote(location), " ", why, "; only files beside the model are read");
  };
  const fs::path relative(location);
  if (location.empty() || location.find('\0') != location.npos || relative.has_root_path() ||
      location.find('\\') != location.npos || location.find(':') != location.npos)
    refuse("is no path below the model's folder");
  for (const fs::path& part : relative)
    if (part == "..") refuse("leads out of the model's folder");
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  const fs::path file = error ? fs::path() : fs::canonical(root / relative, error);
  if (error) refuse("is not there");
  const auto inside = fs::relative(file, root, error);
  if (error || inside.empty() || *inside.begin() == "..")
    refuse("is a link that leads out of the model's folder");
  if (!fs::is_regular_file(file, error)) refuse("is not a file");
  return file;
}

std::vector<std::byte> read_external(const StoredTensor& tensor, std::size_t size,
                                     const fs::path& folder) {
  const fs::path path = external_file(tensor, folder);
  const std::uintmax_t available = fs::file_size(path), offset = number_of(tensor, "offset", 0);
  const std::uintmax_t length = number_of(tensor, "length", size);
  require(length == size, "external data: the shape needs ", size,
          " bytes, the length is given as ", length);
  require(offset <= available && size <= available - offset,
          "external data: ", quote(tensor.where.at("location")), " has ", available,
          " bytes, expected ", size, " from ", offset, " on");
  std::vector<std::byte> bytes(size);
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  require(file.good() || size == 0, "external data: ", quote(tensor.where.at("location")),
          " cannot be read");
  return bytes;
}

/// Elements out of one of the typed lists.
template <class Stored, class T, class Convert>
tensor::Tensor from_list(const std::vector<Stored>& list, const Shape& shape, Convert convert) {
  const std::int64_t count = stored_numel(shape);
  require(std::ssize(list) == count, "shape ", shape, " needs ", count, " elements, it has ",
          list.size());
  std::vector<T> values;
  values.reserve(list.size());
  for (const Stored& value : list) values.push_back(convert(value));
  return tensor::Tensor::from(values, shape);
}

tensor::Tensor typed_elements(const StoredTensor& tensor, StoredType type, const Shape& shape) {
  const auto half = [](std::int64_t bits) {
    return half_to_float(static_cast<std::uint16_t>(bits));
  };
  const auto bfloat = [](std::int64_t bits) {
    return bfloat16_to_float(static_cast<std::uint16_t>(bits));
  };
  switch (type) {
    case StoredType::f32:
      return from_list<float, float>(tensor.floats, shape, [](float value) { return value; });
    case StoredType::f64:
      return from_list<double, float>(tensor.doubles, shape,
                                      [](double value) { return static_cast<float>(value); });
    case StoredType::f16: return from_list<std::int64_t, float>(tensor.integers, shape, half);
    case StoredType::bf16: return from_list<std::int64_t, float>(tensor.integers, shape, bfloat);
    default:
      return from_list<std::int64_t, double>(
          tensor.integers, shape, [](std::int64_t value) { return static_cast<double>(value); });
  }
}

tensor::Tensor stored_elements(const StoredTensor& tensor, StoredType type, const Shape& shape,
                               const fs::path& folder) {
  const auto size = static_cast<std::size_t>(stored_numel(shape)) * size_of(type);
  std::vector<std::byte> read;
  std::span<const std::byte> bytes = std::as_bytes(std::span(tensor.raw));
  if (tensor.external) bytes = read = read_external(tensor, size, folder);
  require(bytes.size() == size, "shape ", shape, " needs ", size, " bytes, it has ", bytes.size());
  return decode_elements(type, bytes, {shape, tensor::contiguous_strides(shape), 0})
      .to(is_floating(type) ? DType::f32 : DType::f64);
}

Elements decode_checked(const StoredTensor& tensor, const fs::path& folder) {
  const auto type = stored_type(tensor.type);
  require(type.has_value(), "elements of type ", tensor.type,
          " of ONNX are not supported: expected floats, integers or booleans");
  const Shape shape = shape_of(tensor);
  const bool has_list =
      !tensor.floats.empty() || !tensor.integers.empty() || !tensor.doubles.empty();
  return {has_list ? typed_elements(tensor, *type, shape)
                   : stored_elements(tensor, *type, shape, folder),
          !is_floating(*type)};
}

}  // namespace

Elements decode(const StoredTensor& tensor, const fs::path& folder) {
  try {
    return decode_checked(tensor, folder);
  } catch (const Error& e) {
    fail("tensor ", quote(tensor.name), ": ", e.what());
  }
}

}  // namespace odin::nn::onnx
