#include "odin/native/sets/matlab_file.h"

#include <cstring>
#include <optional>

#include "odin/native/sets/inflate.h"
#include "odin/tensor/error.h"

// The format: a header of 128 bytes, then elements, each a tag (type and number of bytes) and data
// padded to 8 bytes; up to 4 bytes may be in the tag itself. A matrix is an element of elements:
// flags, sizes, name, numbers.

namespace odin::native {
namespace {

constexpr std::uint64_t kMostUnpacked = std::uint64_t{2} << 30;
constexpr std::size_t kHeader = 128;

enum Type : std::uint32_t {
  kInt8 = 1,
  kUint8 = 2,
  kInt16 = 3,
  kUint16 = 4,
  kInt32 = 5,
  kUint32 = 6,
  kSingle = 7,
  kDouble = 9,
  kMatrix = 14,
  kCompressed = 15
};
constexpr std::uint8_t kClassUint8 = 9, kFirstNumeric = 6, kLastNumeric = 15;

struct Element {
  std::uint32_t type;
  std::span<const std::byte> data;
};

/// Reads elements one after another.
class Elements {
 public:
  explicit Elements(std::span<const std::byte> bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }

  Element next() {
    const std::uint32_t first = number(take(4));
    if (first >> 16 != 0) {  // a small element: its size is in the upper half
      const std::uint32_t size = first >> 16;
      require(size <= 4, "an element of the MATLAB file is damaged");
      return {first & 0xffff, take(4).first(size)};
    }
    const std::uint32_t size = number(take(4));
    const Element element{first, take(size)};
    // Packed elements are not padded; the last one may lack its padding.
    if (first != kCompressed)
      rest_ = rest_.subspan(std::min<std::size_t>(-size & 7u, rest_.size()));
    return element;
  }

 private:
  std::span<const std::byte> take(std::size_t size) {
    require(size <= rest_.size(), "the MATLAB file ends in the middle of an element");
    const auto part = rest_.first(size);
    rest_ = rest_.subspan(size);
    return part;
  }
  static std::uint32_t number(std::span<const std::byte> bytes) {
    std::uint32_t value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }

  std::span<const std::byte> rest_;
};

template <class T>
std::vector<double> as_doubles(std::span<const std::byte> data) {
  require(data.size() % sizeof(T) == 0, "an array of the MATLAB file is damaged");
  std::vector<double> values(data.size() / sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, data.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<double>(value);
  }
  return values;
}

std::vector<double> numbers_of(const Element& e) {
  switch (e.type) {
    case kInt8: return as_doubles<std::int8_t>(e.data);
    case kUint8: return as_doubles<std::uint8_t>(e.data);
    case kInt16: return as_doubles<std::int16_t>(e.data);
    case kUint16: return as_doubles<std::uint16_t>(e.data);
    case kInt32: return as_doubles<std::int32_t>(e.data);
    case kUint32: return as_doubles<std::uint32_t>(e.data);
    case kSingle: return as_doubles<float>(e.data);
    case kDouble: return as_doubles<double>(e.data);
    default: fail("an array of the MATLAB file has numbers of the unknown type ", e.type);
  }
}

std::optional<MatlabArray> matrix(std::span<const std::byte> data) {
  Elements parts(data);
  const Element flags = parts.next();
  require(flags.type == kUint32 && flags.data.size() == 8,
          "a matrix of the MATLAB file is damaged");
  const auto kind = std::to_integer<std::uint8_t>(flags.data[0]);
  if (kind < kFirstNumeric || kind > kLastNumeric) return std::nullopt;
  MatlabArray array;
  std::uint64_t count = 1;
  for (const double size : numbers_of(parts.next())) {
    require(size >= 0 && size <= static_cast<double>(kMostUnpacked),
            "a size in the MATLAB file is ", size, ", expected 0 to ", kMostUnpacked);
    array.sizes.push_back(static_cast<std::int64_t>(size));
    count *= static_cast<std::uint64_t>(size);
    require(count <= kMostUnpacked, "an array of the MATLAB file has more than ", kMostUnpacked,
            " elements");
  }
  const Element name = parts.next();
  array.name.assign(reinterpret_cast<const char*>(name.data.data()), name.data.size());
  const Element numbers = parts.next();
  if (kind == kClassUint8 && numbers.type == kUint8) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(numbers.data.data());
    array.bytes.assign(bytes, bytes + numbers.data.size());
  } else {
    array.numbers = numbers_of(numbers);
  }
  require(std::max(array.bytes.size(), array.numbers.size()) == count, "an array of the MATLAB ",
          "file has ", std::max(array.bytes.size(), array.numbers.size()),
          " numbers, its sizes say ", count);
  return array;
}

}  // namespace

std::vector<MatlabArray> read_matlab(std::span<const std::byte> file) {
  const auto* text = reinterpret_cast<const char*>(file.data());
  require(file.size() > kHeader && std::memcmp(text + 126, "IM", 2) == 0 &&
              std::memcmp(text, "MATLAB 5.0", 10) == 0,
          "it is no little-endian MATLAB file of format 5 (files of format 7.3 are HDF5)");
  std::vector<MatlabArray> arrays;
  Elements elements(file.subspan(kHeader));
  while (!elements.at_end()) {
    const Element e = elements.next();
    std::vector<std::byte> unpacked;
    std::optional<MatlabArray> found;
    if (e.type == kCompressed) {
      unpacked = inflated(e.data, kMostUnpacked);
      const Element inner = Elements(unpacked).next();
      if (inner.type == kMatrix) found = matrix(inner.data);
    } else if (e.type == kMatrix) {
      found = matrix(e.data);
    }
    if (found) arrays.push_back(*std::move(found));
  }
  return arrays;
}

}  // namespace odin::native
