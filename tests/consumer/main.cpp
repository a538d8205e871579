#include <odin/detector.h>
#include <odin/image_resize.h>
#include <odin/model_options.h>
#include <odin/native/pictures/image.h>
#include <odin/nn/io/model_file.h>

#include <cstdio>

int main(int, char** argv) {
  const odin::nn::Model model = odin::nn::load_model(argv[1]);
  const odin::Detector detector(*model.network, {model.info.mean, model.info.std},
                                odin::options_for(model.info));
  const odin::native::Image image = odin::native::load_image(argv[2]);
  const auto input = odin::resize_triangle(image.pixels, 32, 32).unsqueeze(0);
  const odin::Detection found = detector.detect(input).front();
  const char* verdict = !found.in_distribution ? "-" : *found.in_distribution ? "in" : "out";
  std::printf("%s %.10f %s\n", model.info.classes[found.label].c_str(), found.odin, verdict);
}
