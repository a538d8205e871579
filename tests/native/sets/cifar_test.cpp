#include "odin/native/sets/cifar.h"

#include <doctest/doctest.h>

#include <cstdio>

#include "odin/tensor/error.h"
#include "odin/tests/native/temp_dir.h"

using namespace odin;
using namespace odin::native;

namespace {

std::uint8_t pixel_of(int image, int i) { return static_cast<std::uint8_t>(image * 37 + i * 11); }

/// Records of images made by pixel_of, numbered from `first`, each after its label bytes.
std::string records(int first, const std::vector<std::string>& labels) {
  std::string bytes;
  for (std::size_t n = 0; n < labels.size(); ++n) {
    bytes += labels[n];
    for (int i = 0; i < Dataset::kImageBytes; ++i)
      bytes += static_cast<char>(pixel_of(first + static_cast<int>(n), i));
  }
  return bytes;
}

std::string label(int value) { return std::string(1, static_cast<char>(value)); }
std::string labels(int coarse, int fine) { return label(coarse) + label(fine); }

void check_pixels(const Dataset& set) {
  REQUIRE(set.pixels.size() == set.labels.size() * Dataset::kImageBytes);
  bool equal = true;
  for (int n = 0; n < set.size(); ++n)
    for (int i = 0; i < Dataset::kImageBytes; ++i)
      equal &= set.pixels[static_cast<std::size_t>(n * Dataset::kImageBytes + i)] == pixel_of(n, i);
  CHECK(equal);
}

std::string error_of(Dataset (*read)(const std::filesystem::path&, bool),
                     const std::filesystem::path& folder, bool train) {
  try {
    read(folder, train);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string hundred_names() {
  std::string names;
  for (int i = 0; i < 100; ++i) names += "class" + std::to_string(i) + "\n";
  return names;
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("cifar10 is read batch after batch, from the folder or the one around it") {
    const tests::TempDir dir;
    const std::string inner = "cifar-10-batches-bin/";
    for (int batch = 0; batch < 5; ++batch)
      dir.write(inner + "data_batch_" + std::to_string(batch + 1) + ".bin",
                records(2 * batch, {label(batch), label(9 - batch)}));
    dir.write(inner + "test_batch.bin", records(0, {label(3), label(0), label(9)}));
    dir.write(inner + "batches.meta.txt", "a\nb\nc\nd\ne\r\nf\ng\nh\ni\nj\n\n");

    for (const auto& folder : {dir.path(), dir.path() / inner}) {
      const Dataset train = read_cifar10(folder, true);
      CHECK(train.labels == std::vector<std::int64_t>{0, 9, 1, 8, 2, 7, 3, 6, 4, 5});
      check_pixels(train);
      const Dataset test = read_cifar10(folder, false);
      CHECK(test.labels == std::vector<std::int64_t>{3, 0, 9});
      check_pixels(test);
      CHECK(test.classes ==
            std::vector<std::string>{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"});
    }
  }

  TEST_CASE("cifar10 without its file of names has the well-known ones") {
    const tests::TempDir dir;
    dir.write("test_batch.bin", records(0, {label(3)}));
    const Dataset test = read_cifar10(dir.path(), false);
    REQUIRE(test.classes.size() == 10);
    CHECK(test.classes.front() == "airplane");
    CHECK(test.classes[3] == "cat");
    CHECK(test.classes.back() == "truck");
  }

  TEST_CASE("cifar100 is read with its fine labels") {
    const tests::TempDir dir;
    dir.write("cifar-100-binary/train.bin", records(0, {labels(19, 99), labels(0, 0)}));
    dir.write("cifar-100-binary/test.bin", records(0, {labels(4, 51)}));
    dir.write("cifar-100-binary/fine_label_names.txt", hundred_names());
    const Dataset train = read_cifar100(dir.path(), true);
    CHECK(train.labels == std::vector<std::int64_t>{99, 0});
    check_pixels(train);
    const Dataset test = read_cifar100(dir.path() / "cifar-100-binary", false);
    CHECK(test.labels == std::vector<std::int64_t>{51});
    check_pixels(test);
    CHECK(test.classes.size() == 100);
    CHECK(test.classes[51] == "class51");
  }

  TEST_CASE("cifar100 needs its file of names") {
    const tests::TempDir dir;
    dir.write("test.bin", records(0, {labels(4, 51)}));
    CHECK(contains(error_of(read_cifar100, dir.path(), false), "fine_label_names.txt"));
    dir.write("fine_label_names.txt", "apple\nbear\n");
    CHECK(contains(error_of(read_cifar100, dir.path(), false), "names 2 classes, expected 100"));
  }

  TEST_CASE("a missing data set is an error that says what is expected and where to get it") {
    const tests::TempDir dir;
    const std::string folder = dir.path().string();
    const std::string at = "https://www.cs.toronto.edu/~kriz/cifar.html";
    CHECK(error_of(read_cifar10, dir.path(), true) ==
          "cifar10: no data_batch_1.bin in '" + folder +
              "'; expected the unpacked binary version (training split: data_batch_1.bin to "
              "data_batch_5.bin), published at " +
              at);
    CHECK(error_of(read_cifar100, dir.path(), false) ==
          "cifar100: no test.bin in '" + folder +
              "'; expected the unpacked binary version (test split: test.bin), published at " + at);
    CHECK(contains(error_of(read_cifar10, "/nowhere", false), "/nowhere"));

    for (int batch = 1; batch < 5; ++batch)
      dir.write("data_batch_" + std::to_string(batch) + ".bin", records(0, {label(1)}));
    CHECK(contains(error_of(read_cifar10, dir.path(), true), "no data_batch_5.bin in"));
  }

  TEST_CASE("a file that is not made up of whole records is an error that names it") {
    const tests::TempDir dir;
    const std::string whole = records(0, {label(3), label(4)});
    for (const std::size_t size : {std::size_t{1}, whole.size() - 1}) {
      dir.write("test_batch.bin", whole.substr(0, size));
      const std::string text = error_of(read_cifar10, dir.path(), false);
      CHECK(contains(text, "test_batch.bin' has " + std::to_string(size) + " bytes"));
      CHECK(contains(text, "multiple of 3073"));
    }
    dir.write("test_batch.bin", "");
    CHECK(
        contains(error_of(read_cifar10, dir.path(), false), "test_batch.bin': the file is empty"));
    dir.write("test.bin", whole);
    CHECK(contains(error_of(read_cifar100, dir.path(), false), "multiple of 3074"));
  }

  TEST_CASE("a label out of range is an error that names file and record") {
    const tests::TempDir dir;
    dir.write("test_batch.bin", records(0, {label(3), label(9), label(10)}));
    CHECK(contains(error_of(read_cifar10, dir.path(), false),
                   "test_batch.bin', record 2: label 10 is not below 10"));
    dir.write("test.bin", records(0, {labels(19, 99), labels(19, 100)}));
    CHECK(contains(error_of(read_cifar100, dir.path(), false), "record 1: label 100"));
    dir.write("test.bin", records(0, {labels(20, 99)}));
    CHECK(contains(error_of(read_cifar100, dir.path(), false), "record 0: label 20"));
  }
}
