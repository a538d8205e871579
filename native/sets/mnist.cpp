#include "odin/native/sets/mnist.h"

#include <algorithm>
#include <array>

#include "odin/native/sets/inflate.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostIdxBytes = std::uint64_t{1} << 30;

/// The file of this name, with a dot for the second hyphen, or packed.
fs::path find_idx(const fs::path& folder, const std::string& split, const std::string& what) {
  std::error_code ignored;
  for (const fs::path& place : {folder, folder / "MNIST" / "raw", folder / "raw"})
    for (const char* mark : {"-", "."})
      for (const char* end : {"", ".gz"}) {
        const fs::path file =
            place / (split + what + mark + (what == "-images" ? "idx3" : "idx1") + "-ubyte" + end);
        if (fs::exists(file, ignored)) return file;
      }
  fail("mnist: no ", split, what, what == "-images" ? "-idx3" : "-idx1", "-ubyte (or .gz) in ",
       nn::quote(folder.string()));
}

/// An idx file of unsigned bytes: magic number, sizes (big-endian), elements.
struct Idx {
  std::vector<std::int64_t> sizes;
  std::vector<std::byte> bytes;
  std::size_t first = 0;  ///< where the elements begin
};

Idx read_idx(const fs::path& file, std::size_t dimensions) {
  Idx idx;
  idx.bytes = nn::read_file(file, "mnist");
  const std::string prefix = "mnist: " + nn::quote(file.string());
  try {
    if (is_gzip(idx.bytes)) idx.bytes = inflated(idx.bytes, kMostIdxBytes);
  } catch (const Error& e) {
    fail(prefix, ": ", e.what());
  }
  const auto byte = [&](std::size_t i) { return std::to_integer<std::int64_t>(idx.bytes[i]); };
  idx.first = 4 + 4 * dimensions;
  require(idx.bytes.size() >= idx.first && byte(0) == 0 && byte(1) == 0 && byte(2) == 8 &&
              byte(3) == static_cast<std::int64_t>(dimensions),
          prefix, " is no idx file of ", dimensions, " dimensions of bytes");
  std::uint64_t elements = 1;
  for (std::size_t d = 0; d < dimensions; ++d) {
    std::int64_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) size = size << 8 | byte(4 + 4 * d + i);
    idx.sizes.push_back(size);
    elements *= static_cast<std::uint64_t>(size);
    require(elements <= kMostIdxBytes, prefix, " says that it has more than ", kMostIdxBytes,
            " elements");
  }
  require(idx.bytes.size() - idx.first == elements, prefix, " has ", idx.bytes.size() - idx.first,
          " elements, its sizes say ", elements, " (truncated, or another file)");
  return idx;
}

}  // namespace

Dataset read_mnist(const fs::path& folder, bool train) {
  const std::string split = train ? "train" : "t10k";
  const fs::path image_file = find_idx(folder, split, "-images");
  const fs::path label_file = find_idx(folder, split, "-labels");
  const Idx images = read_idx(image_file, 3), labels = read_idx(label_file, 1);
  constexpr std::int64_t kSide = 28;
  require(images.sizes[1] == kSide && images.sizes[2] == kSide,
          "mnist: ", nn::quote(image_file.string()), " has images of ", images.sizes[2], "x",
          images.sizes[1], ", expected ", kSide, "x", kSide);
  require(images.sizes[0] == labels.sizes[0], "mnist: ", images.sizes[0], " images and ",
          labels.sizes[0], " labels in ", nn::quote(folder.string()));
  Dataset set;
  set.input = {1, kSide, kSide};
  for (int digit = 0; digit < 10; ++digit) set.classes.push_back(std::to_string(digit));
  const auto* pixels = reinterpret_cast<const std::uint8_t*>(images.bytes.data() + images.first);
  set.pixels.assign(pixels, pixels + (images.bytes.size() - images.first));
  for (std::size_t i = labels.first; i < labels.bytes.size(); ++i) {
    const auto label = std::to_integer<std::int64_t>(labels.bytes[i]);
    require(label < 10, "mnist: ", nn::quote(label_file.string()), ": label ", label, " of image ",
            i - labels.first, " is not below 10");
    set.labels.push_back(label);
  }
  return set;
}

Dataset with_border(const Dataset& gray, std::int64_t border, std::int64_t channels) {
  const std::int64_t height = gray.input.height, width = gray.input.width;
  Dataset set{{}, gray.labels, gray.classes, {channels, height + 2 * border, width + 2 * border}};
  set.pixels.resize(static_cast<std::size_t>(set.size() * set.image_bytes()), 0);
  for (std::int64_t i = 0; i < set.size(); ++i)
    for (std::int64_t c = 0; c < channels; ++c)
      for (std::int64_t y = 0; y < height; ++y) {
        const std::uint8_t* from = gray.image(i) + y * width;
        std::uint8_t* to = set.pixels.data() + i * set.image_bytes() +
                           (c * set.input.height + y + border) * set.input.width + border;
        std::copy(from, from + width, to);
      }
  return set;
}

}  // namespace odin::native
