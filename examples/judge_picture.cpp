// Tells whether a picture is in-distribution for a network:
//   judge_picture MODEL.safetensors PICTURE.png
#include <odin/native/pictures/image.h>
#include <odin/odin.h>

#include <cstdio>

int main(int argc, char** argv) try {
  if (argc != 3) return std::fprintf(stderr, "usage: judge_picture MODEL PICTURE\n"), 2;

  const odin::nn::Model model = odin::nn::load_model(argv[1]);
  const odin::native::Image picture = odin::native::load_image(argv[2]);
  const odin::Detection found = odin::detect(model, picture.pixels);  // resized to fit the model

  const std::string& name = model.info.classes[static_cast<std::size_t>(found.label)];
  const char* verdict = !found.in_distribution   ? "no verdict: the model has no threshold"
                        : *found.in_distribution ? "in-distribution"
                                                 : "out-of-distribution";
  std::printf("%s, score %.10f, %s\n", name.c_str(), found.odin, verdict);
} catch (const odin::Error& e) {
  return std::fprintf(stderr, "%s\n", e.what()), 1;
}
