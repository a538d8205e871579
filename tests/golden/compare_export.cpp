// Compares ONNX models with what PyTorch computed for them in float64 (onnx_networks.py), for
// models too large to be golden values:
//   odin_compare_export FOLDER/resnet18.onnx ...     beside each, FOLDER/resnet18.safetensors

#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>

#include "odin/nn/graph/graph_module.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/safetensors.h"
#include "odin/nn/onnx/lower.h"
#include "odin/perturb.h"
#include "odin/score.h"
#include "odin/tests/close_to.h"

using namespace odin;

namespace {

/// The largest difference of the scores, not relative.
double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < b.size(); ++i) largest = std::max(largest, std::abs(a.at(i) - b[i]));
  return largest;
}

void compare(const std::filesystem::path& path) {
  const auto model = nn::onnx::lower(nn::onnx::parse_model(nn::read_file(path)));
  nn::GraphModule network(model.graph, model.tensors, model.input, model.classes);
  network.load_state_dict(model.tensors);
  std::filesystem::path values = path;
  const nn::Safetensors expected = nn::read_safetensors(values.replace_extension("safetensors"));
  const tensor::Tensor& x = expected.tensors.at("x");
  const double temperature = 1000, epsilon = std::stod(expected.metadata.at("epsilon"));
  const std::vector<double> deviations(static_cast<std::size_t>(x.dim(1)),
                                       std::stod(expected.metadata.at("std")));

  const InputGradient found = input_gradient(network, x, temperature);
  const tensor::Tensor moved = perturb(x, found.gradient, epsilon, deviations);
  const auto scores = max_softmax(network(autograd::Variable(moved)).value(), temperature);
  const tensor::Tensor gradient = expected.tensors.at("gradient").to(tensor::DType::f32);
  std::printf("%-20s %8.1e  %7.2f%%  %8.1e\n", path.stem().c_str(),
              tests::distance(found.logits, expected.tensors.at("logits")).relative,
              100 * tests::equal_signs(found.gradient, gradient),
              largest_difference(scores, expected.tensors.at("odin").to_vector<double>()));
}

}  // namespace

int main(int count, char** names) {
  int status = 0;
  std::printf("network                logits     signs      ODIN\n");
  for (int i = 1; i < count; ++i) {
    try {
      compare(names[i]);
    } catch (const std::exception& e) {
      std::fprintf(stderr, "%s: %s\n", names[i], e.what());
      status = 1;
    }
    std::fflush(stdout);
  }
  return status;
}
