#include <odin/native/pictures/image.h>
#include <odin/odin.h>

#include <cstdio>

int main(int, char** argv) {
  const odin::nn::Model model = odin::nn::load_model(argv[1]);
  const odin::native::Image picture = odin::native::load_image(argv[2]);
  const odin::Detection found = odin::detect(model, picture.pixels);
  const char* verdict = !found.in_distribution ? "-" : *found.in_distribution ? "in" : "out";
  std::printf("%s %.10f %s\n", model.info.classes[found.label].c_str(), found.odin, verdict);
}
