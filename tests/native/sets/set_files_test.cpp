#include <doctest/doctest.h>
#include <zlib.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "odin/native/sets/cifar.h"
#include "odin/native/sets/data_set.h"
#include "odin/native/sets/mnist.h"
#include "odin/native/sets/svhn.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

// Sets in the files that people have: MNIST's idx, SVHN's MATLAB files, CIFAR's pickles, lists.

using namespace odin;
using namespace odin::native;
using tests::contains;
using tests::error_of;
using tests::Workshop;
using namespace std::string_literals;

namespace {

void write_bytes(const std::string& path, const std::string& bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string big_endian(std::uint32_t value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift);
  return text;
}

std::string little_endian(std::uint32_t value) {
  std::string text = big_endian(value);
  return {text.rbegin(), text.rend()};
}

/// A gzip (or zlib) stream.
std::string packed_bytes(const std::string& bytes, bool gzip) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, gzip ? 31 : 15, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// Image i has the gray (i + row + 2 column) mod 256 at (row, column).
std::string idx_images(std::uint32_t count) {
  std::string text =
      std::string("\0\0\x08\x03", 4) + big_endian(count) + big_endian(28) + big_endian(28);
  for (std::uint32_t i = 0; i < count; ++i)
    for (std::uint32_t at = 0; at < 784; ++at)
      text += static_cast<char>(i + at / 28 + 2 * (at % 28));
  return text;
}
std::string idx_labels(std::uint32_t count) {
  std::string text = std::string("\0\0\x08\x01", 4) + big_endian(count);
  for (std::uint32_t i = 0; i < count; ++i) text += static_cast<char>(i % 10);
  return text;
}

std::string element(std::uint32_t type, const std::string& data) {
  std::string text =
      little_endian(type) + little_endian(static_cast<std::uint32_t>(data.size())) + data;
  if (type != 15) text.resize((text.size() + 7) / 8 * 8, '\0');
  return text;
}
std::string matlab_matrix(char kind, const std::vector<std::uint32_t>& sizes,
                          const std::string& name, const std::string& numbers) {
  std::string dims;
  for (const std::uint32_t size : sizes) dims += little_endian(size);
  // The name as a small element: size and type in one word.
  const std::string short_name = little_endian(static_cast<std::uint32_t>(name.size()) << 16 | 1) +
                                 name + std::string(4 - name.size(), '\0');
  return element(14, element(6, std::string(1, kind) + std::string(7, '\0')) + element(5, dims) +
                         short_name + element(2, numbers));
}
/// The pixel of image i, channel c, row r, column k is (i + 40 c + r + 3 k) mod 256.
std::string svhn_file(std::uint32_t count, bool packed) {
  std::string x, y;
  for (std::uint32_t i = 0; i < count; ++i) {
    y += static_cast<char>(1 + i % 10);
    for (std::uint32_t c = 0; c < 3; ++c)
      for (std::uint32_t k = 0; k < 32; ++k)
        for (std::uint32_t r = 0; r < 32; ++r) x += static_cast<char>(i + 40 * c + r + 3 * k);
  }
  std::string text = "MATLAB 5.0 MAT-file, made by a test";
  text.resize(124, ' ');
  text += std::string("\0\1IM", 4);
  for (const std::string& array :
       {matlab_matrix(9, {32, 32, 3, count}, "X", x), matlab_matrix(9, {count, 1}, "y", y)})
    text += packed ? element(15, packed_bytes(array, false)) : array;
  return text;
}

std::string short_text(const std::string& s) {
  return "U" + std::string(1, static_cast<char>(s.size())) + s;
}

/// A pickle of protocol 2 as Python 2 wrote CIFAR's.
std::string cifar_pickle(std::uint32_t count, const std::string& labels_key,
                         const std::string& reconstruct = "numpy.core.multiarray\n_reconstruct\n") {
  std::string data, labels;
  for (std::uint32_t i = 0; i < count; ++i) {
    labels += std::string("K") + static_cast<char>(i % 10);
    for (std::uint32_t at = 0; at < 3072; ++at) data += static_cast<char>(i + at % 251);
  }
  const std::string array =
      "c" + reconstruct + "cnumpy\nndarray\nK\0\x85"s + short_text("b") + "\x87R(K\1J" +
      little_endian(count) + "J" + little_endian(3072) + "\x86" + "cnumpy\ndtype\n" +
      short_text("u1") + std::string("K\0K\1\x87R", 6) + std::string("(K\3", 3) + short_text("|") +
      "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb"s + "\x89T" +
      little_endian(static_cast<std::uint32_t>(data.size())) + data + "tb";
  return "\x80\2}("s + short_text("data") + array + short_text(labels_key) + "](" + labels + "e" +
         "u.";
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("MNIST's idx files, plain and packed, in the folders that programs make") {
    for (const char* form :
         {"t10k-images-idx3-ubyte|t10k-labels-idx1-ubyte",
          "MNIST/raw/t10k-images-idx3-ubyte.gz|MNIST/raw/t10k-labels-idx1-ubyte.gz",
          "t10k-images.idx3-ubyte|t10k-labels.idx1-ubyte"}) {
      CAPTURE(form);
      const Workshop w;
      const std::string text = form, first = text.substr(0, text.find('|')),
                        second = text.substr(text.find('|') + 1);
      const bool gzip = first.ends_with(".gz");
      write_bytes(w.path(first), gzip ? packed_bytes(idx_images(12), true) : idx_images(12));
      write_bytes(w.path(second), gzip ? packed_bytes(idx_labels(12), true) : idx_labels(12));
      const Dataset gray = read_mnist(w.folder(), false);
      CHECK(gray.size() == 12);
      CHECK(gray.image(3)[28 * 5 + 7] == 3 + 5 + 14);
      const auto set = open_set(parse_set("mnist:" + w.folder().string()), 1);
      CHECK(set->size() == 12);
      CHECK(set->label(11) == 1);
      const tensor::Tensor image = set->read(3);
      CHECK(image.shape() == tensor::Shape{3, 32, 32});
      const auto pixels = image.to_vector<float>();
      CHECK(pixels[0] == 0);
      for (int c : {0, 1, 2})
        CHECK(pixels[static_cast<std::size_t>(c * 1024 + 7 * 32 + 9)] ==
              doctest::Approx(22 / 255.0));
    }
  }

  TEST_CASE("MNIST for a network of its own size is not padded") {
    const Workshop w;
    write_bytes(w.path("t10k-images-idx3-ubyte"), idx_images(3));
    write_bytes(w.path("t10k-labels-idx1-ubyte"), idx_labels(3));
    const SetTarget gray{{1, 28, 28}, nn::default_preprocess({1, 28, 28})};
    const auto set = open_set(parse_set("mnist:" + w.folder().string()), 1, gray);
    CHECK(set->read(2).shape() == tensor::Shape{1, 28, 28});
    CHECK(set->read(2).to_vector<float>()[28 * 5 + 7] == doctest::Approx(21 / 255.0));
  }

  TEST_CASE("damaged idx files are refused by name") {
    const Workshop w;
    write_bytes(w.path("t10k-labels-idx1-ubyte"), idx_labels(3));
    CHECK(contains(error_of([&] { read_mnist(w.folder(), false); }), "no t10k-images-idx3-ubyte"));
    const std::string good = idx_images(3);
    for (const std::string& bad :
         {good.substr(0, good.size() - 1), good + "x", std::string("abc"), good.substr(0, 10),
          std::string("\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 16),
          packed_bytes(good, true).substr(0, 40), idx_images(4)}) {
      write_bytes(w.path("t10k-images-idx3-ubyte"), bad);
      const std::string error = error_of([&] { read_mnist(w.folder(), false); });
      CHECK(contains(error, "mnist: "));
    }
    write_bytes(w.path("t10k-images-idx3-ubyte"), good);
    std::string labels = idx_labels(3);
    labels.back() = 10;
    write_bytes(w.path("t10k-labels-idx1-ubyte"), labels);
    CHECK(contains(error_of([&] { read_mnist(w.folder(), false); }), "label 10 of image 2"));
  }

  TEST_CASE("SVHN's MATLAB files, packed or not; 10 is the digit 0") {
    for (const bool packed : {false, true}) {
      const Workshop w;
      write_bytes(w.path("test_32x32.mat"), svhn_file(11, packed));
      const auto set = open_set(parse_set("svhn:" + w.folder().string()), 1);
      CHECK(set->size() == 11);
      CHECK(set->label(0) == 1);
      CHECK(set->label(9) == 0);
      const auto pixels = set->read(4).to_vector<float>();
      CHECK(pixels[1024 + 5 * 32 + 6] == doctest::Approx((4 + 40 + 5 + 18) / 255.0));
    }
  }

  TEST_CASE("damaged MATLAB files are refused") {
    const Workshop w;
    for (const bool packed : {false, true}) {
      const std::string good = svhn_file(3, packed);
      for (std::size_t size = 0; size < good.size(); size += 97) {
        write_bytes(w.path("test_32x32.mat"), good.substr(0, size));
        CHECK_THROWS_AS(read_svhn(w.folder(), false), Error);
      }
    }
    for (const double size : {1e300, -1.0, 5e9, std::nan("")}) {
      CAPTURE(size);
      std::string sizes(8, '\0');
      std::memcpy(sizes.data(), &size, 8);
      std::string file = svhn_file(1, false).substr(0, 128);
      file += element(14, element(6, std::string(1, 9) + std::string(7, '\0')) + element(9, sizes) +
                              element(1, "X") + element(2, "x"));
      write_bytes(w.path("test_32x32.mat"), file);
      CHECK(contains(error_of([&] { read_svhn(w.folder(), false); }), "a size in the MATLAB file"));
    }
    std::string wrong = svhn_file(3, false);
    wrong.replace(126, 2, "MI");
    write_bytes(w.path("test_32x32.mat"), wrong);
    CHECK(
        contains(error_of([&] { read_svhn(w.folder(), false); }), "no little-endian MATLAB file"));
    CHECK(contains(error_of([&] { read_svhn(w.folder(), true); }), "no train_32x32.mat"));
  }

  TEST_CASE("CIFAR as Python pickles") {
    const Workshop w;
    write_bytes(w.path("cifar-10-batches-py/test_batch"), cifar_pickle(20, "labels"));
    const auto set = open_set(parse_set("cifar10:" + w.folder().string()), 1);
    CHECK(set->size() == 20);
    CHECK(set->label(13) == 3);
    CHECK(set->classes()[3] == "cat");
    CHECK(set->read(2).to_vector<float>()[1000] == doctest::Approx((2 + 1000 % 251) % 256 / 255.0));
    write_bytes(w.path("cifar-100-python/test"), cifar_pickle(5, "fine_labels"));
    write_bytes(w.path("cifar-100-python/meta"), "\x80\2}q\1."s);
    CHECK(contains(error_of([&] { read_cifar100(w.folder(), false); }),
                   "it has no 'fine_label_names'"));
  }

  TEST_CASE("pickles that ask for anything but arrays are refused by name") {
    const Workshop w;
    write_bytes(w.path("test_batch"), cifar_pickle(2, "labels", "posix\nsystem\n"));
    CHECK(contains(error_of([&] { read_cifar10(w.folder(), false); }), "asks for 'posix.system'"));
    for (const std::string& bad : {"\x80\2}."s, "\x80\2K\1."s, cifar_pickle(2, "other"),
                                   cifar_pickle(2, "labels").substr(0, 500)}) {
      write_bytes(w.path("test_batch"), bad);
      CHECK(contains(error_of([&] { read_cifar10(w.folder(), false); }), "cifar: "));
    }
  }

  TEST_CASE("a pickle whose bytes are calls within calls is refused, however deep") {
    const Workshop w;
    // Python 3 writes bytes as _codecs.encode(text, 'latin1'); here that of that of that, ...
    constexpr int kDeep = 300'000;
    std::string calls, ends;
    for (int i = 0; i < kDeep; ++i) calls += "h\0"s, ends += "\x85R";
    write_bytes(w.path("test_batch"), "\x80\2c_codecs\nencode\nq\0"s + "0}" + calls +
                                          short_text("data") + ends + "K\1s.");
    CHECK(contains(error_of([&] { read_cifar10(w.folder(), false); }), "cifar: "));
  }

  TEST_CASE("lists of images and labels") {
    const Workshop w;  // its network has three classes
    for (const char* name : {"data/a/1.png", "data/b c/2.png", "data/3.png"}) {
      std::filesystem::create_directories(std::filesystem::path(w.path(name)).parent_path());
      std::filesystem::copy_file(w.path("p.png"), w.path(name));
    }
    write_bytes(w.path("lists/l.txt"), "a/1.png 2\n\nb c/2.png 0\n3.png -1\n");
    const std::string spec = "list:" + w.path("lists/l.txt") + "@" + w.path("data");
    const auto set = open_set(parse_set(spec), 1);
    CHECK(set->size() == 3);
    CHECK(set->label(0) == 2);
    CHECK(set->label(1) == 0);
    CHECK_FALSE(set->label(2).has_value());
    CHECK(without_folders(parse_set(spec)) == "list:l.txt");
    CHECK(parse_set("list:a/l.txt").folder == "a");
    CHECK(parse_set("list:l.txt").folder == ".");
    CHECK(parse_set("list:l.txt@root").folder == "root");
    CHECK(parse_set("list:l.txt@root@resize#0-1").transform == Transform::resize);
    CHECK(parse_set("list:l.txt@crop").transform == Transform::crop);
    const auto r =
        w.run("evaluate --model m.safetensors --in list:lists/l.txt@data --out uniform:3");
    CHECK(r.status == 0);
    CHECK(contains(r.out, "3 images, "));
  }

  TEST_CASE("lists with missing files and labels out of range") {
    const Workshop w;
    write_bytes(w.path("l.txt"), "p.png 0\nnone.png 1\n");
    const auto missing = w.run("evaluate --model m.safetensors --in uniform:3 --out list:l.txt");
    CHECK(missing.status == 1);
    CHECK(missing.error_lines() == 1);
    CHECK(contains(missing.err, "none.png"));
    write_bytes(w.path("l.txt"), "p.png 3\n");
    const auto range = w.run("evaluate --model m.safetensors --in list:l.txt --out uniform:3");
    CHECK(range.status == 1);
    CHECK(contains(range.err, "label 3 of "));
    CHECK(contains(range.err, "the network has 3 classes"));
    for (const char* bad :
         {"p.png\n", "p.png x\n", "p.png -2\n", "p.png 1.5\n", "p.png 99999999999999999999\n"}) {
      write_bytes(w.path("l.txt"), bad);
      CHECK(
          contains(error_of([&] { open_set(parse_set("list:" + w.path("l.txt")), 1); }), "line 1"));
    }
    write_bytes(w.path("l.txt"), "\n\n");
    CHECK_THROWS_AS(open_set(parse_set("list:" + w.path("l.txt")), 1), Error);
    CHECK(w.run("evaluate --model m.safetensors --in uniform:3 --out list:no.txt").status == 1);
  }
}
