#include "odin/native/training/batch.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "odin/image_resize.h"
#include "odin/native/training/batch_loader.h"
#include "odin/native/training/random_part.h"
#include "odin/tensor/random.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/networks.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::native;
using tensor::Tensor;
using tests::kNormalization;
using tests::same;

namespace {

Dataset noise(std::int64_t count, const nn::InputSize& input = {}) {
  Dataset data;
  data.input = input;
  data.classes = {"a", "b", "c"};
  const tensor::Random random(8);
  for (std::int64_t i = 0; i < count; ++i) data.labels.push_back(i % 3);
  for (std::int64_t i = 0; i < count * data.image_bytes(); ++i)
    data.pixels.push_back(
        static_cast<std::uint8_t>(random.below(static_cast<std::uint64_t>(i), 256)));
  return data;
}

/// The crop of an image at (top, left), pixel by pixel, with zeros outside of the image.
std::vector<float> square(const Dataset& data, std::int64_t image, std::int64_t size,
                          std::int64_t top, std::int64_t left, bool mirrored) {
  std::vector<float> result;
  for (std::int64_t c = 0; c < 3; ++c)
    for (std::int64_t h = 0; h < size; ++h)
      for (std::int64_t w = 0; w < size; ++w) {
        const std::int64_t y = top + h, x = left + (mirrored ? size - 1 - w : w);
        const bool inside = y >= 0 && y < 32 && x >= 0 && x < 32;
        const auto at = static_cast<std::size_t>(((image * 3 + c) * 32 + y) * 32 + x);
        const auto channel = static_cast<std::size_t>(c);
        result.push_back(
            inside ? static_cast<float>((data.pixels[at] / 255.0 - kNormalization.mean[channel]) /
                                        kNormalization.std[channel])
                   : 0.0f);
      }
  return result;
}

void check_equal(const Batch& a, const Batch& b) {
  CHECK(same(a.images, b.images));
  CHECK(same(a.labels, b.labels));
}

/// The batches from (epoch, step) on, directly from TrainingOrder.
std::vector<Batch> expected_batches(const Dataset& data, std::int64_t batch, std::int64_t epoch,
                                    std::int64_t step, int count) {
  TrainingOrder order(data, kNormalization, 6);
  std::vector<Batch> batches;
  order.start_epoch(epoch);
  for (int i = 0; i < count; ++i, ++step) {
    if (step * batch >= data.size()) {
      order.start_epoch(++epoch);
      step = 0;
    }
    batches.push_back(order.batch(step * batch, std::min(batch, data.size() - step * batch)));
  }
  return batches;
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("an image of a training is a square of the picture, mirrored or not, pixel by pixel") {
    const Dataset data = noise(1);
    for (const std::int64_t size : {32, 24, 17, 5}) {
      CAPTURE(size);
      TrainingOrder order(data, kNormalization, 2, {.crop = size});
      const auto places = static_cast<std::uint32_t>(41 - size);  // 4 pixels of padding
      std::vector<bool> seen(2 * places * places);
      for (std::int64_t epoch = 0; epoch < 400; ++epoch) {
        order.start_epoch(epoch);
        const Batch batch = order.batch(0, 1);
        REQUIRE(batch.images.shape() == tensor::Shape{1, 3, size, size});
        const tensor::Random random(2, 2 * static_cast<std::uint64_t>(epoch) + 1);
        const std::uint32_t up = random.below(0, places), left = random.below(1, places),
                            mirrored = random.below(2, 2);
        seen[(up * places + left) * 2 + mirrored] = true;
        REQUIRE(batch.images.to_vector<float>() ==
                square(data, 0, size, 36 - size - up, 36 - size - left, mirrored == 1));
      }
      // A crop of 32 pixels has 162 variants, most of which occur in 400 epochs.
      if (size == 32) CHECK(std::count(seen.begin(), seen.end(), true) > 129);
    }
  }

  TEST_CASE("without mirroring no batch holds a mirrored picture, and the rest stays as it was") {
    const Dataset data = noise(3);
    TrainingOrder mirrored(data, kNormalization, 2),
        order(data, kNormalization, 2, {.mirror = false});
    int mirrors = 0;
    for (std::int64_t epoch = 0; epoch < 60; ++epoch) {
      mirrored.start_epoch(epoch);
      order.start_epoch(epoch);
      const Batch batch = order.batch(0, 3), other = mirrored.batch(0, 3);
      REQUIRE(same(batch.labels, other.labels));
      const tensor::Random random(2, 2 * static_cast<std::uint64_t>(epoch) + 1);
      for (std::uint64_t i = 0; i < 3; ++i) {
        const auto at = static_cast<std::int64_t>(i);
        const std::int64_t label = batch.labels.to_vector<std::int64_t>()[i];  // and the picture
        const std::int64_t top = std::int64_t{4} - random.below(4 * i, 9),
                           left = std::int64_t{4} - random.below(4 * i + 1, 9);
        REQUIRE(batch.images.select(0, at).to_vector<float>() ==
                square(data, label, 32, top, left, false));
        const bool mirror = random.below(4 * i + 2, 2) == 1;
        mirrors += mirror;
        REQUIRE(other.images.select(0, at).to_vector<float>() ==
                square(data, label, 32, top, left, mirror));
      }
    }
    CHECK((mirrors > 60 && mirrors < 120));
  }

  TEST_CASE("squares that are larger than the picture or no larger than its border are refused") {
    const Dataset data = noise(1);
    for (const std::int64_t size : {33, 4, 0, -1})
      CHECK(tests::error_of([&] { TrainingOrder(data, kNormalization, 2, {.crop = size}); }) ==
            "batch: expected squares of 5 to 32 pixels, got " + std::to_string(size));
  }

  TEST_CASE("cutout puts zeros on one square of what is learnt from, as far as it lies inside") {
    const Dataset data = noise(1);
    for (const auto& [size, side] :
         {std::pair<std::int64_t, std::int64_t>{32, 8}, {24, 7}, {5, 5}}) {
      CAPTURE_BOUND(size);
      TrainingOrder whole(data, kNormalization, 2, {.crop = size});
      TrainingOrder order(data, kNormalization, 2, {.crop = size, .cutout = side});
      for (std::int64_t epoch = 0; epoch < 200; ++epoch) {
        whole.start_epoch(epoch);
        order.start_epoch(epoch);
        std::vector<float> expected = whole.batch(0, 1).images.to_vector<float>();
        const tensor::Random random(2, 2 * static_cast<std::uint64_t>(epoch) + 1);
        const std::int64_t centre = random.below(3, static_cast<std::uint32_t>(size * size));
        const std::int64_t top = centre / size - side / 2, left = centre % size - side / 2;
        for (std::int64_t i = 0; i < 3 * size * size; ++i) {
          const std::int64_t h = i / size % size, w = i % size;
          if (h >= top && h < top + side && w >= left && w < left + side)
            expected[static_cast<std::size_t>(i)] = 0;
        }
        REQUIRE(order.batch(0, 1).images.to_vector<float>() == expected);
      }
    }
    for (const std::int64_t side : {-1, 18})
      CHECK(tests::error_of([&] {
              TrainingOrder(data, kNormalization, 2, {.crop = 17, .cutout = side});
            }) == "batch: expected a hidden square of 0 to 17 pixels, got " + std::to_string(side));
  }

  TEST_CASE("a plain batch is the images as they are") {
    const Dataset data = noise(5);
    const std::vector<std::int64_t> positions{4, 0, 3};
    const Batch batch = plain_batch(data, positions, kNormalization);
    CHECK(batch.labels.to_vector<std::int64_t>() == std::vector<std::int64_t>{1, 0, 0});
    for (std::int64_t i = 0; i < 3; ++i)
      CHECK(batch.images.select(0, i).to_vector<float>() ==
            square(data, positions[static_cast<std::size_t>(i)], 32, 0, 0, false));
  }

  TEST_CASE("a loader's batches are those of the order, epoch after epoch") {
    const Dataset data = noise(23);
    for (const std::int64_t batch : {1, 5, 23, 100}) {
      CAPTURE(batch);
      BatchLoader loader(data, kNormalization, 6, batch);
      loader.start(0, 0);
      const int count = 3 * static_cast<int>(loader.steps_per_epoch()) + 1;
      for (const Batch& expected : expected_batches(data, batch, 0, 0, count))
        check_equal(loader.next(), expected);
    }
  }

  TEST_CASE("a loader that starts in the middle of an epoch goes on like one that came there") {
    const Dataset data = noise(23);
    BatchLoader loader(data, kNormalization, 6, 4);
    for (const std::int64_t step : {0, 3, 5})
      for (const std::int64_t epoch : {0, 7}) {
        CAPTURE(epoch);
        CAPTURE(step);
        loader.start(epoch, step);  // drops the batches prepared for the previous position
        for (const Batch& expected : expected_batches(data, 4, epoch, step, 8))
          check_equal(loader.next(), expected);
      }
  }

  TEST_CASE("a loader may be left at any time") {
    const Dataset data = noise(300);
    for (int taken = 0; taken < 4; ++taken)
      for (int repeat = 0; repeat < 20; ++repeat) {
        BatchLoader loader(data, kNormalization, 1, 64);
        loader.start(0, 0);
        for (int i = 0; i < taken; ++i) CHECK(loader.next().images.dim(0) == 64);
      }
    BatchLoader unused(data, kNormalization, 1, 64);
    CHECK(unused.waited_seconds() == 0);
  }

  TEST_CASE("a loader refuses what it cannot give") {
    const Dataset data = noise(10);
    const auto error = [&](std::int64_t batch, std::int64_t epoch, std::int64_t step) {
      return tests::error_of(
          [&] { BatchLoader(data, kNormalization, 1, batch).start(epoch, step); });
    };
    CHECK(error(0, 0, 0) == "batches: expected a batch of 1 image or more, got 0");
    CHECK(error(4, 0, 3) == "batches: no step 3 in epoch 0 (both from 0): an epoch has 3");
    CHECK(tests::contains(error(4, -1, 0), "in epoch -1"));
    CHECK(tests::error_of([] { BatchLoader({}, kNormalization, 1, 4); }) ==
          "batches: the data set is empty");
    CHECK(tests::error_of([&] { BatchLoader(data, kNormalization, 1, 4).next(); }) ==
          "batches: start() comes before next()");
  }

  TEST_CASE("a random part is chosen as torchvision chooses it, and lies inside the image") {
    const tensor::Random random(4);
    for (const auto& [width, height] : {std::pair<std::int64_t, std::int64_t>{64, 64},
                                        {96, 40},
                                        {8, 8},
                                        {1, 1},
                                        {300, 10},
                                        {10, 300}}) {
      double smallest = 1, largest = 0;
      for (std::uint64_t i = 0; i < 2000; ++i) {
        const ImagePart part = random_part(width, height, random, i * kNumbersOfRandomPart);
        REQUIRE((part.x >= 0 && part.y >= 0 && part.width >= 1 && part.height >= 1));
        REQUIRE((part.x + part.width <= width && part.y + part.height <= height));
        const auto share =
            static_cast<double>(part.width * part.height) / static_cast<double>(width * height);
        smallest = std::min(smallest, share);
        largest = std::max(largest, share);
        if (width != 64) continue;
        const auto shape = static_cast<double>(part.width) / static_cast<double>(part.height);
        CHECK((shape > 0.7 && shape < 1.43));  // 3/4 to 4/3, sides rounded to whole pixels
      }
      if (width == 64) CHECK((smallest < 0.1 && smallest > 0.07 && largest > 0.95));
    }
    // No part of 300x10 has such proportions and 8% of its area: its middle, 4/3 as wide as high.
    const ImagePart part = random_part(300, 10, random, 0);
    CHECK((part.width == 13 && part.height == 10 && part.x == 143 && part.y == 0));
  }

  TEST_CASE("an image above 32x32 is a random part, resized, by the seed, epoch and position") {
    const nn::InputSize size{3, 48, 40};
    const Dataset data = noise(5, size);
    const Augmentation resized{.crop = 24, .resized = true};
    TrainingOrder order(data, kNormalization, 6, resized);
    order.start_epoch(3);
    const Batch batch = order.batch(1, 3);
    CHECK(batch.images.shape() == tensor::Shape{3, 3, 24, 24});
    const tensor::Random random(6, 7);
    const auto shuffled = tensor::Random(6, 6).permutation(5);
    for (std::int64_t i = 0; i < 3; ++i) {
      const std::uint64_t number = 42 * static_cast<std::uint64_t>(i + 1);
      const ImagePart part = random_part(40, 48, random, number);
      const Tensor image = unit_image(data, shuffled[static_cast<std::size_t>(i + 1)]);
      const Tensor small =
          resize_triangle(crop(image, part.x, part.y, part.width, part.height), 24, 24);
      const Tensor normal = normalize(small.unsqueeze(0), kNormalization);
      auto expected = normal.to_vector<float>();
      if (random.below(number + 40, 2) == 1)
        for (auto row = expected.begin(); row != expected.end(); row += 24)
          std::reverse(row, row + 24);
      const auto found = batch.images.select(0, i).contiguous().to_vector<float>();
      double off = 0;
      for (std::size_t k = 0; k < found.size(); ++k)
        off = std::max(off, std::abs(static_cast<double>(found[k]) - expected[k]));
      CHECK(off < 1e-6);
    }
    // The loader's batches are these, wherever it begins.
    BatchLoader loader(data, kNormalization, 6, 2, resized);
    loader.start(3, 1);
    check_equal(loader.next(), order.batch(2, 2));
  }

  TEST_CASE("shifted squares, hidden squares and plain batches know images of any size") {
    const nn::InputSize size{1, 20, 36};
    const Dataset data = noise(4, size);
    const Normalization gray{{0.5}, {0.25}};
    const std::vector<std::int64_t> positions{2, 0};
    const Batch plain = plain_batch(data, positions, gray);
    CHECK(plain.images.shape() == tensor::Shape{2, 1, 20, 36});
    const auto found = plain.images.select(0, 0).to_vector<float>();
    for (std::size_t i = 0; i < found.size(); ++i)
      CHECK(found[i] == static_cast<float>((data.image(2)[i] / 255.0 - 0.5) / 0.25));
    CHECK(unit_images(data, 1, 10).shape() == tensor::Shape{3, 1, 20, 36});
    TrainingOrder order(data, gray, 1, {.crop = 20, .cutout = 4});
    order.start_epoch(0);
    const Batch squares = order.batch(0, 4);
    CHECK(squares.images.shape() == tensor::Shape{4, 1, 20, 20});
    const auto values = squares.images.to_vector<float>();
    CHECK(std::count(values.begin(), values.end(), 0.0f) >= 4 * 4);
    CHECK(tests::error_of([&] { TrainingOrder(data, gray, 1, {.crop = 24}); }) ==
          "batch: expected squares of 5 to 20 pixels, got 24");
    CHECK(tests::error_of([&] { TrainingOrder(data, kNormalization, 1, {.crop = 20}); }) ==
          "batch: images of 1 channels, a mean and std for 3");
  }
}
