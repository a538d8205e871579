#include "odin/fit_picture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "odin/tensor/random.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using nn::InputSize;
using nn::Preprocess;
using tensor::Shape;
using tensor::Tensor;
using tests::error_of;
using tests::same;

namespace {

using Mode = Preprocess::Mode;
using Filter = Preprocess::Filter;

Tensor noise_of(std::int64_t channels, std::int64_t height, std::int64_t width) {
  return tensor::Random(3).uniform({channels, height, width});
}

double kernel(Filter filter, double x) {
  x = std::abs(x);
  if (filter == Filter::triangle) return x < 1 ? 1 - x : 0;
  if (x < 1) return 1.5 * x * x * x - 2.5 * x * x + 1;
  return x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0;
}

/// A new pixel of a row of old ones, each weighted by its distance from the new one's centre.
double weighted(const std::vector<double>& row, std::int64_t new_size, std::int64_t at,
                Filter filter) {
  const double scale = static_cast<double>(row.size()) / static_cast<double>(new_size);
  const double stretch = std::max(1.0, scale);
  double sum = 0, weights = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const double away = static_cast<double>(i) + 0.5 - (static_cast<double>(at) + 0.5) * scale;
    const double weight = kernel(filter, away / stretch);
    sum += weight * row[i];
    weights += weight;
  }
  return sum / weights;
}

/// One pixel of the picture resized to width x height: all columns, then the row of them.
double pixel_of_resized(const Tensor& picture, std::int64_t channel, std::int64_t width,
                        std::int64_t height, std::int64_t x, std::int64_t y, Filter filter) {
  const std::vector<float> values = picture.select(0, channel).contiguous().to_vector<float>();
  const auto old_width = static_cast<std::size_t>(picture.dim(2));
  std::vector<double> row;
  for (std::size_t i = 0; i < old_width; ++i) {
    std::vector<double> column;
    for (std::size_t j = 0; j < values.size() / old_width; ++j)
      column.push_back(values[j * old_width + i]);
    row.push_back(weighted(column, height, y, filter));
  }
  return weighted(row, width, x, filter);
}

float at(const Tensor& image, std::int64_t c, std::int64_t y, std::int64_t x) {
  return image.data<float>()[(c * image.dim(-2) + y) * image.dim(-1) + x];
}

/// Rows that count how many of them are asked for.
ImageRows counting(std::int64_t height, std::int64_t width, std::int64_t& rows_read) {
  return {3, height, width, [width, &rows_read](std::int64_t first, std::int64_t last, float* to) {
            rows_read += last - first;
            std::fill_n(to, 3 * (last - first) * width, 0.5f);
          }};
}

}  // namespace

TEST_SUITE("odin") {
  TEST_CASE("the shorter side is resized and the middle taken, as a plain reimplementation does") {
    struct Case {
      std::int64_t height, width, shorter, resized_height, resized_width;
      InputSize input;
      std::int64_t top, left;
    };
    // Halves of a pixel are rounded to even, as Python's round() does in torchvision's CenterCrop.
    for (const Case& c :
         {Case{40, 30, 20, 26, 20, {3, 16, 16}, 5, 2}, Case{17, 50, 12, 12, 35, {3, 8, 11}, 2, 12},
          Case{10, 10, 16, 16, 16, {3, 16, 12}, 0, 2}, Case{9, 21, 9, 9, 21, {3, 6, 9}, 2, 6}}) {
      for (const Filter filter : {Filter::triangle, Filter::bicubic}) {
        const Tensor picture = noise_of(3, c.height, c.width);
        const Preprocess crop{.mode = Mode::crop, .filter = filter, .shorter = c.shorter};
        const Tensor found = fit_picture(picture, c.input, crop);
        REQUIRE(found.shape() == c.input.batch(1));
        double off = 0;
        for (std::int64_t channel = 0; channel < 3; ++channel)
          for (std::int64_t y = 0; y < c.input.height; ++y)
            for (std::int64_t x = 0; x < c.input.width; ++x) {
              const double plain =
                  pixel_of_resized(picture, channel, c.resized_width, c.resized_height, c.left + x,
                                   c.top + y, filter);
              off = std::max(off, std::abs(std::clamp(plain, 0.0, 1.0) - at(found, channel, y, x)));
            }
        CAPTURE(c.height);
        CHECK(off < 1e-6);
      }
    }
  }

  TEST_CASE("a part of a resized picture has the bits of the whole") {
    const Tensor picture = noise_of(3, 37, 53);
    const ResizedPart part{
        .resized_width = 30, .resized_height = 41, .x = 7, .y = 5, .width = 20, .height = 29};
    CHECK(same(resize_triangle_part(rows_of(picture), part),
               crop(resize_triangle(picture, 30, 41), 7, 5, 20, 29)));
    CHECK(same(resize_bicubic_part(rows_of(picture), part),
               crop(resize_bicubic(picture, 30, 41), 7, 5, 20, 29)));
    CHECK(error_of([&] {
            resize_triangle_part(rows_of(picture), {30, 41, 11, 0, 20, 41});
          }) == "resize_triangle: 20x41 pixels at (11,0) are not inside an image of 30x41");
  }

  TEST_CASE("bands of rows have the bits of a picture that is read at once") {
    // Wider than a band may be, so that every row is one.
    const Tensor wide = noise_of(3, 5, 400'000);
    const Tensor narrow = resize_triangle(wide, 3, 4);
    for (std::int64_t c = 0; c < 3; ++c)
      for (std::int64_t y = 0; y < 4; ++y)
        for (std::int64_t x = 0; x < 3; ++x)
          CHECK(at(narrow, c, y, x) ==
                doctest::Approx(pixel_of_resized(wide, c, 3, 4, x, y, Filter::triangle))
                    .epsilon(1e-4));
  }

  TEST_CASE("pictures are squeezed into sizes that are not square") {
    const Tensor picture = noise_of(3, 30, 20);
    const Tensor found = fit_picture(picture, {3, 12, 28});
    CHECK(same(found.select(0, 0), resize_triangle(picture, 28, 12)));
    const Preprocess bicubic{.filter = Filter::bicubic};
    CHECK(fit_picture(picture, {3, 12, 28}, bicubic).shape() == Shape{1, 3, 12, 28});
    CHECK(same(fit_picture(picture, {3, 30, 20}).select(0, 0), picture));
  }

  TEST_CASE("the bicubic filter stays inside [0, 1] and keeps what has the size already") {
    Tensor edges = Tensor::zeros({3, 8, 8});
    {
      auto elements = edges.write<float>();
      for (std::int64_t i = 0; i < elements.size(); ++i) elements[i] = i % 8 < 4 ? 0.0f : 1.0f;
    }
    const Preprocess bicubic{.filter = Filter::bicubic};
    const Tensor large = fit_picture(edges, {3, 20, 20}, bicubic);
    const auto values = large.to_vector<float>();
    CHECK(*std::min_element(values.begin(), values.end()) == 0);
    CHECK(*std::max_element(values.begin(), values.end()) == 1);
    const auto raw = resize_bicubic(edges, 20, 20).to_vector<float>();
    CHECK(*std::max_element(raw.begin(), raw.end()) > 1.01f);
    CHECK(same(fit_picture(edges, {3, 8, 8}, bicubic).select(0, 0), edges));
  }

  TEST_CASE("colors become Pillow's L for a network of one channel, gray is repeated for three") {
    // Image.new("RGB", (1, 1), color).convert("L")
    struct Case {
      int red, green, blue, gray;
    };
    for (const Case& c :
         {Case{255, 0, 0, 76}, Case{0, 255, 0, 150}, Case{0, 0, 255, 29}, Case{255, 255, 255, 255},
          Case{10, 20, 30, 18}, Case{200, 100, 7, 119}, Case{1, 1, 1, 1}, Case{0, 0, 0, 0}}) {
      const auto unit = [](int v) { return static_cast<float>(v) / 255.0f; };
      const Tensor pixel = Tensor::from({unit(c.red), unit(c.green), unit(c.blue)}, {3, 1, 1});
      CHECK(static_cast<float>(fit_picture(pixel, {1, 1, 1}).item()) == unit(c.gray));
    }
    const Tensor gray = noise_of(1, 20, 24);
    const Tensor repeated = fit_picture(gray, {3, 10, 12});
    for (std::int64_t c = 0; c < 3; ++c)
      CHECK(same(repeated.select(0, 0).select(0, c), resize_triangle(gray, 12, 10).select(0, 0)));
    CHECK(error_of([&] {
            fit_picture(noise_of(2, 4, 4), {3, 4, 4});
          }) == "detect: the network takes pictures of 3 channels, got [2,4,4]");
    CHECK(error_of([&] {
            fit_picture(noise_of(3, 4, 4), {4, 4, 4});
          }) == "detect: the network takes pictures of 4 channels, got [3,4,4]");
    CHECK(fit_picture(noise_of(4, 8, 8), {4, 4, 4}).shape() == Shape{1, 4, 4, 4});
  }

  TEST_CASE("a network of any size gets pictures as they are, the larger ones reduced") {
    const InputSize any{3, 0, 0};
    CHECK(any.any());
    const Tensor small = noise_of(3, 40, 13);
    CHECK(same(fit_picture(small, any).select(0, 0), small));
    const Preprocess bound{.mode = Mode::none, .longest = 20};
    CHECK(same(fit_picture(small, any, bound).select(0, 0), resize_triangle(small, 6, 20)));
    CHECK(fit_picture(noise_of(3, 1, 3000), any).shape() == Shape{1, 3, 1, 1024});
    CHECK(error_of([&] { fit_picture(small, any, Preprocess{}); }) ==
          "preprocess: a network of any size takes pictures as they are (none)");
    CHECK(error_of([&] {
            fit_picture(small, {3, 8, 8}, bound);
          }) == "preprocess: none is for networks of any size");
  }

  TEST_CASE("of a picture whose sides are far apart only the part that is used takes memory") {
    // Resized as a whole it would be 16 x 160 million pixels.
    std::int64_t rows = 0;
    const Preprocess crop{.mode = Mode::crop, .shorter = 16};
    const Tensor found = fit_picture(counting(100'000'000, 10, rows), {3, 16, 16}, crop);
    CHECK(found.shape() == Shape{1, 3, 16, 16});
    CHECK(at(found, 2, 7, 3) == doctest::Approx(0.5));
    CHECK(rows < 100);
  }
}
