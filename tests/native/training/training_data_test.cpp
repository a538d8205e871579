#include "odin/native/training/training_data.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "odin/image_resize.h"
#include "odin/native/pictures/image.h"
#include "odin/native/sets/class_folders.h"
#include "odin/native/sets/data_set.h"
#include "odin/native/sets/set_reader.h"
#include "odin/native/sets/set_spec.h"
#include "odin/native/training/sets.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/native/pictures/picture_files.h"
#include "odin/tests/native/sets/cifar_records.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::native;
using tensor::Tensor;
using tests::cifar_records;
using tests::contains;
namespace fs = std::filesystem;

namespace {

/// Noise of this size with 8-bit values.
Tensor data_picture(std::uint64_t seed, std::int64_t width = 32, std::int64_t height = 32) {
  Tensor pixels = tensor::Random(seed).uniform({3, height, width});
  auto values_elements = pixels.write<float>();
  float* values = values_elements.data();
  for (std::int64_t i = 0; i < pixels.numel(); ++i)
    values[i] = std::round(values[i] * 255) / 255.0f;
  return pixels;
}

std::vector<std::uint8_t> bytes_of(const Tensor& pixels) {
  std::vector<std::uint8_t> bytes;
  for (const float v : pixels.to_vector<float>())
    bytes.push_back(static_cast<std::uint8_t>(std::lround(std::clamp(v, 0.0f, 1.0f) * 255)));
  return bytes;
}

std::vector<std::uint8_t> image_of(const Dataset& data, std::int64_t image) {
  const auto first = data.pixels.begin() + image * Dataset::kImageBytes;
  return {first, first + Dataset::kImageBytes};
}

/// A 32x32 PNG of one color with 1 (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGBA) channels.
std::string png(int channels, const std::vector<unsigned char>& colour) {
  constexpr tests::PngColors kColors[] = {tests::kGray, tests::kGrayAlpha, tests::kRgb,
                                          tests::kRgba};
  std::string samples;
  for (int i = 0; i < 1024; ++i) samples.append(colour.begin(), colour.end());
  return tests::png(32, 32, 8, kColors[channels - 1], samples);
}

/// Writes CIFAR-10's files with 15 images of training and 7 of test, and names the set.
std::string small_cifar(const tests::TempDir& dir) {
  for (int batch = 1; batch <= 5; ++batch)
    dir.write("data_batch_" + std::to_string(batch) + ".bin", cifar_records(batch));
  dir.write("test_batch.bin", cifar_records(7));
  return "cifar10:" + dir.path().string();
}

/// A folder of images, each with its own seed.
class Pictures {
 public:
  const fs::path& path() const { return dir_.path(); }
  std::string spec(const std::string& suffix = "") const {
    return "folder:" + path().string() + suffix;
  }
  void add(const std::string& name, std::uint64_t seed, std::int64_t width = 32,
           std::int64_t height = 32) const {
    dir_.write(name, encode_png(data_picture(seed, width, height), name));
  }
  void write(const std::string& name, const std::string& text) const { dir_.write(name, text); }
  std::string error(const std::string& suffix = "", const TrainingDataOptions& options = {}) const {
    return tests::error_of([&] { load_training_data(spec(suffix), options); });
  }

 private:
  tests::TempDir dir_;
};

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("#held-out=N names the images that a training does not learn from") {
    const tests::TempDir dir;
    const std::string cifar = small_cifar(dir);
    for (const std::uint64_t seed : {1, 9}) {
      CAPTURE(seed);
      TrainSettings settings;
      settings.data = cifar;
      settings.validation = 5;
      settings.training.seed = seed;
      const TrainingSets sets = load_training_sets(settings, {});
      REQUIRE(sets.validation.has_value());
      const std::string suffix = seed == 1 ? "#held-out=5" : "#held-out=5:9";
      const auto named = open_set(parse_set(cifar + suffix), 77, {});
      REQUIRE(named->size() == 5);
      for (std::int64_t i = 0; i < 5; ++i) {
        CHECK(named->label(i) == sets.validation->labels[static_cast<std::size_t>(i)]);
        CHECK(bytes_of(named->read(i)) == image_of(*sets.validation, i));
      }
    }
    TrainSettings settings;
    settings.data = cifar + "#held-out=5";
    CHECK_THROWS_WITH_AS(load_training_sets(settings, {}), doctest::Contains("--validation holds"),
                         Error);
  }

  TEST_CASE("a folder with one folder a class is a training set in natural order") {
    const Pictures p;
    p.add("class 10/b.png", 1);
    p.add("class 2/img10.png", 2);
    p.add("class 2/img9.PNG", 3);
    p.add("고양이/하나.png", 4);
    p.add("class 10/.hidden.png", 5);
    p.add(".trash/x.png", 6);
    p.write("class 10/notes.txt", "no picture");
    p.write("list.csv", "no picture");
    const TrainingData data = load_training_data(p.spec());
    CHECK(data.train.classes == std::vector<std::string>{"class 2", "class 10", "고양이"});
    CHECK(data.train.labels == std::vector<std::int64_t>{0, 0, 1, 2});
    for (const auto& [image, seed] : {std::pair{0, 3}, {1, 2}, {2, 1}, {3, 4}})
      CHECK(image_of(data.train, image) ==
            bytes_of(data_picture(static_cast<std::uint64_t>(seed))));
    CHECK_FALSE(data.test.has_value());
    CHECK(data.skipped.empty());
    const Normalization expected = pixel_normalization(data.train);
    CHECK(data.normalization.mean == expected.mean);
    CHECK(data.normalization.std == expected.std);
  }

  TEST_CASE("folders below a class's belong to it, and links are followed") {
    const Pictures p;
    p.add("cats/images/2.png", 1);
    p.add("cats/images/deep/1.png", 2);
    p.add("cats/9.png", 3);
    p.add("elsewhere/dogs/1.png", 4);
    const Pictures q;
    fs::create_directory_symlink(p.path() / "cats", q.path() / "cats");
    fs::create_directory_symlink(p.path() / "elsewhere/dogs", q.path() / "dogs");
    fs::create_directory_symlink(p.path() / "cats", p.path() / "cats/images/back");
    fs::create_symlink(p.path() / "cats/9.png", p.path() / "elsewhere/dogs/2.png");
    const TrainingData data = load_training_data(q.spec());
    CHECK(data.train.labels == std::vector<std::int64_t>{0, 0, 0, 1, 1});
    for (const auto& [image, seed] : {std::pair{0, 3}, {1, 1}, {2, 2}, {3, 4}, {4, 3}})
      CHECK(image_of(data.train, image) ==
            bytes_of(data_picture(static_cast<std::uint64_t>(seed))));
  }

  TEST_CASE("pictures of other sizes become 32x32 as the suffix says") {
    const Pictures p;
    p.add("a/1.png", 1, 50, 40);
    p.add("b/1.png", 2, 33, 67);
    const Tensor wide = data_picture(1, 50, 40), high = data_picture(2, 33, 67);
    const auto check = [&](const char* suffix, const Tensor& first, const Tensor& second) {
      CAPTURE(suffix);
      const Dataset data = load_training_data(p.spec(suffix)).train;
      CHECK(image_of(data, 0) == bytes_of(first));
      CHECK(image_of(data, 1) == bytes_of(second));
    };
    check("@resize", resize_triangle(wide, 32, 32), resize_triangle(high, 32, 32));
    check("@center", resize_triangle(crop(wide, 5, 0, 40, 40), 32, 32),
          resize_triangle(crop(high, 0, 17, 33, 33), 32, 32));
    check("@resize-box", resize_box(wide, 32, 32), resize_box(high, 32, 32));
    check("@resize-aliased", resize_aliased(wide, 32, 32), resize_aliased(high, 32, 32));
    CHECK(p.error() ==
          "data '" + p.spec() + "': image: '" + (p.path() / "a/1.png").string() +
              "' is 50x40, expected 32x32; say how it is to become that: @resize, @center, @crop, "
              "@resize-box or @resize-aliased after the folder's name");
  }

  TEST_CASE("a crop is a patch of the picture, placed by seed and number") {
    const Pictures p;
    p.add("a/1.png", 1, 36, 34);
    for (int i = 0; i < 20; ++i) p.add("b/" + std::to_string(i) + ".png", 2, 36, 34);
    const auto load = [&](std::uint64_t seed) {
      return load_training_data(p.spec("@crop"), {.seed = seed}).train;
    };
    const Dataset data = load(1);
    for (std::int64_t i = 0; i < data.size(); ++i) {
      int places = 0;
      for (int y = 0; y <= 2; ++y)
        for (int x = 0; x <= 4; ++x)
          places += image_of(data, i) ==
                    bytes_of(crop(data_picture(i == 0 ? 1 : 2, 36, 34), x, y, 32, 32));
      CHECK(places == 1);
    }
    CHECK(load(1).pixels == data.pixels);
    CHECK(load(2).pixels != data.pixels);
    p.add("b/5.png", 2, 36, 31);
    CHECK(contains(p.error("@crop"), "5.png' is 36x31, too small for a crop of 32x32"));
  }

  TEST_CASE("gray is repeated in three channels, and alpha lies over white") {
    const Pictures p;
    p.write("a/gray.png", png(1, {51}));
    p.write("a/gray-alpha.png", png(2, {51, 0}));
    p.write("b/rgb.png", png(3, {1, 2, 3}));
    p.write("b/rgba.png", png(4, {255, 0, 0, 51}));
    const Dataset data = load_training_data(p.spec()).train;
    using Pixel = std::array<std::uint8_t, 3>;
    const std::array<Pixel, 4> expected{
        Pixel{255, 255, 255}, {51, 51, 51}, {1, 2, 3}, {255, 204, 204}};
    for (std::size_t image = 0; image < 4; ++image)
      for (std::size_t c = 0; c < 3; ++c) {
        const auto plane = data.pixels.begin() + static_cast<std::ptrdiff_t>(image * 3 + c) * 1024;
        CHECK(std::count(plane, plane + 1024, expected[image][c]) == 1024);
      }
  }

  TEST_CASE("an unreadable picture is left out and named, or an error when that is wanted") {
    const Pictures p;
    for (int i = 0; i < 600; ++i) p.add("a/" + std::to_string(i) + ".png", 1);
    p.add("b/0.png", 2);
    p.add("b/2.png", 3);
    p.write("a/3.png", "no picture");
    p.write("a/400.png", "");
    p.write("b/1.jpg", "\xff\xd8\xff");
    fs::create_symlink("nowhere", p.path() / "b/gone.bmp");
    const TrainingData data = load_training_data(p.spec());
    CHECK(data.train.size() == 600);
    CHECK(data.train.labels[597] == 0);
    CHECK(data.train.labels[598] == 1);
    CHECK(image_of(data.train, 599) == bytes_of(data_picture(3)));
    REQUIRE(data.skipped.size() == 4);
    CHECK(contains(data.skipped[0], "a/3.png': not an image"));
    CHECK(contains(data.skipped[1], "a/400.png': the file is empty"));
    CHECK(contains(data.skipped[2], "b/1.jpg"));
    CHECK(contains(data.skipped[3], "b/gone.bmp"));
    CHECK(contains(p.error("", {.strict = true}), "a/3.png': not an image"));

    fs::remove(p.path() / "b/0.png");
    fs::remove(p.path() / "b/2.png");
    CHECK(contains(p.error(), ": no picture of class 'b' can be read"));
  }

  TEST_CASE("what is read does not depend on the number of threads, and progress is told") {
    const Pictures p;
    for (int i = 0; i < 300; ++i)
      p.add((i % 2 ? "a/" : "b/") + std::to_string(i) + ".png", static_cast<std::uint64_t>(i), 40);
    p.write("a/7.png", "no picture");
    std::vector<TrainingData> all;
    for (const int threads : {1, 3}) {
      tensor::set_num_threads(threads);
      std::vector<std::int64_t> told;
      all.push_back(
          load_training_data(p.spec("@crop"), {.progress = [&](std::int64_t done, std::int64_t of) {
                               CHECK(of == 300);
                               told.push_back(done);
                             }}));
      CHECK(std::is_sorted(told.begin(), told.end()));
      CHECK(told.back() == 300);
    }
    tensor::set_num_threads(0);
    CHECK(all[0].train.pixels == all[1].train.pixels);
    CHECK(all[0].train.labels == all[1].train.labels);
    CHECK(all[0].skipped == all[1].skipped);
  }

  TEST_CASE("a folder that is no training set is refused with what was expected") {
    const Pictures p;
    CHECK(tests::error_of([] { load_training_data("folder:/nowhere/at/all"); }) ==
          "data 'folder:/nowhere/at/all': '/nowhere/at/all' does not exist, expected a folder that "
          "holds one folder of pictures a class");
    const std::string name = "'" + p.path().string() + "'", prefix = "data '" + p.spec() + "': ";
    CHECK(p.error() == prefix + name + " has no folders in it, expected one a class");
    p.add("1.png", 1);
    CHECK(p.error() == prefix + name +
                           " has no folders in it, expected one a class, named like "
                           "it, with its pictures: they lie directly in it");
    CHECK(contains(p.error("/1.png"), "1.png' is not a folder"));
    p.add("cats/1.png", 1);
    CHECK(p.error() == prefix + name +
                           " has one class only, 'cats', expected a folder for each of "
                           "two or more");
    p.add("dogs/1.png", 2);
    fs::remove(p.path() / "1.png");
    for (const char* empty : {"birds", "fish"}) fs::create_directory(p.path() / empty);
    CHECK(p.error() ==
          prefix + name + ": no pictures (.png, .jpg, .jpeg, .webp, .bmp) in 'birds', 'fish'");
    fs::create_directory(p.path() / "\xe9");
    CHECK(contains(p.error(), "is not UTF-8, as the names of classes are; rename it"));
  }

  TEST_CASE("pictures beside the classes' folders are named") {
    const Pictures p;
    p.add("a/1.png", 1);
    p.add("b/1.png", 2);
    p.add("overview.png", 3);
    const std::string why = "image: '" + (p.path() / "overview.png").string() +
                            "': in no class, since it lies beside their folders";
    const TrainingData data = load_training_data(p.spec());
    CHECK(data.train.size() == 2);
    CHECK(data.skipped == std::vector<std::string>{why});
    CHECK(p.error("", {.strict = true}) == "data '" + p.spec() + "': " + why);
  }

  TEST_CASE("a folder of splits is refused with the way down") {
    const Pictures p;
    p.add("train/cats/1.png", 1);
    p.add("val/cats/1.png", 1);
    CHECK(contains(p.error(),
                   "holds splits ('train', ...), not classes; expected one of them, "
                   "such as '" +
                       p.path().string() + "'/train"));
    p.add("ship/1.png", 1);
    CHECK(p.error() == "no error");  // "train" may also be a class of vehicles
  }

  TEST_CASE("a test set has the classes of the training set") {
    const Pictures train, test;
    for (const Pictures* p : {&train, &test}) {
      p->add("a/1.png", 1);
      p->add("b/1.png", 2);
    }
    test.add("b/2.png", 3);
    const TrainingData data = load_training_data(train.spec(), {.test = test.spec()});
    REQUIRE(data.test.has_value());
    CHECK(data.test->size() == 3);
    CHECK(data.test->labels == std::vector<std::int64_t>{0, 1, 1});
    CHECK(data.normalization.mean == pixel_normalization(data.train).mean);

    test.write("b/3.png", "no picture");
    CHECK(load_training_data(train.spec(), {.test = test.spec()}).skipped.size() == 1);
    CHECK(data.notes.empty());
    test.add("c/1.png", 3);
    CHECK(train.error("", {.test = test.spec()}) ==
          "data '" + without_folders(parse_set(test.spec())) +
              "': the training set has no class 'c', only 'a', 'b': rename or remove its pictures");
  }

  TEST_CASE("a test set may have the training set's classes in another order, or some of them") {
    const Pictures train, test;
    for (const char* name : {"2 cats/1.png", "10_Dogs/1.png", "11 fish/1.png"}) train.add(name, 1);
    for (const char* name : {"10 dogs/1.png", "11 fish/1.png"}) test.add(name, 2);
    const TrainingData data = load_training_data(train.spec(), {.test = test.spec()});
    CHECK(data.test->classes == data.train.classes);
    CHECK(data.test->labels == std::vector<std::int64_t>{1, 2});
    REQUIRE(data.notes.size() == 1);
    CHECK(contains(data.notes[0], " has 2 of the 3 classes of the training set"));
  }

  TEST_CASE("a network's classes keep their order, and pictures may be of some of them") {
    TrainingSets sets;
    sets.train.classes = {"cat", "dog"};
    sets.train.labels = {0, 1, 1};
    sets.validation = sets.train;
    use_classes_of_network(sets, "folder:x", {"fish", "dog", "cat"}, "the network");
    for (const Dataset* data : {&sets.train, &*sets.validation}) {
      CHECK(data->labels == std::vector<std::int64_t>{2, 1, 1});
      CHECK(data->classes == std::vector<std::string>{"fish", "dog", "cat"});
    }
    CHECK(sets.notes.size() == 2);
    CHECK(tests::error_of([&] {
            use_classes_of_network(sets, "folder:x", {"dog", "cat"}, "the network");
          }) ==
          "data 'folder:x': the network has no class 'fish', only 'dog', 'cat': rename or "
          "remove its pictures");
  }

  TEST_CASE("what pictures needed, and pictures that are not read, are noted") {
    const Pictures p;
    p.add("a/1.png", 1);
    p.write("a/2.png", png(1, {51}));
    p.write("b/1.png", png(1, {51}));
    p.write("b/deeper/2.png", png(2, {51, 0}));
    for (const char* name : {"a/1.GIF", "b/deeper/2.heic", "3.gif"}) p.write(name, "x");
    CHECK(load_training_data(p.spec()).notes ==
          std::vector<std::string>{
              p.spec() + ": 1 picture: alpha over white", p.spec() + ": 3 pictures: gray to RGB",
              p.spec() + ": 3 pictures not read: 2 .gif, 1 .heic (odin reads PNG, JPEG, WebP and "
                         "BMP)"});
  }

  TEST_CASE("CIFAR comes with its test split and the published normalization") {
    const tests::TempDir dir;
    for (int batch = 1; batch <= 5; ++batch)
      dir.write("data_batch_" + std::to_string(batch) + ".bin", cifar_records(batch));
    dir.write("test_batch.bin", cifar_records(7));
    const std::string spec = "cifar10:" + dir.path().string();
    const TrainingData data = load_training_data(spec);
    CHECK(data.train.size() == 15);
    REQUIRE(data.test.has_value());
    CHECK(data.test->size() == 7);
    CHECK(data.normalization.mean == kCifarNormalization.mean);
    CHECK(data.normalization.std == kCifarNormalization.std);
    CHECK(contains(tests::error_of([] { load_training_data("cifar10:/nowhere"); }),
                   "cifar10: no data_batch_1.bin in '/nowhere'"));
  }

  TEST_CASE("a range or a limit of a folder takes the pictures that odin evaluate takes") {
    const Pictures p;
    for (int i = 0; i < 6; ++i)
      p.add((i < 4 ? "a/" : "b/") + std::to_string(i) + ".png", static_cast<std::uint64_t>(i), 40,
            40);
    const TrainingData whole = load_training_data(p.spec("@crop"));
    const auto expected = [&](const std::string& suffix, std::int64_t limit) {
      const auto set = open_set(parse_set(p.spec(suffix)), 1);
      if (limit > 0) set->limit(limit);
      std::vector<std::vector<std::uint8_t>> images;
      for (std::int64_t i = 0; i < set->size(); ++i) images.push_back(bytes_of(set->read(i)));
      return images;
    };
    for (const auto& [suffix, limit] : std::vector<std::pair<std::string, std::int64_t>>{
             {"@crop#0-4", 0}, {"#3-4@crop", 0}, {"@crop", 3}, {"@crop#1-5", 4}, {"@crop", 100}}) {
      CAPTURE_BOUND(suffix);
      TrainingDataOptions options;
      if (limit > 0) options.limit = limit;
      const TrainingData data = load_training_data(p.spec(suffix), options);
      const auto images = expected(suffix, limit);
      REQUIRE(data.train.size() == std::ssize(images));
      for (std::int64_t i = 0; i < data.train.size(); ++i)
        CHECK(image_of(data.train, i) == images[static_cast<std::size_t>(i)]);
      CHECK(data.train.classes == whole.train.classes);
      CHECK(data.notes.empty());
      CHECK(data.normalization.mean == pixel_normalization(data.train).mean);
    }
    const TrainingData tested =
        load_training_data(p.spec("@crop"), {.test = p.spec("@crop#4-5"), .limit = 1'000});
    CHECK(tested.train.size() == 6);
    CHECK(tested.test->labels == std::vector<std::int64_t>{1, 1});
    CHECK(load_training_data(p.spec("@crop"), {.test = p.spec("@crop"), .limit = 3}).test->size() ==
          3);
  }

  TEST_CASE(
      "a range that lies outside of a set or holds one class is refused, a missing one noted") {
    const Pictures p;
    for (const char* name : {"a/1.png", "b/1.png", "c/1.png", "c/2.png"}) p.add(name, 1);
    const auto error = [&](const std::string& suffix, const TrainingDataOptions& options = {}) {
      return p.error(suffix, options);
    };
    CHECK(error("#0-4") == "data '" + p.spec("#0-4") +
                               "': the range #0-4 is not inside its 4 images (counted from 0, the "
                               "last one included)");
    CHECK(error("#2-3") == "data '" + p.spec("#2-3") +
                               "': the images chosen are all of class 'c', expected some of two "
                               "classes or more");
    CHECK(contains(error("", {.limit = 1}), "are all of class 'a'"));
    for (const char* bad : {"#3", "#3-", "#2-1", "#-1", "#a-b", "#0-1#2-3", "#train"})
      CHECK(contains(error(bad), bad == std::string("#train") ? "have a training split" : "set '"));
    CHECK(load_training_data(p.spec("#0-1")).notes ==
          std::vector<std::string>{p.spec("#0-1") +
                                   ": no image of 1 of the 3 classes was chosen: 'c'"});
    // Pictures that are not chosen need not be readable.
    p.write("c/3.png", "no picture");
    CHECK(load_training_data(p.spec("#0-3"), {.strict = true}).skipped.empty());
    CHECK(contains(error("#0-4", {.strict = true}), "3.png"));
  }

  TEST_CASE("of CIFAR a range is of the training split, and a limit takes the first images") {
    const tests::TempDir dir;
    const std::string spec = small_cifar(dir);
    const Dataset all = load_training_data(spec).train;
    const auto check = [&](const Dataset& data, std::int64_t first, std::int64_t count) {
      REQUIRE(data.size() == count);
      for (std::int64_t i = 0; i < count; ++i) {
        CHECK(image_of(data, i) == image_of(all, first + i));
        CHECK(data.labels[static_cast<std::size_t>(i)] ==
              all.labels[static_cast<std::size_t>(first + i)]);
      }
    };
    const TrainingData range = load_training_data(spec + "#5-9");
    check(range.train, 5, 5);
    CHECK(range.test->size() == 7);  // the whole test split
    CHECK(range.notes.size() == 1);
    check(load_training_data(spec + "#train#5-9").train, 5, 5);
    const TrainingData limited = load_training_data(spec, {.limit = 6});
    check(limited.train, 0, 6);
    CHECK(limited.test->size() == 6);
    const TrainingData apart = load_training_data(spec + "#0-9", {.test = spec + "#train#10-14"});
    check(apart.train, 0, 10);
    check(*apart.test, 10, 5);
    CHECK(load_training_data(spec, {.test = spec + "#2-3"}).test->size() == 2);
    CHECK(contains(tests::error_of([&] { load_training_data(spec + "#0-15"); }),
                   "#0-15': the range #0-15 is not inside its 15 images"));
  }

  TEST_CASE(
      "test images that are training images as well are counted, by whatever path they come") {
    const Pictures p, other;
    for (int i = 0; i < 4; ++i) {
      p.add("a/" + std::to_string(i) + ".png", 10 + static_cast<std::uint64_t>(i));
      p.add("b/" + std::to_string(i) + ".png", 20 + static_cast<std::uint64_t>(i));
      other.add("a/" + std::to_string(i) + ".png", 30 + static_cast<std::uint64_t>(i));
    }
    fs::create_directories(other.path() / "b");
    fs::create_symlink(p.path() / "b" / "1.png", other.path() / "b" / "1.png");
    const auto shared = [](const std::string& data, const std::string& test,
                           std::optional<std::int64_t> limit = {}) {
      return load_training_data(data, {.test = test, .limit = limit}).shared;
    };
    CHECK(shared(p.spec(), p.spec()) == 8);
    CHECK(shared(p.spec("#0-5"), "folder:" + p.path().string() + "/./#4-7") == 2);
    CHECK(shared(p.spec("#0-5"), p.spec("#6-7")) == 0);
    CHECK(shared(p.spec(), p.spec(), 4) == 4);
    CHECK(shared(p.spec(), other.spec()) == 1);
    CHECK(load_training_data(p.spec()).shared == 0);

    const tests::TempDir cifar;
    const std::string spec = small_cifar(cifar);
    CHECK(shared(spec, "") == 0);
    CHECK(shared(spec + "#0-9", spec + "#train#8-14") == 2);
    CHECK(shared(spec + "#0-9", spec + "#train#10-14") == 0);
    CHECK(shared(spec + "#0-6", spec + "#0-6") == 0);  // of the test split
  }

  // Without a descriptor the undefined-behavior sanitizer takes every object for a wrong one: it reads
  // memory through a pipe.
#ifdef __SANITIZE_ADDRESS__
  constexpr bool kSanitized = true;
#else
  constexpr bool kSanitized = false;
#endif
  TEST_CASE("a picture that cannot be opened now is no damaged one: nothing goes on without it" *
            doctest::skip(kSanitized)) {
    const Pictures p;
    for (const char* name : {"a/1.png", "a/2.png", "b/1.png", "b/2.png"}) p.add(name, 1);
    const ClassFolders found = find_class_folders(p.path());
    const auto set = open_set(parse_set(p.spec()), 1);
    rlimit before{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
    const std::string folders = tests::error_of([&] { read_class_folders(found, {}); });
    const std::string batches = tests::error_of([&] { SetReader(*set, 0, set->size(), 2).next(); });
    REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK(contains(folders, ".png': Too many open files"));
    CHECK(contains(batches, "1.png': Too many open files"));
    CHECK(read_class_folders(found, {}).data.size() == 4);
  }

  TEST_CASE("only sets with labels can be trained on") {
    const auto error = [](const std::string& spec) {
      return tests::error_of([&] { load_training_data(spec); });
    };
    for (const char* bad : {"uniform:10", "mnist:x", "x", ""})
      CHECK(error(bad) == std::string("data: expected cifar10:DIR, cifar100:DIR or folder:DIR, the "
                                      "folder with a folder of pictures a class, got '") +
                              bad + "'");
    CHECK(contains(error("folder:x@shrink"), "unknown transform '@shrink'"));
    CHECK(error("cifar100:x@crop") ==
          "data: 'cifar100:x@crop': the images of CIFAR are 32x32, @crop is for folders");
  }
}
