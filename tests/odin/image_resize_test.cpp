#include "odin/image_resize.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace odin;
using tensor::Tensor;

namespace {

/// Multiples of 1/16 without any symmetry that could hide a mistake; channels differ.
Tensor pattern(std::int64_t width, std::int64_t height) {
  std::vector<float> values;
  for (std::int64_t c = 0; c < 3; ++c)
    for (std::int64_t i = 0; i < height; ++i)
      for (std::int64_t j = 0; j < width; ++j)
        values.push_back(static_cast<float>((7 * c + 3 * i * i + 5 * j * (i + 1)) % 16) / 16);
  return Tensor::from(values, {3, height, width});
}

std::vector<float> first_channel(const Tensor& image) {
  std::vector<float> values = image.to_vector<float>();
  values.resize(static_cast<std::size_t>(image.dim(1) * image.dim(2)));
  return values;
}

void check_close(const std::vector<float>& ours, const std::vector<float>& expected) {
  REQUIRE(ours.size() == expected.size());
  for (std::size_t i = 0; i < ours.size(); ++i)
    CHECK_MESSAGE(std::abs(ours[i] - expected[i]) < 3e-7f, "element ", i, ": ", ours[i],
                  ", expected ", expected[i]);
}

double sum_of_channel(const Tensor& image, std::int64_t channel) {
  double sum = 0;
  for (float value : image.select(0, channel).to_vector<float>()) sum += value;
  return sum;
}

}  // namespace

TEST_SUITE("odin") {
  TEST_CASE("the triangle filter equals PyTorch's antialiased bilinear interpolation") {
    // interpolate(pattern, size, mode='bilinear', antialias=True, align_corners=False)
    const Tensor image = pattern(5, 4);
    check_close(first_channel(resize_triangle(image, 2, 2)),
                {0.4439935f, 0.5089285f, 0.6501624f, 0.5024351f});
    check_close(first_channel(resize_triangle(image, 3, 3)),
                {0.2303571f, 0.56875f, 0.5071428f, 0.5892857f, 0.53125f, 0.4732143f, 0.7732143f,
                 0.4743055f, 0.5642857f});
    check_close(first_channel(resize_triangle(image, 7, 6)),
                {0.f,        0.1785714f, 0.4017857f, 0.625f,   0.8482143f, 0.6428571f, 0.25f,
                 0.09375f,   0.3616071f, 0.5535715f, 0.53125f, 0.5089285f, 0.4866071f, 0.46875f,
                 0.2812501f, 0.5729166f, 0.6994048f, 0.46875f, 0.2380952f, 0.3645834f, 0.65625f,
                 0.6562501f, 0.6860119f, 0.6755952f, 0.59375f, 0.5119048f, 0.5014881f, 0.53125f,
                 0.71875f,   0.7723215f, 0.6964285f, 0.40625f, 0.4732143f, 0.5401785f, 0.59375f,
                 0.6875f,    0.8303571f, 0.7232142f, 0.1875f,  0.3660715f, 0.5446429f, 0.6875f});
    const Tensor small = resize_triangle(image, 3, 3);
    CHECK(sum_of_channel(small, 1) == doctest::Approx(3.6286706924438477).epsilon(1e-7));
    CHECK(sum_of_channel(small, 2) == doctest::Approx(4.507440567016602).epsilon(1e-7));
  }

  TEST_CASE("the triangle filter halves with the weights 1 3 3 1") {
    std::vector<float> step(3 * 8 * 8, 0.0f);
    for (std::size_t i = 0; i < step.size(); ++i)
      if (i % 8 >= 3) step[i] = 1;
    const Tensor half = resize_triangle(Tensor::from(step, {3, 8, 8}), 4, 4);
    check_close(half.select(0, 2).select(0, 1).to_vector<float>(), {0, 0.5f, 1, 1});
    for (std::size_t i = 0; i < step.size(); ++i) step[i] = i % 8 == 3 ? 8.0f : 0.0f;
    const Tensor dot = resize_triangle(Tensor::from(step, {3, 8, 8}), 4, 4);
    check_close(dot.select(0, 0).select(0, 2).to_vector<float>(), {0, 3, 1, 0});
  }

  TEST_CASE("the box filter is the mean over the area of a new pixel") {
    const Tensor image = Tensor::from({1, 2, 3, 4, 5, 6, 7, 8,  //
                                       0, 0, 0, 0, 1, 1, 1, 1,  //
                                       1, 0, 0, 0, 0, 0, 0, 0},
                                      {3, 2, 4});
    CHECK(resize_box(image, 2, 1).to_vector<float>() ==
          std::vector<float>{3.5, 5.5, 0.5, 0.5, 0.25, 0});
    // Three new columns, each of 4/3 old columns.
    check_close(first_channel(resize_box(image, 3, 2)), {1.25f, 2.5f, 3.75f, 5.25f, 6.5f, 7.75f});
    // Each new column covers half of an old one.
    CHECK(first_channel(resize_box(image, 8, 2)) ==
          std::vector<float>{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8});
  }

  TEST_CASE("the aliased resize takes every second pixel of a picture twice as large") {
    const Tensor image = pattern(64, 64);
    const Tensor half = resize_aliased(image, 32, 32);
    CHECK(half.to_vector<float>() ==
          image.slice(1, 0, 64, 2).slice(2, 0, 64, 2).to_vector<float>());
  }

  TEST_CASE("the aliased resize equals PyTorch's nearest") {
    const Tensor image = pattern(5, 4);
    CHECK(first_channel(resize_aliased(image, 2, 2)) ==
          std::vector<float>{0.f, 0.625f, 0.75f, 0.625f});
    CHECK(first_channel(resize_aliased(image, 3, 3)) ==
          std::vector<float>{0.f, 0.3125f, 0.9375f, 0.1875f, 0.8125f, 0.0625f, 0.75f, 0.6875f,
                             0.5625f});
  }

  TEST_CASE("every filter leaves a picture of the right size alone and a flat one flat") {
    for (const auto resize : {resize_triangle, resize_box, resize_aliased}) {
      const Tensor image = pattern(7, 5);
      CHECK(resize(image, 7, 5).to_vector<float>() == image.to_vector<float>());
      for (const auto& [width, height] : {std::pair{1, 1}, {3, 11}, {32, 32}, {13, 2}}) {
        const Tensor flat = resize(Tensor::full({3, 9, 17}, 0.625), width, height);
        CHECK(flat.shape() == tensor::Shape{3, height, width});
        for (float value : flat.to_vector<float>()) CHECK(value == doctest::Approx(0.625));
      }
    }
  }

  TEST_CASE("a view that is not contiguous is resized like its copy") {
    const Tensor image = pattern(8, 8).transpose(1, 2);
    CHECK(resize_triangle(image, 3, 4).to_vector<float>() ==
          resize_triangle(image.clone(), 3, 4).to_vector<float>());
  }

  TEST_CASE("crop takes exactly the pixels asked for") {
    const Tensor image = pattern(6, 5);
    const Tensor part = crop(image, 2, 1, 3, 2);
    CHECK(part.shape() == tensor::Shape{3, 2, 3});
    for (std::int64_t c = 0; c < 3; ++c)
      for (std::int64_t i = 0; i < 2; ++i)
        for (std::int64_t j = 0; j < 3; ++j)
          CHECK(part.select(0, c).select(0, i).select(0, j).item() ==
                image.select(0, c).select(0, i + 1).select(0, j + 2).item());
    CHECK(crop(image, 0, 0, 6, 5).to_vector<float>() == image.to_vector<float>());
  }

  TEST_CASE("channels are resized each for itself, however many there are") {
    const Tensor image = pattern(6, 5);
    const Tensor all = resize_triangle(image, 3, 4);
    for (std::int64_t c = 0; c < 3; ++c)
      CHECK(resize_triangle(image.slice(0, c, c + 1), 3, 4).to_vector<float>() ==
            all.slice(0, c, c + 1).to_vector<float>());
  }

  TEST_CASE("what cannot be resized or cropped is an error") {
    const Tensor image = pattern(6, 5);
    CHECK_THROWS_WITH_AS(crop(image, 4, 0, 3, 2),
                         "crop: 3x2 pixels at (4,0) are not inside an image of 6x5", Error);
    CHECK_THROWS_AS(crop(image, -1, 0, 3, 2), Error);
    CHECK_THROWS_AS(crop(image, 0, 0, 0, 2), Error);
    CHECK_THROWS_WITH_AS(resize_box(image, 0, 4),
                         "resize_box: expected a size of at least 1x1, got 0x4", Error);
    CHECK_THROWS_AS(resize_triangle(Tensor(), 4, 4), Error);
    CHECK_THROWS_WITH_AS(resize_triangle(Tensor::zeros({4, 4}), 4, 4),
                         "resize_triangle: expected an image of shape [C,H,W], got [4,4]", Error);
  }
}
