#include "odin/native/training/batch.h"

#include <algorithm>
#include <numeric>

#include "odin/image_resize.h"
#include "odin/native/training/random_part.h"
#include "odin/nn/input_size.h"
#include "odin/tensor/random.h"

namespace odin::native {

using tensor::Tensor;

namespace {

constexpr std::int64_t kBorder = 4;

/// The square part of an image to take; pixels outside of the image are 0.
struct Square {
  std::int64_t top = 0, left = 0;
  bool mirrored = false;
};

/// Writes to[0..size) from one row of the image, `width` pixels.
void write_row(const std::uint8_t* row, std::int64_t width, const float* level,
               const Square& square, std::int64_t size, float* to) {
  const std::int64_t left = square.left, right = left + size;  // columns of the image
  const std::int64_t inside = std::max<std::int64_t>(left, 0), outside = std::min(right, width);
  const std::int64_t begin = square.mirrored ? right - outside : inside - left;
  const std::int64_t end = begin + outside - inside;
  std::fill(to, to + begin, 0.0f);
  if (square.mirrored)
    for (auto w = begin; w < end; ++w) to[w] = level[row[right - 1 - w]];
  else
    for (auto w = begin; w < end; ++w) to[w] = level[row[left + w]];
  std::fill(to + end, to + size, 0.0f);
}

void write_square(const Dataset& data, std::int64_t image, const PixelLevels& levels,
                  const Square& square, std::int64_t size, float* to) {
  const std::int64_t height = data.input.height, width = data.input.width;
  const std::uint8_t* pixels = data.image(image);
  for (const auto& level : levels) {
    for (std::int64_t h = 0; h < size; ++h, to += size) {
      const std::int64_t from = square.top + h;
      if (from >= 0 && from < height)
        write_row(pixels + from * width, width, level.data(), square, size, to);
      else
        std::fill(to, to + size, 0.0f);
    }
    pixels += height * width;
  }
}

/// That part of an image, resized to a square, normalized and perhaps mirrored.
void write_part(const Dataset& data, std::int64_t image, const Normalization& normalization,
                const ImagePart& part, bool mirrored, std::int64_t size, float* to) {
  const std::int64_t width = data.input.width, plane = data.input.height * width;
  const std::uint8_t* pixels = data.image(image) + part.y * width + part.x;
  const auto read = [&](std::int64_t first, std::int64_t last, float* row) {
    for (std::int64_t c = 0; c < data.input.channels; ++c)
      for (std::int64_t y = first; y < last; ++y)
        row = std::transform(pixels + c * plane + y * width,
                             pixels + c * plane + y * width + part.width, row,
                             [](std::uint8_t v) { return static_cast<float>(v) / 255.0f; });
  };
  const Tensor resized =
      resize_triangle_by_rows({data.input.channels, part.height, part.width, read}, size, size);
  const float* from = resized.data<float>();
  for (std::int64_t row = 0; row < data.input.channels * size; ++row, from += size, to += size) {
    const auto c = static_cast<std::size_t>(row / size);
    std::transform(from, from + size, to, [&](float v) {
      return static_cast<float>((v - normalization.mean[c]) / normalization.std[c]);
    });
    if (mirrored) std::reverse(to, to + size);
  }
}

/// Sets to 0 the square of `side` x `side` pixels centered on (h, w), as far as it is inside the
/// image, which is `size` pixels wide. An even side has one more pixel above and left of (h, w).
void hide_square(float* image, std::int64_t channels, std::int64_t size, std::int64_t side,
                 std::int64_t h, std::int64_t w) {
  const auto inside = [size](std::int64_t at) { return std::clamp<std::int64_t>(at, 0, size); };
  const std::int64_t top = h - side / 2, left = w - side / 2;
  for (std::int64_t c = 0; c < channels; ++c, image += size * size)
    for (std::int64_t y = inside(top); y < inside(top + side); ++y)
      std::fill(image + y * size + inside(left), image + y * size + inside(left + side), 0.0f);
}

/// write(i, image, to) writes the image at this position in the data set, the i-th of the batch.
/// Single-threaded: a batch of 32x32 takes a tenth of a millisecond, and a BatchLoader's thread
/// must leave the worker threads to the network.
template <class F>
Batch make_batch(const Dataset& data, std::span<const std::int64_t> positions,
                 const nn::InputSize& size, F&& write) {
  const auto count = static_cast<std::int64_t>(positions.size());
  Batch batch{Tensor::empty(size.batch(count)), Tensor::empty({count}, tensor::DType::i64)};
  auto to_elements = batch.images.write<float>();
  float* to = to_elements.data();
  auto labels_elements = batch.labels.write<std::int64_t>();
  std::int64_t* labels = labels_elements.data();
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t at = positions[static_cast<std::size_t>(i)];
    write(i, at, to + i * size.numel());
    labels[i] = data.labels[static_cast<std::size_t>(at)];
  }
  return batch;
}

void check_channels(const Dataset& data, const Normalization& normalization) {
  require(std::ssize(normalization.mean) == data.input.channels, "batch: images of ",
          data.input.channels, " channels, a mean and std for ", normalization.mean.size());
}

}  // namespace

PixelLevels pixel_levels(const Normalization& n) {
  require(n.mean.size() == n.std.size() && !n.mean.empty(),
          "batch: expected a mean and std for each channel, got ", n.mean.size(), " and ",
          n.std.size());
  PixelLevels levels(n.mean.size());
  for (std::size_t c = 0; c < levels.size(); ++c)
    for (std::size_t v = 0; v < 256; ++v)
      levels[c][v] = static_cast<float>((static_cast<double>(v) / 255 - n.mean[c]) / n.std[c]);
  return levels;
}

Batch plain_batch(const Dataset& data, std::span<const std::int64_t> positions,
                  const Normalization& normalization) {
  const PixelLevels levels = pixel_levels(normalization);
  check_channels(data, normalization);
  const std::int64_t plane = data.input.height * data.input.width;
  return make_batch(data, positions, data.input, [&](std::int64_t, std::int64_t at, float* to) {
    const std::uint8_t* pixels = data.image(at);
    for (const auto& level : levels)
      for (std::int64_t i = 0; i < plane; ++i) *to++ = level[*pixels++];
  });
}

Tensor unit_images(const Dataset& data, std::int64_t first, std::int64_t count) {
  std::vector<std::int64_t> positions(
      static_cast<std::size_t>(std::clamp<std::int64_t>(data.size() - first, 0, count)));
  std::iota(positions.begin(), positions.end(), first);
  const auto channels = static_cast<std::size_t>(data.input.channels);
  const Normalization none{std::vector<double>(channels, 0), std::vector<double>(channels, 1)};
  return plain_batch(data, positions, none).images;
}

TrainingOrder::TrainingOrder(const Dataset& data, const Normalization& normalization,
                             std::uint64_t seed, Augmentation augmentation)
    : data_(data),
      normalization_(normalization),
      levels_(pixel_levels(normalization)),
      seed_(seed),
      augmentation_(augmentation) {
  check_channels(data, normalization);
  const auto crop = augmentation.crop, cutout = augmentation.cutout;
  const std::int64_t largest = std::min(data.input.height, data.input.width);
  require(crop > kBorder && crop <= largest, "batch: expected squares of ", kBorder + 1, " to ",
          largest, " pixels, got ", crop);
  require(cutout >= 0 && cutout <= crop, "batch: expected a hidden square of 0 to ", crop,
          " pixels, got ", cutout);
}

void TrainingOrder::start_epoch(std::int64_t epoch) {
  epoch_ = epoch;
  // Random streams of the seed: 2 e for the order of epoch e, 2 e + 1 for its augmentation.
  order_ = tensor::Random(seed_, 2 * static_cast<std::uint64_t>(epoch)).permutation(data_.size());
}

Batch TrainingOrder::batch(std::int64_t first, std::int64_t count) const {
  require(epoch_ >= 0 && first >= 0 && first + count <= data_.size(), "batch: places ", first,
          " to ", first + count, " of an epoch of ", data_.size());
  const auto positions =
      std::span(order_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
  Batch batch = augmentation_.resized ? parts(positions, first) : squares(positions, first);
  if (augmentation_.cutout > 0) hide_squares(batch, first);
  return batch;
}

tensor::Random TrainingOrder::random() const {
  return tensor::Random(seed_, 2 * static_cast<std::uint64_t>(epoch_) + 1);
}

/// Random numbers of each image: of its square's place (two) or its part, then whether it is
/// mirrored, then of the hidden square.
std::uint64_t TrainingOrder::numbers_of_place() const {
  return augmentation_.resized ? kNumbersOfRandomPart : 2;
}

std::uint64_t TrainingOrder::first_number(std::int64_t place) const {
  return (numbers_of_place() + 2) * static_cast<std::uint64_t>(place);
}

bool TrainingOrder::is_mirrored(std::int64_t place) const {
  return augmentation_.mirror && random().below(first_number(place) + numbers_of_place(), 2) == 1;
}

Batch TrainingOrder::squares(std::span<const std::int64_t> positions, std::int64_t first) const {
  const tensor::Random numbers = random();
  const std::int64_t size = augmentation_.crop;
  const std::int64_t lowest = data_.input.height + kBorder - size;  // top, from -kBorder to this
  const std::int64_t rightmost = data_.input.width + kBorder - size;
  const auto places = [](std::int64_t last) {
    return static_cast<std::uint32_t>(last + kBorder + 1);
  };
  return make_batch(data_, positions, {data_.input.channels, size, size},
                    [&](std::int64_t i, std::int64_t at, float* to) {
                      const std::uint64_t number = first_number(first + i);
                      const Square square{lowest - numbers.below(number, places(lowest)),
                                          rightmost - numbers.below(number + 1, places(rightmost)),
                                          is_mirrored(first + i)};
                      write_square(data_, at, levels_, square, size, to);
                    });
}

Batch TrainingOrder::parts(std::span<const std::int64_t> positions, std::int64_t first) const {
  const tensor::Random numbers = random();
  const std::int64_t size = augmentation_.crop;
  return make_batch(data_, positions, {data_.input.channels, size, size},
                    [&](std::int64_t i, std::int64_t at, float* to) {
                      const ImagePart part = random_part(data_.input.width, data_.input.height,
                                                         numbers, first_number(first + i));
                      write_part(data_, at, normalization_, part, is_mirrored(first + i), size, to);
                    });
}

void TrainingOrder::hide_squares(Batch& batch, std::int64_t first) const {
  const tensor::Random numbers = random();
  const std::int64_t size = augmentation_.crop, channels = data_.input.channels;
  auto elements = batch.images.write<float>();
  float* image = elements.data();
  for (std::int64_t i = 0; i < batch.images.dim(0); ++i, image += channels * size * size) {
    const std::int64_t centre = numbers.below(first_number(first + i) + numbers_of_place() + 1,
                                              static_cast<std::uint32_t>(size * size));
    hide_square(image, channels, size, augmentation_.cutout, centre / size, centre % size);
  }
}

}  // namespace odin::native
