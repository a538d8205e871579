#include "odin/native/pictures/image.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <sstream>

#include "odin/tests/native/pictures/picture_files.h"
#include "odin/tests/native/temp_dir.h"

using namespace odin;
using namespace odin::native;
using tensor::Tensor;
using tests::bmp;
using tests::decode;
using tests::kGray, tests::kGrayAlpha, tests::kPalette, tests::kRgb, tests::kRgba;
using tests::png;
using tests::png_chunk;
using tests::ramp;

namespace {

std::string load_error_of(const std::filesystem::path& path) {
  try {
    load_image(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::vector<float> values(const Image& image) { return image.pixels.to_vector<float>(); }

std::string colorful_jpeg(int width, int height, int quality = 90) {
  return tests::jpeg(width, height, ramp(width * height, 3), {.quality = quality});
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("an 8-bit RGB PNG gives pixel / 255 exactly, in planes") {
    const std::string samples = ramp(16 * 20, 3);
    const Image image = decode(png(20, 16, 8, kRgb, samples));
    CHECK(image.pixels.shape() == tensor::Shape{3, 16, 20});
    CHECK(image.width() == 20);
    CHECK(image.height() == 16);
    CHECK(image.note == "");
    const std::vector<float> got = values(image);
    bool equal = true;
    for (std::size_t i = 0; i < 320; ++i)
      for (std::size_t c = 0; c < 3; ++c)
        equal &= got[c * 320 + i] == static_cast<unsigned char>(samples[3 * i + c]) / 255.0f;
    CHECK(equal);
  }

  TEST_CASE("a 16-bit PNG keeps its 16 bits") {
    const std::string samples("\x12\x34\xff\xff\x80\x01\x00\x01\xab\xcd\x7f\xff", 12);
    const Image image = decode(png(1, 2, 16, kRgb, samples));
    CHECK(image.note == "");
    CHECK(values(image) == std::vector<float>{0x1234 / 65535.0f, 1 / 65535.0f, 1.0f,
                                              0xabcd / 65535.0f, 0x8001 / 65535.0f,
                                              0x7fff / 65535.0f});
  }

  TEST_CASE("gray is repeated in three channels, and said so") {
    const Image image = decode(png(2, 1, 8, kGray, "\x33\xff"));
    CHECK(image.note == "gray to RGB");
    CHECK(values(image) == std::vector<float>{0.2f, 1, 0.2f, 1, 0.2f, 1});
    const Image deep = decode(png(1, 1, 16, kGray, "\x33\x34"));
    CHECK(deep.note == "gray to RGB");
    CHECK(values(deep) == std::vector<float>(3, 0x3334 / 65535.0f));
  }

  TEST_CASE("what is transparent is laid over white, and said so") {
    const std::string samples = {'\x33', '\x66', '\0',   '\xff',   // opaque
                                 '\x33', '\x66', '\0',   '\0',     // transparent
                                 '\x33', '\x66', '\xff', '\x33'};  // one fifth opaque
    const Image image = decode(png(3, 1, 8, kRgba, samples));
    CHECK(image.note == "alpha over white");
    const std::vector<float> got = values(image);
    CHECK(got[0] == 0.2f);
    CHECK(got[3] == 0.4f);
    CHECK(got[6] == 0.0f);
    for (int c = 0; c < 3; ++c) CHECK(got[static_cast<std::size_t>(3 * c + 1)] == 1.0f);
    CHECK(got[2] == doctest::Approx(0.2 * 0.2 + 0.8));
    CHECK(got[5] == doctest::Approx(0.4 * 0.2 + 0.8));
    CHECK(got[8] == doctest::Approx(1.0));

    const Image gray = decode(png(2, 1, 8, kGrayAlpha, "\x33\xff\x33" + std::string(1, '\0')));
    CHECK(gray.note == "gray to RGB, alpha over white");
    CHECK(values(gray) == std::vector<float>{0.2f, 1, 0.2f, 1, 0.2f, 1});
  }

  TEST_CASE("an alpha channel without transparency changes nothing") {
    const Image image = decode(png(1, 1, 8, kRgba, "\x33\x66\x99\xff"));
    CHECK(image.note == "opaque alpha dropped");
    CHECK(values(image) == std::vector<float>{0.2f, 0.4f, 0.6f});
  }

  TEST_CASE("a palette is looked up") {
    const std::string palette = png_chunk(std::string("PLTE\x33\x66\x99\xff") + '\0' + "\x66");
    const Image image = decode(png(2, 1, 8, kPalette, std::string("\1\0", 2), palette));
    CHECK(image.note == "");
    CHECK(values(image) == std::vector<float>{1, 0.2f, 0, 0.4f, 0.4f, 0.6f});
  }

  TEST_CASE("a BMP is read upright and in RGB order") {
    // Two rows of one pixel, bottom first, blue green red, padded to four bytes.
    const Image image = decode(bmp(1, 2, std::string("\x00\x33\xff\x00\x99\x66\x00\x00", 8)));
    CHECK(values(image) == std::vector<float>{0.0f, 1.0f, 0.4f, 0.2f, 0.6f, 0.0f});
  }

  TEST_CASE("a BMP may be stored top down") {
    const Image image = decode(
        bmp(1, static_cast<std::uint32_t>(-2), std::string("\x99\x66\x00\x00\x00\x33\xff\x00", 8)));
    CHECK(values(image) == std::vector<float>{0.0f, 1.0f, 0.4f, 0.2f, 0.6f, 0.0f});
  }

  TEST_CASE("a JPEG is read about as it was written") {
    std::string samples;
    for (int i = 0; i < 32 * 24; ++i) samples += "\x33\x99\xcc";
    const std::string file = tests::jpeg(32, 24, samples, {.quality = 95});
    const Image image = decode(file);
    CHECK(image.pixels.shape() == tensor::Shape{3, 24, 32});
    CHECK(image.pixels.select(0, 0).select(0, 9).select(0, 9).item() ==
          doctest::Approx(0.2).epsilon(0.03));
    CHECK(image.pixels.select(0, 2).select(0, 23).select(0, 31).item() ==
          doctest::Approx(0.8).epsilon(0.03));
  }

  TEST_CASE("a truncated file of any format is an error at every length") {
    const std::string samples = ramp(8 * 6, 3);
    for (const std::string& file :
         {png(8, 6, 8, kRgb, samples), colorful_jpeg(8, 6), bmp(8, 6, samples)}) {
      REQUIRE(tests::decoding_error(file) == "");
      for (std::size_t size = 0; size < file.size(); ++size) {
        CAPTURE(size);
        CHECK(tests::decoding_error(file.substr(0, size)) != "");
      }
    }
    const std::string whole = colorful_jpeg(8, 6);
    CHECK(tests::decoding_error(whole.substr(0, whole.size() - 2)) ==
          "the file is truncated (the end of the JPEG is missing)");
  }

  TEST_CASE("a PNG with any byte changed is an error") {
    const std::string file = png(5, 4, 8, kRgb, ramp(5 * 4, 3));
    for (std::size_t i = 0; i < file.size(); ++i) {
      for (const int change : {1, 0x80, 0xff}) {
        std::string damaged = file;
        damaged[i] = static_cast<char>(damaged[i] ^ change);
        CAPTURE(i);
        CHECK(tests::decoding_error(damaged) != "");
      }
    }
  }

  TEST_CASE("a JPEG or BMP with damaged bytes is an error or a picture, never more than that") {
    std::mt19937 random(7);
    for (const std::string& file : {colorful_jpeg(24, 16, 60), bmp(8, 6, ramp(8 * 6, 3))}) {
      int pictures = 0, errors = 0;
      for (int round = 0; round < 500; ++round) {
        std::string damaged = file;
        for (int k = 0; k < 1 + round % 4; ++k)
          damaged[random() % damaged.size()] = static_cast<char>(random());
        try {
          const Image image = decode(damaged);
          bool legal = true;
          for (float value : values(image)) legal &= value >= 0 && value <= 1;
          CHECK(legal);
          ++pictures;
        } catch (const Error&) {
          ++errors;
        }
      }
      CHECK(pictures > 0);
      CHECK(errors > 0);
    }
  }

  TEST_CASE("other kinds of files are named as not being images") {
    const std::string text = "not an image that odin reads (expected PNG, JPEG, WebP or BMP)";
    CHECK(tests::decoding_error("a letter to the editor") == text);
    CHECK(tests::decoding_error(std::string(100, '\0')) == text);
    CHECK(tests::decoding_error("") == "the file is empty");
    CHECK(tests::decoding_error("\x89PNG\r\n\x1a\n") != "");
  }

  TEST_CASE("absurd sizes are refused before anything is decoded") {
    CHECK(tests::decoding_error(png(20000, 20000, 8, kRgb, "abc")) ==
          "too large (20000x20000, the limit is 256 megapixels)");
    CHECK(tests::decoding_error(png(100000, 100000, 8, kRgb, "abc")) ==
          "too large (100000x100000, the limit is 256 megapixels)");
    CHECK(tests::decoding_error(png(0xffffffff, 1, 8, kRgb, "abc")) != "");
    CHECK(tests::decoding_error(png(0, 1, 8, kRgb, "")) != "");
    CHECK(tests::decoding_error(bmp(0x7fffffff, 0x7fffffff, "abc")) != "");
    CHECK(tests::decoding_error(bmp(0, 0, "abc")) != "");
  }

  TEST_CASE("a file that cannot be read is an error that names it") {
    const tests::TempDir dir;
    const std::string here = dir.path().string();
    CHECK(load_error_of(dir.path() / "no.png") == "image: '" + here + "/no.png': no such file");
    CHECK(load_error_of(dir.path()) == "image: '" + here + "': is a directory, expected a file");
    CHECK(load_error_of(dir.write("empty.png", "")) ==
          "image: '" + here + "/empty.png': the file is empty");
  }

  TEST_CASE("save_png and load_image give back every 8-bit value") {
    const tests::TempDir dir;
    std::vector<float> pixels(3 * 2 * 128);
    for (std::size_t i = 0; i < pixels.size(); ++i)
      pixels[i] = static_cast<float>(i * 7 % 256) / 255;
    save_png(dir.path() / "x.png", Tensor::from(pixels, {3, 2, 128}));
    const Image image = load_image(dir.path() / "x.png");
    CHECK(image.pixels.shape() == tensor::Shape{3, 2, 128});
    CHECK(values(image) == pixels);
    CHECK(image.note == "");
  }

  TEST_CASE("save_png clamps, rounds, and refuses what is not a picture") {
    const tests::TempDir dir;
    const auto path = dir.path() / "x.png";
    save_png(path, Tensor::from({-3.0f, 7.0f, 0.1011f}, {3, 1, 1}));
    CHECK(values(load_image(path)) == std::vector<float>{0, 1, 26 / 255.0f});
    CHECK_THROWS_AS(save_png(dir.path() / "y.png", Tensor::zeros({1, 4, 4})), Error);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_AS(save_png(dir.path() / "y.png", Tensor::from({0, nan, 0}, {3, 1, 1})), Error);
    CHECK_THROWS_AS(save_png(dir.path() / "no" / "y.png", Tensor::zeros({3, 1, 1})), Error);
    CHECK(!std::filesystem::exists(dir.path() / "y.png"));
  }

  TEST_CASE("names are ordered by the value of the numbers in them") {
    const std::vector<std::string> ordered = {"",      "0",      "1",      "1.png", "1a",   "2",
                                              "2-1",   "2-10",   "10",     "a",     "img2", "img02",
                                              "img10", "img10b", "img100", "imh1"};
    for (std::size_t i = 0; i < ordered.size(); ++i)
      for (std::size_t j = 0; j < ordered.size(); ++j) {
        const bool tied = ordered[i] == "img2" || ordered[i] == "img02";
        if (tied && (ordered[j] == "img2" || ordered[j] == "img02")) continue;
        CAPTURE(ordered[i]);
        CAPTURE(ordered[j]);
        CHECK(natural_less(ordered[i], ordered[j]) == (i < j));
      }
    CHECK(natural_less("img02", "img2") != natural_less("img2", "img02"));
    CHECK(natural_less("img99999999999999999999998", "img99999999999999999999999"));
  }

  TEST_CASE("list_images finds the images of a folder in natural order and nothing else") {
    const tests::TempDir dir;
    for (const char* name : {"img10.png", "img2.PNG", "img1.jpeg", "img3.Jpg", "img4.bmp",
                             "img5.JFIF", "img6.jpe", "img7.WebP", "img8.gif", "img9.HEIC",
                             "img10.gif", "notes.txt", ".hidden.png", "png", "folder.png/img0.png"})
      dir.write(name, "x");
    std::vector<std::string> names;
    for (const auto& path : list_images(dir.path())) {
      CHECK(path.parent_path() == dir.path());
      names.push_back(path.filename().string());
    }
    CHECK(names == std::vector<std::string>{"img1.jpeg", "img2.PNG", "img3.Jpg", "img4.bmp",
                                            "img5.JFIF", "img6.jpe", "img7.WebP", "img10.png"});
    const FolderContents all = list_folder(dir.path());
    CHECK(all.others == OtherPictures{{".gif", 2}, {".heic", 1}});
    CHECK(all.folders == std::vector<std::filesystem::path>{dir.path() / "folder.png"});
    CHECK(other_pictures_note(all.others) ==
          "3 pictures not read: 2 .gif, 1 .heic (odin reads PNG, JPEG, WebP and BMP)");
    CHECK(other_pictures_note({}).empty());
  }

  TEST_CASE("a folder without images is an error") {
    const tests::TempDir dir;
    dir.write("notes.txt", "x");
    CHECK_THROWS_WITH_AS(
        list_images(dir.path()),
        ("image: '" + dir.path().string() +
         "': no images in this folder (expected files that end in .png, .jpg, .jpeg, "
         ".jpe, .jfif, .webp or .bmp)")
            .c_str(),
        Error);
    CHECK_THROWS_AS(list_images(dir.path() / "nowhere"), Error);
  }
}
