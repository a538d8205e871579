#include "odin/native/training/batch.h"

#include <algorithm>
#include <numeric>

#include "odin/nn/input_size.h"
#include "odin/tensor/random.h"

namespace odin::native {

using tensor::Tensor;

namespace {

constexpr std::int64_t kSize = nn::InputSize{}.height, kBorder = 4;

/// The part of an image to take; pixels outside of the image are 0.
struct Square {
  std::int64_t top = 0, left = 0;
  bool mirrored = false;
};

/// Writes to[0..size) from one row of the image.
void write_row(const std::uint8_t* row, const float* level, const Square& square, std::int64_t size,
               float* to) {
  const std::int64_t left = square.left, right = left + size;  // columns of the image
  const std::int64_t inside = std::max<std::int64_t>(left, 0), outside = std::min(right, kSize);
  const std::int64_t begin = square.mirrored ? right - outside : inside - left;
  const std::int64_t end = begin + outside - inside;
  std::fill(to, to + begin, 0.0f);
  if (square.mirrored)
    for (auto w = begin; w < end; ++w) to[w] = level[row[right - 1 - w]];
  else
    for (auto w = begin; w < end; ++w) to[w] = level[row[left + w]];
  std::fill(to + end, to + size, 0.0f);
}

void write_image(const std::uint8_t* pixels, const PixelLevels& levels, const Square& square,
                 std::int64_t size, float* to) {
  for (std::size_t c = 0; c < 3; ++c, pixels += kSize * kSize)
    for (std::int64_t h = 0; h < size; ++h, to += size) {
      const std::int64_t from = square.top + h;
      if (from >= 0 && from < kSize)
        write_row(pixels + from * kSize, levels[c].data(), square, size, to);
      else
        std::fill(to, to + size, 0.0f);
    }
}

/// Sets to 0 the square of `side` x `side` pixels centered on (h, w), as far as it is inside the
/// image, which is `size` pixels wide. An even side has one more pixel above and left of (h, w).
void hide_square(float* image, std::int64_t size, std::int64_t side, std::int64_t h,
                 std::int64_t w) {
  const auto inside = [size](std::int64_t at) { return std::clamp<std::int64_t>(at, 0, size); };
  const std::int64_t top = h - side / 2, left = w - side / 2;
  for (std::int64_t c = 0; c < 3; ++c, image += size * size)
    for (std::int64_t y = inside(top); y < inside(top + side); ++y)
      std::fill(image + y * size + inside(left), image + y * size + inside(left + side), 0.0f);
}

/// square(i) is the part to take of image i of the batch. Single-threaded: a whole batch takes a
/// tenth of a millisecond, and a BatchLoader's thread must leave the worker threads to the network.
template <class F>
Batch make_batch(const Dataset& data, std::span<const std::int64_t> positions,
                 const PixelLevels& levels, std::int64_t size, F&& square) {
  const auto count = static_cast<std::int64_t>(positions.size());
  Batch batch{Tensor::empty({count, 3, size, size}), Tensor::empty({count}, tensor::DType::i64)};
  auto to_elements = batch.images.write<float>();
  float* to = to_elements.data();
  auto labels_elements = batch.labels.write<std::int64_t>();
  std::int64_t* labels = labels_elements.data();
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t at = positions[static_cast<std::size_t>(i)];
    write_image(data.pixels.data() + at * Dataset::kImageBytes, levels, square(i), size,
                to + i * 3 * size * size);
    labels[i] = data.labels[static_cast<std::size_t>(at)];
  }
  return batch;
}

}  // namespace

PixelLevels pixel_levels(const Normalization& n) {
  require(n.mean.size() == 3 && n.std.size() == 3, "batch: expected a mean and std for 3 channels");
  PixelLevels levels;
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t v = 0; v < 256; ++v)
      levels[c][v] = static_cast<float>((static_cast<double>(v) / 255 - n.mean[c]) / n.std[c]);
  return levels;
}

Batch plain_batch(const Dataset& data, std::span<const std::int64_t> positions,
                  const Normalization& normalization) {
  return make_batch(data, positions, pixel_levels(normalization), kSize,
                    [](std::int64_t) { return Square{}; });
}

Tensor unit_images(const Dataset& data, std::int64_t first, std::int64_t count) {
  std::vector<std::int64_t> positions(
      static_cast<std::size_t>(std::clamp<std::int64_t>(data.size() - first, 0, count)));
  std::iota(positions.begin(), positions.end(), first);
  return plain_batch(data, positions, {{0, 0, 0}, {1, 1, 1}}).images;
}

TrainingOrder::TrainingOrder(const Dataset& data, const Normalization& normalization,
                             std::uint64_t seed, Augmentation augmentation)
    : data_(data), levels_(pixel_levels(normalization)), seed_(seed), augmentation_(augmentation) {
  const auto crop = augmentation.crop, cutout = augmentation.cutout;
  require(crop > kBorder && crop <= kSize, "batch: expected squares of ", kBorder + 1, " to ",
          kSize, " pixels, got ", crop);
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
  const tensor::Random random(seed_, 2 * static_cast<std::uint64_t>(epoch_) + 1);
  const auto positions =
      std::span(order_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
  const auto size = augmentation_.crop, hidden = augmentation_.cutout;
  const std::int64_t last = kSize + kBorder - size;  // top or left, from -kBorder to this
  const auto places = static_cast<std::uint32_t>(last + kBorder + 1);
  // Four random numbers for each image.
  const auto number = [&](std::int64_t i) { return 4 * static_cast<std::uint64_t>(first + i); };
  Batch batch = make_batch(data_, positions, levels_, size, [&](std::int64_t i) {
    return Square{last - random.below(number(i), places),
                  last - random.below(number(i) + 1, places),
                  augmentation_.mirror && random.below(number(i) + 2, 2) == 1};
  });
  if (hidden == 0) return batch;
  auto image_elements = batch.images.write<float>();
  float* image = image_elements.data();
  for (std::int64_t i = 0; i < count; ++i, image += 3 * size * size) {
    const std::int64_t centre =
        random.below(number(i) + 3, static_cast<std::uint32_t>(size * size));
    hide_square(image, size, hidden, centre / size, centre % size);
  }
  return batch;
}

}  // namespace odin::native
