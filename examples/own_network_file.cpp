// Saves and loads a network of your own, which make_model() does not know, and runs the detector on
// it: own_network_file [FILE.safetensors]
#include <odin/odin.h>

#include <cstdio>
#include <filesystem>

namespace {

namespace nn = odin::nn;

/// Makes the network. The file has only its parameters and buffers, so a program that reads it must
/// make the same network first.
void build(nn::Sequential& net) {
  net.add<nn::Conv2d>(nn::Conv2dOptions{.in = 1, .out = 16, .kernel = 5, .stride = 2});
  net.add<nn::BatchNorm2d>(16);
  net.add<nn::ReLU>();
  net.add<nn::GlobalAvgPool>();
  net.add<nn::Linear>(16, 4);
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path path = argc > 1 ? argv[1] : "own_network.safetensors";
  nn::Sequential trained;
  build(trained);
  nn::initialize(trained, 1);  // random weights instead of training
  nn::save_state(path, trained, {{"made by", "own_network_file"}});

  nn::Sequential loaded;
  build(loaded);
  const auto notes = nn::load_state(path, loaded);
  std::printf("made by %s\n", notes.at("made by").c_str());

  // The detector takes any module that maps [N,C,H,W] to logits; here gray images of 28x28.
  const odin::tensor::Tensor pictures = odin::tensor::Random(2).uniform({3, 1, 28, 28});
  const odin::Normalization normalization{{0.5}, {0.25}};
  const auto before = odin::Detector(trained, normalization).detect(pictures);
  const auto after = odin::Detector(loaded, normalization).detect(pictures);
  bool same = true;
  for (std::size_t i = 0; i < after.size(); ++i) {
    std::printf("class %d, score %.10f\n", int(after[i].label), after[i].odin);
    same = same && after[i].odin == before[i].odin;
  }
  std::printf("%s\n", same ? "read back bit for bit" : "the networks differ");
  return same ? 0 : 1;
}
