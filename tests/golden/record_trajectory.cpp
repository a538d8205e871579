// Records the first steps of a training on real images, which trajectory.py repeats with PyTorch.

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops/softmax.h"
#include "odin/native/sets/data_set.h"
#include "odin/native/training/batch.h"
#include "odin/native/training/training_data.h"
#include "odin/nn/io/safetensors.h"
#include "odin/nn/models/make_model.h"
#include "odin/nn/optim/sgd.h"

using namespace odin;
using autograd::Variable;
using tensor::Tensor;

namespace {

constexpr std::int64_t kSteps = 50, kBatch = 64;
const nn::SgdOptions kOptions{.momentum = 0.9, .nesterov = true, .weight_decay = 1e-4};

void add(nn::Safetensors& file, const std::string& prefix, const nn::StateDict& state) {
  for (const auto& [name, t] : state) file.tensors[prefix + name] = t.clone();
}

/// The first batches of an epoch: images [steps,batch,3,32,32], labels [steps,batch].
native::Batch first_batches(const native::Dataset& data) {
  native::TrainingOrder order(data, native::kCifarNormalization, 1);
  order.start_epoch(0);
  const native::Batch all = order.batch(0, kSteps * kBatch);
  return {all.images.reshape({kSteps, kBatch, 3, 32, 32}), all.labels.reshape({kSteps, kBatch})};
}

/// Takes one step and returns the loss before it.
double train_step(nn::Module& network, nn::Sgd& sgd, const Tensor& images, const Tensor& labels,
                  double learning_rate) {
  network.zero_grad();
  const Variable loss = autograd::cross_entropy(network(Variable(images)), labels);
  autograd::backward(loss);
  sgd.step(learning_rate);
  return loss.value().item();
}

/// The batches; "state/<step>/<parameter>" and "momentum/<step>/<parameter>" before each step and
/// after the last one; the losses [steps].
nn::Safetensors record(const std::string& architecture, const std::string& data_name,
                       double learning_rate) {
  const native::Dataset data = native::load_training_data(data_name).train;
  const auto classes = static_cast<std::int64_t>(data.classes.size());
  const auto network = nn::make_model(architecture, classes);
  nn::initialize(*network, 1);
  network->train();
  nn::Sgd sgd(*network, kOptions);
  const native::Batch batches = first_batches(data);

  nn::Safetensors file;
  std::vector<double> losses;
  for (std::int64_t step = 0; step <= kSteps; ++step) {
    const std::string at = std::to_string(step) + "/";
    add(file, "state/" + at, network->state_dict());
    add(file, "momentum/" + at, sgd.state());
    if (step < kSteps)
      losses.push_back(train_step(*network, sgd, batches.images.select(0, step),
                                  batches.labels.select(0, step), learning_rate));
  }
  file.tensors["images"] = batches.images;
  file.tensors["labels"] = batches.labels;
  file.tensors["losses"] = Tensor::from(losses, {kSteps});
  file.metadata = {{"architecture", architecture},
                   {"classes", std::to_string(classes)},
                   {"lr", std::to_string(learning_rate)},
                   {"momentum", std::to_string(kOptions.momentum)},
                   {"weight_decay", std::to_string(kOptions.weight_decay)}};
  std::printf("%s: %d steps, loss %.4f to %.4f\n", architecture.c_str(), static_cast<int>(kSteps),
              losses.front(), losses.back());
  return file;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr,
                 "usage: odin_record_trajectory ARCH cifar10:DIR LEARNING_RATE OUT.safetensors\n");
    return 2;
  }
  try {
    nn::write_safetensors(argv[4], record(argv[1], argv[2], std::stod(argv[3])));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
