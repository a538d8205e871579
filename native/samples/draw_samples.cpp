// Draws the sample pictures: draw_samples FOLDER writes FOLDER/known/*.png and
// FOLDER/unknown/*.png.
#include <exception>
#include <filesystem>
#include <iostream>

#include "odin/native/pictures/image.h"
#include "odin/native/samples/scenes.h"

namespace {

struct Sample {
  const char* file;
  odin::tensor::Tensor (*draw)();
};

using namespace odin::samples;
constexpr Sample kSamples[] = {
    {"known/airplane.png", airplane},
    {"known/automobile.png", automobile},
    {"known/bird.png", bird},
    {"known/cat.png", cat},
    {"known/deer.png", deer},
    {"known/dog.png", dog},
    {"known/frog.png", frog},
    {"known/horse.png", horse},
    {"known/ship.png", ship},
    {"known/truck.png", truck},
    {"unknown/uniform_noise.png", uniform_noise},
    {"unknown/gaussian_noise.png", gaussian_noise},
    {"unknown/checkerboard.png", checkerboard},
    {"unknown/color_bars.png", color_bars},
    {"unknown/gradient.png", gradient},
    {"unknown/text.png", text},
    {"unknown/mandelbrot.png", mandelbrot},
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: draw_samples FOLDER\n";
    return 2;
  }
  try {
    for (const Sample& sample : kSamples) {
      const std::filesystem::path path = std::filesystem::path(argv[1]) / sample.file;
      std::filesystem::create_directories(path.parent_path());
      odin::native::save_png(path, sample.draw());
      std::cout << path.string() << '\n';
    }
  } catch (const std::exception& error) {
    std::cerr << "draw_samples: " << error.what() << '\n';
    return 1;
  }
}
