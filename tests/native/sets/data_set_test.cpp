#include "odin/native/sets/data_set.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>

#include "odin/fit_picture.h"
#include "odin/native/pictures/image.h"
#include "odin/native/sets/labelled_images.h"
#include "odin/native/sets/set_reader.h"
#include "odin/tensor/random.h"
#include "odin/tests/native/sets/cifar_records.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::native;
using tensor::Tensor;
using tests::cifar_records;
using tests::contains;

namespace {

using Pixels = std::vector<float>;

std::unique_ptr<ImageSet> open(const std::string& text, std::uint64_t seed = 1) {
  return open_set(parse_set(text), seed);
}

std::string open_error(const std::string& text) {
  return tests::error_of([&] { open(text); });
}

Pixels image_of(const ImageSet& set, std::int64_t image) {
  return set.read(image).to_vector<float>();
}

/// A random image of this size with 8-bit values.
Tensor picture(std::uint64_t seed, std::int64_t width, std::int64_t height) {
  Tensor pixels = tensor::Random(seed).uniform({3, height, width});
  auto values_elements = pixels.write<float>();
  float* values = values_elements.data();
  for (std::int64_t i = 0; i < pixels.numel(); ++i)
    values[i] = static_cast<float>(std::round(values[i] * 255) / 255.0);
  return pixels;
}

/// All images from a reader, and the sizes of the batches.
struct Everything {
  std::vector<std::int64_t> numbers, sizes;
  Pixels pixels;
  std::vector<std::string> skipped;
};

Everything read_all(const ImageSet& set, std::int64_t batch) {
  Everything all;
  SetReader reader(set, 0, set.size(), batch);
  while (const auto part = reader.next()) {
    CHECK(part->images.dim(0) == std::ssize(part->numbers));
    all.sizes.push_back(part->images.dim(0));
    all.numbers.insert(all.numbers.end(), part->numbers.begin(), part->numbers.end());
    all.skipped.insert(all.skipped.end(), part->skipped.begin(), part->skipped.end());
    const auto pixels = part->images.to_vector<float>();
    all.pixels.insert(all.pixels.end(), pixels.begin(), pixels.end());
  }
  return all;
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("a CIFAR set has labels, classes and pixels of v / 255, and ranges count from 0") {
    const tests::TempDir dir;
    dir.write("test_batch.bin", cifar_records(12));
    const auto set = open("cifar10:" + dir.path().string());
    CHECK(set->size() == 12);
    CHECK(set->classes().size() == 10);
    CHECK(set->label(11) == 1);
    CHECK(image_of(*set, 3)[5] == static_cast<float>((3 * 7 + 5) / 255.0));
    const auto part = open("cifar10:" + dir.path().string() + "#2-4");
    CHECK(part->size() == 3);
    CHECK(part->label(0) == 2);
    CHECK(image_of(*part, 1) == image_of(*set, 3));
  }

  TEST_CASE("noise is a function of the seed and the image's number") {
    const auto uniform = open("uniform:50"), gaussian = open("gaussian:50");
    CHECK(image_of(*uniform, 7) == image_of(*open("uniform:8"), 7));
    CHECK(image_of(*uniform, 7) == image_of(*open("uniform:50#5-9"), 2));
    CHECK(image_of(*uniform, 7) != image_of(*uniform, 8));
    CHECK(image_of(*uniform, 7) != image_of(*open("uniform:50", 2), 7));
    CHECK_FALSE(uniform->label(0).has_value());

    double sum = 0, squares = 0, at_ends = 0, total = 0;
    bool inside = true;
    for (int i = 0; i < 50; ++i) {
      for (float v : image_of(*uniform, i)) {
        inside &= v >= 0 && v < 1;
        sum += v, squares += v * v, ++total;
      }
      for (float v : image_of(*gaussian, i)) {
        inside &= v >= 0 && v <= 1;
        at_ends += v == 0 || v == 1;
      }
    }
    CHECK(inside);
    CHECK(sum / total == doctest::Approx(0.5).epsilon(0.01));
    CHECK(squares / total == doctest::Approx(1.0 / 3).epsilon(0.01));
    CHECK(at_ends / total == doctest::Approx(0.6171).epsilon(0.01));  // P(|N(0,1)| > 0.5)
  }

  TEST_CASE("a folder is read in natural order, each picture made 32x32 as its name says") {
    const tests::TempDir dir;
    for (const int i : {1, 2, 10})
      save_png(dir.path() / ("img" + std::to_string(i) + ".png"),
               picture(static_cast<std::uint64_t>(i), 64, 48));
    const std::string name = "folder:" + dir.path().string();
    const auto triangle = open(name + "@resize");
    CHECK(triangle->size() == 3);
    CHECK(triangle->name(1).ends_with("img2.png"));
    CHECK(triangle->name(2).ends_with("img10.png"));
    const Tensor source = picture(10, 64, 48);
    CHECK(image_of(*triangle, 2) == resize_triangle(source, 32, 32).to_vector<float>());
    CHECK(image_of(*open(name + "@center"), 2) ==
          resize_triangle(crop(source, 8, 0, 48, 48), 32, 32).to_vector<float>());
    CHECK(image_of(*open(name + "@resize-box"), 2) ==
          resize_box(source, 32, 32).to_vector<float>());
    CHECK(image_of(*open(name + "@resize-aliased"), 2) ==
          resize_aliased(source, 32, 32).to_vector<float>());
    CHECK(contains(open_error(name), "img1.png' is 64x48, expected 32x32; say how"));
  }

  TEST_CASE("a folder with one folder a class is a set with labels") {
    const tests::TempDir dir;
    for (const char* name : {"b/1.png", "b/sub/2.png", "a/10.png", "a/9.png"})
      dir.write(name, encode_png(picture(1, 32, 32), name));
    const std::string name = "folder:" + dir.path().string();
    const auto set = open(name);
    CHECK(set->classes() == std::vector<std::string>{"a", "b"});
    CHECK(labels_of(*set, {0, 1, 2, 3}) == std::vector<std::int64_t>{0, 0, 1, 1});
    CHECK(set->name(0).ends_with("a/9.png"));
    CHECK(open(name + "#1-2")->label(1) == 1);
    const auto flat = open(name + "/a");
    CHECK(flat->classes().empty());
    CHECK_FALSE(flat->label(0).has_value());
    CHECK(set->use_classes_of_network({"a", "b"}).empty());
    CHECK(set->use_classes_of_network({"b", "c", "a"}).size() == 2);
    CHECK(labels_of(*set, {0, 1, 2, 3}) == std::vector<std::int64_t>{2, 2, 0, 0});
    CHECK(set->use_classes_of_network({"c", "b"}).size() == 2);
    CHECK_FALSE(set->label(0).has_value());
    CHECK(set->label(2) == 1);
    CHECK_FALSE(labels_of(*set, {0, 2}).has_value());
    CHECK(flat->use_classes_of_network({"a", "c"}).empty());
    dir.write("1.png", encode_png(picture(1, 32, 32), "1.png"));
    CHECK(contains(open_error(name), " has pictures directly in it and in its folder "));
  }

  TEST_CASE(
      "a limit keeps the first images, or some of each class where classes follow on another") {
    const tests::TempDir dir;
    for (const char* name : {"a/0.png", "a/1.png", "a/2.png", "b/3.png", "b/4.png", "c/5.png"})
      dir.write(name, encode_png(picture(1, 32, 32), name));
    const std::string name = "folder:" + dir.path().string();
    const auto labels = [](ImageSet& set, std::int64_t most) {
      set.limit(most);
      std::vector<std::int64_t> images(static_cast<std::size_t>(set.size()));
      std::iota(images.begin(), images.end(), 0);
      return labels_of(set, images).value();
    };
    CHECK(labels(*open(name), 3) == std::vector<std::int64_t>{0, 0, 1});
    CHECK(labels(*open(name), 5) == std::vector<std::int64_t>{0, 0, 0, 1, 1});
    CHECK(labels(*open(name), 99) == std::vector<std::int64_t>{0, 0, 0, 1, 1, 2});
    CHECK(labels(*open(name + "#1-4"), 2) == std::vector<std::int64_t>{0, 1});
    const auto noise = open("uniform:9"), whole = open("uniform:9");
    noise->limit(4);
    CHECK(noise->size() == 4);
    for (std::int64_t i = 0; i < 4; ++i) CHECK(image_of(*noise, i) == image_of(*whole, i));
  }

  TEST_CASE("a folder with nothing but one folder says where the pictures may be") {
    const tests::TempDir dir;
    dir.write("images/1.png", encode_png(picture(1, 32, 32), "1.png"));
    const std::string error = open_error("folder:" + dir.path().string());
    CHECK(contains(error, " has no pictures directly in it and one folder only, "));
    CHECK(contains(error, "/images': name that one"));
  }

  TEST_CASE("a crop is a patch of the picture, placed by seed and number alone") {
    const tests::TempDir dir;
    for (int i = 0; i < 40; ++i)
      save_png(dir.path() / (std::to_string(i) + ".png"), picture(7, 40, 34));
    const std::string name = "folder:" + dir.path().string() + "@crop";
    const auto set = open(name);
    const Tensor source = picture(7, 40, 34);
    std::vector<std::pair<int, int>> places;
    for (int i = 0; i < 40; ++i) {
      const Pixels found = image_of(*set, i);
      for (int y = 0; y <= 2; ++y)
        for (int x = 0; x <= 8; ++x)
          if (crop(source, x, y, 32, 32).to_vector<float>() == found) places.emplace_back(x, y);
    }
    REQUIRE(places.size() == 40);
    std::sort(places.begin(), places.end());
    CHECK(std::unique(places.begin(), places.end()) - places.begin() > 10);
    CHECK(image_of(*set, 9) == image_of(*open(name + "#5-20"), 4));
    bool moved = false;
    const auto other = open(name, 2);
    for (int i = 0; i < 40; ++i) moved |= image_of(*other, i) != image_of(*set, i);
    CHECK(moved);
  }

  TEST_CASE("a reader gives every image once and in order, whatever the batch") {
    const auto set = open("uniform:23");
    const Everything one = read_all(*set, 1), seven = read_all(*set, 7), all = read_all(*set, 99);
    CHECK(one.numbers.size() == 23);
    CHECK(seven.sizes == std::vector<std::int64_t>{7, 7, 7, 2});
    CHECK(all.sizes == std::vector<std::int64_t>{23});
    CHECK(one.numbers == seven.numbers);
    CHECK(std::is_sorted(one.numbers.begin(), one.numbers.end()));
    CHECK(one.pixels == seven.pixels);
    CHECK(one.pixels == all.pixels);
    CHECK(tests::error_of([&] { SetReader(*set, 0, 24, 4); }) != "no error");
    CHECK(tests::error_of([&] { SetReader(*set, 0, 23, 0); }) ==
          "batch: expected 1 or more, got 0");
  }

  TEST_CASE("a reader may be left before its end") {
    const auto set = open("uniform:2000");
    SetReader reader(*set, 0, 2000, 8);
    CHECK(reader.next()->numbers.front() == 0);
  }

  TEST_CASE("unreadable images are left out and named, and the batches filled up") {
    const tests::TempDir dir;
    for (int i = 0; i < 10; ++i)
      save_png(dir.path() / (std::to_string(i) + ".png"), picture(1, 32, 32));
    dir.write("0.png", "no picture");
    dir.write("4.png", "no picture");
    save_png(dir.path() / "9.png", picture(1, 33, 32));
    const auto set = open("folder:" + dir.path().string());
    const Everything all = read_all(*set, 3);
    CHECK(all.numbers == std::vector<std::int64_t>{1, 2, 3, 5, 6, 7, 8});
    CHECK(all.sizes == std::vector<std::int64_t>{3, 3, 1});
    REQUIRE(all.skipped.size() == 3);
    CHECK(contains(all.skipped[0], "0.png"));
    CHECK(contains(all.skipped[2], "9.png' is 33x32"));
  }

  TEST_CASE("a set that cannot be used is refused with its name and what was expected") {
    const tests::TempDir dir;
    const std::string folder = dir.path().string();
    CHECK(contains(open_error("cifar10:" + folder),
                   "no test_batch.bin in '" + folder + "'; expected the unpacked binary version"));
    CHECK(open_error("folder:/nowhere/at/all") ==
          "set 'folder:/nowhere/at/all': '/nowhere/at/all' does not exist, expected a folder of "
          "images (PNG, JPEG, WebP or BMP); `odin data` says where the known sets can be had");
    CHECK(contains(open_error("folder:" + folder), "no images in this folder"));
    dir.write("test_batch.bin", cifar_records(2).substr(0, 5000));
    const std::string truncated = open_error("cifar10:" + folder);
    CHECK(contains(truncated, "has 5000 bytes, expected a multiple of 3073"));
    CHECK(contains(truncated, "`odin data` says where"));
    dir.write("one.png", "no picture");
    CHECK(contains(open_error("folder:" + folder), "none of its first images can be used"));
    CHECK(contains(open_error("folder:" + folder + "/one.png"), "is not a folder"));
    CHECK(contains(open_error("uniform:10#3-10"), "the range #3-10 is not inside its 10 images"));
    save_png(dir.path() / "one.png", picture(1, 40, 20));
    CHECK(contains(open_error("folder:" + folder + "@crop"), "is 40x20, too small for a crop"));
  }

  TEST_CASE("sets are made as the network takes them: its size, preprocessing and channels") {
    const tests::TempDir dir;
    const std::string folder = "folder:" + dir.path().string();
    const Tensor wide = picture(1, 90, 60);
    save_png(dir.path() / "a.png", wide);
    const auto read = [&](const std::string& set, const SetTarget& target) {
      return open_set(parse_set(set), 1, target)->read(0);
    };
    const nn::Preprocess crop{.mode = nn::Preprocess::Mode::crop, .shorter = 56};
    const nn::InputSize high{3, 48, 40}, gray{1, 48, 40}, any{3, 0, 0};
    CHECK(tests::same(read(folder, {high, {}}), resize_triangle(wide, 40, 48)));
    CHECK(tests::same(read(folder, {high, crop}), fit_picture(wide, high, crop).select(0, 0)));
    CHECK(tests::same(read(folder, {gray, {}}), fit_picture(wide, gray).select(0, 0)));
    CHECK(tests::same(read(folder, {any, nn::default_preprocess(any)}), wide));
    CHECK(tests::same(read(folder, {{3, 32, 32}, crop}),
                      fit_picture(wide, {3, 32, 32}, crop).select(0, 0)));
    // A transform comes before the preprocessing.
    CHECK(tests::same(read(folder + "@resize-box", {high, crop}), resize_box(wide, 40, 48)));
    CHECK(tests::same(read(folder + "@center", {high, crop}),
                      resize_triangle(odin::crop(wide, 20, 0, 50, 60), 40, 48)));
    CHECK(read(folder + "@crop", {high, crop}).shape() == tensor::Shape{3, 48, 40});
    CHECK(contains(tests::error_of([&] {
                     read(folder + "@crop", {{3, 64, 64}, crop});
                   }),
                   "is 90x60, too small for a crop of 64x64"));
    CHECK(contains(tests::error_of([&] {
                     read(folder + "@resize", {any, nn::default_preprocess(any)});
                   }),
                   "takes pictures of any size, so that @resize does not say which; leave it out"));
    CHECK(contains(open_error(folder), "is 90x60, expected 32x32; say how"));

    dir.write("test_batch.bin", cifar_records(2));
    const std::string cifar = "cifar10:" + dir.path().string();
    const Tensor small = read(cifar, {});
    CHECK(tests::same(read(cifar, {high, {}}), resize_triangle(small, 40, 48)));
    CHECK(read(cifar, {{1, 32, 32}, {}}).shape() == tensor::Shape{1, 32, 32});
    CHECK(tests::same(read(cifar, {any, nn::default_preprocess(any)}), small));
    CHECK(read("uniform:2", {gray, {}}).shape() == tensor::Shape{1, 48, 40});
    CHECK(tests::same(read("gaussian:2", {any, nn::default_preprocess(any)}),
                      read("gaussian:2", {})));
  }

  TEST_CASE("pictures of different sizes come in batches of one size, in the order of the set") {
    const tests::TempDir dir;
    const std::vector<std::int64_t> widths{40, 40, 40, 50, 50, 40, 50};
    for (std::size_t i = 0; i < widths.size(); ++i)
      save_png(dir.path() / (std::to_string(i) + ".png"), picture(i, widths[i], 30));
    dir.write("3b.png", "no picture");
    const nn::InputSize any{3, 0, 0};
    const auto set =
        open_set(parse_set("folder:" + dir.path().string()), 1, {any, nn::default_preprocess(any)});
    const Everything all = read_all(*set, 2);
    CHECK(all.sizes == std::vector<std::int64_t>{2, 1, 2, 1, 1});
    CHECK(all.numbers == std::vector<std::int64_t>{0, 1, 2, 3, 5, 6, 7});
    CHECK(all.skipped.size() == 1);
    Pixels expected;
    for (const std::int64_t number : all.numbers) {
      const Pixels one = image_of(*set, number);
      expected.insert(expected.end(), one.begin(), one.end());
    }
    CHECK(all.pixels == expected);
    // Without a number a batch holds as many pixels as 64 images of 32x32.
    CHECK(nn::images_at_once({3, 32, 32}, 64) == 64);
    CHECK(nn::images_at_once({3, 64, 64}, 64) == 16);
    CHECK(nn::images_at_once({3, 1024, 1024}, 64) == 1);
    CHECK(nn::images_at_once({3, 8, 8}, 64) == 64);
    SetReader reader(*set, 0, 3, {}, 2);
    CHECK(reader.next()->images.dim(0) == 1);
  }
}
