// Saves and loads a network that odin has no name for, and puts the detector over it:
//   own_network_file [FILE.safetensors]
#include <odin/odin.h>

#include <cstdio>
#include <filesystem>

namespace {

namespace nn = odin::nn;

/// The program that reads the file makes the network; the file holds its numbers.
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
  nn::initialize(trained, 1);  // in place of a training
  nn::save_state(path, trained, {{"made by", "own_network_file"}});

  nn::Sequential loaded;
  build(loaded);
  const auto notes = nn::load_state(path, loaded);
  std::printf("made by %s\n", notes.at("made by").c_str());

  // Any module that maps [N,C,H,W] to logits can be judged by. Gray pictures of 28x28 here.
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
