#include "odin/native/batch.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"

namespace odin::native {

using tensor::Tensor;

namespace {

constexpr std::int64_t kSize = 32, kPixels = kSize * kSize, kMove = 4;

/// The 256 normalised values that a byte of each channel can stand for.
using Levels = std::array<std::array<float, 256>, 3>;

Levels normalised_levels(const Normalization& n) {
  require(n.mean.size() == 3 && n.std.size() == 3, "batch: expected a mean and std for 3 channels");
  Levels levels;
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t v = 0; v < 256; ++v)
      levels[c][v] = static_cast<float>((static_cast<double>(v) / 255 - n.mean[c]) / n.std[c]);
  return levels;
}

struct Move {
  std::int64_t down = 0, right = 0;
  bool mirrored = false;
};

void write_image(const std::uint8_t* pixels, const Levels& levels, const Move& move, float* to) {
  for (std::size_t c = 0; c < 3; ++c)
    for (std::int64_t h = 0; h < kSize; ++h)
      for (std::int64_t w = 0; w < kSize; ++w, ++to) {
        const std::int64_t from_h = h - move.down;
        const std::int64_t from_w = (move.mirrored ? kSize - 1 - w : w) - move.right;
        const bool inside = from_h >= 0 && from_h < kSize && from_w >= 0 && from_w < kSize;
        *to = inside
                  ? levels[c]
                          [pixels[static_cast<std::int64_t>(c) * kPixels + from_h * kSize + from_w]]
                  : 0.0f;
      }
}

/// move(i) says how image i of the batch is changed.
template <class F>
Batch make_batch(const Dataset& data, std::span<const std::int64_t> positions,
                 const Normalization& normalization, F&& move) {
  const Levels levels = normalised_levels(normalization);
  const auto count = static_cast<std::int64_t>(positions.size());
  Batch batch{Tensor::empty({count, 3, kSize, kSize}), Tensor::empty({count}, tensor::DType::i64)};
  float* images = batch.images.mutable_data<float>();
  std::int64_t* labels = batch.labels.mutable_data<std::int64_t>();
  tensor::parallel_for(count, 8, [&](std::int64_t first, std::int64_t last) {
    for (auto i = first; i < last; ++i) {
      const std::int64_t at = positions[static_cast<std::size_t>(i)];
      write_image(data.pixels.data() + at * Dataset::kImageBytes, levels, move(i),
                  images + i * Dataset::kImageBytes);
      labels[i] = data.labels[static_cast<std::size_t>(at)];
    }
  });
  return batch;
}

}  // namespace

Batch plain_batch(const Dataset& data, std::span<const std::int64_t> positions,
                  const Normalization& normalization) {
  return make_batch(data, positions, normalization, [](std::int64_t) { return Move{}; });
}

Tensor unit_images(const Dataset& data, std::int64_t first, std::int64_t count) {
  std::vector<std::int64_t> positions(
      static_cast<std::size_t>(std::clamp<std::int64_t>(data.size() - first, 0, count)));
  std::iota(positions.begin(), positions.end(), first);
  return plain_batch(data, positions, {{0, 0, 0}, {1, 1, 1}}).images;
}

void TrainingOrder::start_epoch(std::int64_t epoch) {
  epoch_ = epoch;
  // Streams of one seed: 2 e for the order of epoch e, 2 e + 1 for the moves in it.
  order_ = tensor::Random(seed_, 2 * static_cast<std::uint64_t>(epoch)).permutation(data_.size());
}

Batch TrainingOrder::batch(std::int64_t first, std::int64_t count) const {
  require(epoch_ >= 0 && first >= 0 && first + count <= data_.size(), "batch: places ", first,
          " to ", first + count, " of an epoch of ", data_.size());
  const tensor::Random random(seed_, 2 * static_cast<std::uint64_t>(epoch_) + 1);
  const auto positions =
      std::span(order_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
  return make_batch(data_, positions, normalization_, [&](std::int64_t i) {
    const auto place = 4 * static_cast<std::uint64_t>(first + i);
    return Move{random.below(place, 2 * kMove + 1) - kMove,
                random.below(place + 1, 2 * kMove + 1) - kMove, random.below(place + 2, 2) == 1};
  });
}

}  // namespace odin::native
