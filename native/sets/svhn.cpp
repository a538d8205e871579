#include "odin/native/sets/svhn.h"

#include <cmath>

#include "odin/native/sets/matlab_file.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

namespace fs = std::filesystem;

const MatlabArray& array_of(const std::vector<MatlabArray>& arrays, const char* name) {
  for (const MatlabArray& array : arrays)
    if (array.name == name) return array;
  fail("it has no array '", name, "'");
}

Dataset to_dataset(const std::vector<MatlabArray>& arrays) {
  const MatlabArray &x = array_of(arrays, "X"), &y = array_of(arrays, "y");
  constexpr std::int64_t kSide = 32, kChannels = 3;
  require(x.sizes.size() == 4 && x.sizes[0] == kSide && x.sizes[1] == kSide &&
              x.sizes[2] == kChannels && !x.bytes.empty(),
          "expected X of bytes [32,32,3,n]");
  const std::int64_t count = x.sizes[3];
  Dataset set;
  for (int digit = 0; digit < 10; ++digit) set.classes.push_back(std::to_string(digit));
  std::vector<double> labels = y.numbers;
  labels.insert(labels.end(), y.bytes.begin(), y.bytes.end());
  require(std::ssize(labels) == count, "X has ", count, " images, y ", labels.size(), " labels");
  for (const double label : labels) {
    require(label >= 0 && label <= 10 && label == std::floor(label), "label ", label,
            " is none of 0 to 10");
    set.labels.push_back(static_cast<std::int64_t>(label) % 10);
  }
  // Column-major: the row of the image is the fastest index.
  set.pixels.resize(x.bytes.size());
  const std::uint8_t* from = x.bytes.data();
  for (std::int64_t i = 0; i < count; ++i)
    for (std::int64_t c = 0; c < kChannels; ++c)
      for (std::int64_t column = 0; column < kSide; ++column)
        for (std::int64_t row = 0; row < kSide; ++row)
          set.pixels[static_cast<std::size_t>(((i * kChannels + c) * kSide + row) * kSide +
                                              column)] = *from++;
  return set;
}

}  // namespace

Dataset read_svhn(const fs::path& folder, bool train) {
  const char* name = train ? "train_32x32.mat" : "test_32x32.mat";
  const fs::path file = folder / name;
  std::error_code ignored;
  require(fs::exists(file, ignored), "svhn: no ", name, " in ", nn::quote(folder.string()),
          ", published at http://ufldl.stanford.edu/housenumbers");
  const std::vector<std::byte> bytes = nn::read_file(file, "svhn");
  try {
    return to_dataset(read_matlab(bytes));
  } catch (const Error& e) {
    fail("svhn: ", nn::quote(file.string()), ": ", e.what());
  }
}

}  // namespace odin::native
