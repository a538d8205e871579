#include "odin/native/sets/labelled_images.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::native;
using tests::contains;

namespace {

/// Image i is filled with the bytes of i, so that it can be identified.
Dataset numbered(const std::vector<std::int64_t>& labels, std::int64_t classes) {
  Dataset data;
  data.labels = labels;
  for (std::int64_t c = 0; c < classes; ++c) data.classes.push_back("c" + std::to_string(c));
  for (std::size_t i = 0; i < labels.size(); ++i)
    for (std::int64_t j = 0; j < Dataset::kImageBytes; ++j)
      data.pixels.push_back(static_cast<std::uint8_t>(j % 2 == 0 ? i % 256 : i / 256));
  return data;
}

/// The number of each image of `part` in the whole set; checks its pixels and label.
std::vector<std::int64_t> numbers_in(const Dataset& part, const Dataset& whole) {
  std::vector<std::int64_t> numbers;
  REQUIRE(part.pixels.size() == part.labels.size() * Dataset::kImageBytes);
  CHECK(part.classes == whole.classes);
  for (std::int64_t i = 0; i < part.size(); ++i) {
    const auto image = part.pixels.begin() + i * Dataset::kImageBytes;
    const std::int64_t number = image[0] + 256 * image[1];
    numbers.push_back(number);
    CHECK(std::equal(image, image + Dataset::kImageBytes,
                     whole.pixels.begin() + number * Dataset::kImageBytes));
    CHECK(part.labels[static_cast<std::size_t>(i)] ==
          whole.labels[static_cast<std::size_t>(number)]);
  }
  return numbers;
}

std::int64_t count_of(const Dataset& data, std::int64_t label) {
  return std::count(data.labels.begin(), data.labels.end(), label);
}

/// 300 images in mixed order: 200, 70 and 30 of three classes.
Dataset uneven() {
  std::vector<std::int64_t> labels;
  for (int i = 0; i < 300; ++i) labels.push_back(i % 30 < 20 ? 0 : i % 30 < 27 ? 1 : 2);
  return numbered(labels, 3);
}

std::string split_error(const Dataset& data, std::int64_t count) {
  return tests::error_of([&] { split_off(data, count, 1); });
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("a split leaves every image in one of its parts, in the order it had") {
    const Dataset data = uneven();
    for (const std::int64_t count : {1, 2, 60, 151, 290}) {
      CAPTURE(count);
      const Split split = split_off(data, count, 3);
      CHECK(split.held_out.size() == count);
      const auto rest = numbers_in(split.rest, data), held = numbers_in(split.held_out, data);
      CHECK(std::is_sorted(rest.begin(), rest.end()));
      CHECK(std::is_sorted(held.begin(), held.end()));
      std::vector<std::int64_t> all;
      std::merge(rest.begin(), rest.end(), held.begin(), held.end(), std::back_inserter(all));
      REQUIRE(all.size() == 300);
      CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
    }
  }

  TEST_CASE("a split takes each class's share, the largest remainders first") {
    const Dataset data = uneven();
    const Dataset tenth = split_off(data, 30, 1).held_out;
    CHECK(count_of(tenth, 0) == 20);
    CHECK(count_of(tenth, 1) == 7);
    CHECK(count_of(tenth, 2) == 3);
    // 50: shares 33.3, 11.7 and 5.0
    const Dataset fifty = split_off(data, 50, 1).held_out;
    CHECK(count_of(fifty, 0) == 33);
    CHECK(count_of(fifty, 1) == 12);
    CHECK(count_of(fifty, 2) == 5);
  }

  TEST_CASE("a split is a function of the seed") {
    const Dataset data = uneven();
    const auto held = [&](std::uint64_t seed) {
      return numbers_in(split_off(data, 50, seed).held_out, data);
    };
    CHECK(held(1) == held(1));
    CHECK(held(1) != held(2));
  }

  TEST_CASE("a split that cannot be is refused") {
    const Dataset data = uneven();
    CHECK(split_error(data, 0) == "split: 0 images cannot be held out of 300, expected 1 to 299");
    CHECK(contains(split_error(data, -1), "expected 1 to 299"));
    CHECK(contains(split_error(data, 300), "expected 1 to 299"));
    CHECK(split_error(numbered({0, 0, 0, 0, 1}, 2), 4) ==
          "split: with 4 images held out, class 'c1' keeps none of its 1 for the training; hold "
          "out fewer");
    // A class without images has none to lose.
    CHECK(split_off(numbered({0, 0, 2, 2}, 3), 2, 1).rest.labels ==
          std::vector<std::int64_t>{0, 2});
  }

  TEST_CASE("pixels' mean and deviation are those of each channel in [0, 1]") {
    // Red is 0 or 255, green 10 or 20 one to three, blue 7 and one pixel of 8.
    Dataset data = numbered({0, 1}, 2);
    for (std::size_t i = 0; i < 1024; ++i)
      for (const std::size_t image : {0, 1}) {
        std::uint8_t* pixels = data.pixels.data() + image * Dataset::kImageBytes + i;
        pixels[0] = image == 0 ? 0 : 255;
        pixels[1024] = i % 2 == 0 && image == 0 ? 10 : 20;
        pixels[2048] = image == 1 && i == 5 ? 8 : 7;
      }
    const Normalization n = pixel_normalization(data);
    CHECK(n.mean[0] == doctest::Approx(0.5).epsilon(1e-14));
    CHECK(n.std[0] == doctest::Approx(0.5).epsilon(1e-14));
    CHECK(n.mean[1] == doctest::Approx(17.5 / 255).epsilon(1e-14));
    CHECK(n.std[1] == doctest::Approx(std::sqrt(18.75) / 255).epsilon(1e-14));
    const double p = 1.0 / 2048;
    CHECK(n.mean[2] == doctest::Approx((7 + p) / 255).epsilon(1e-14));
    CHECK(n.std[2] == doctest::Approx(std::sqrt(p * (1 - p)) / 255).epsilon(1e-12));
  }

  TEST_CASE("a channel that never changes cannot be normalized") {
    Dataset data = numbered({0, 1}, 2);
    for (std::size_t i = 0; i < data.pixels.size(); ++i)
      if (i / 1024 % 3 == 1) data.pixels[i] = 9;
    CHECK(tests::error_of([&] { pixel_normalization(data); }) ==
          "normalization: green is 9 of 255 in every pixel of all 2 images: a network cannot be "
          "trained on that");
    CHECK(tests::error_of([&] { pixel_normalization(Dataset{}); }) ==
          "normalization: the data set is empty");
  }
}
