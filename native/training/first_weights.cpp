#include "odin/native/training/first_weights.h"

#include "odin/native/training/record.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/models/grow.h"

namespace odin::native {
namespace {

std::string in_words(const nn::InputSize& input) {
  return nn::size_in_words(input) + " and " + std::to_string(input.channels) + " channels";
}

nn::Model load_of_same_classes(const std::string& file, const nn::ModelInfo& info) {
  nn::Model model = nn::load_model(file);
  require(model.info.input.any() || model.info.input == info.input, "train: ", nn::quote(file),
          " takes pictures of ", in_words(model.info.input), ", this training has ",
          in_words(info.input), "; give --size and --channels");
  require(model.info.classes.size() == info.classes.size(), "train: ", nn::quote(file), " knows ",
          model.info.classes.size(), " classes, the training images have ", info.classes.size());
  return model;
}

std::string go_on_from(const std::string& file, nn::Module& network, const nn::ModelInfo& info) {
  const nn::Model model = load_of_same_classes(file, info);
  require(model.info.architecture == info.architecture, "train: ", nn::quote(file), " is a ",
          model.info.architecture, ", --arch says ", info.architecture);
  network.load_state_dict(model.network->state_dict());
  return valid_record(model.info.training);
}

std::string grow_from(const std::string& file, nn::Module& network, const nn::ModelInfo& info) {
  const nn::Model model = load_of_same_classes(file, info);
  auto* trained = dynamic_cast<nn::DenseNetBC*>(model.network.get());
  auto* deep = dynamic_cast<nn::DenseNetBC*>(&network);
  require(trained && deep, "train: only a densenet-bc grows, from another one; ", nn::quote(file),
          " is a ", model.info.architecture, ", --arch says ", info.architecture);
  nn::grow(*trained, *deep);
  return grown_record(model.info.architecture, model.info.training);
}

}  // namespace

std::string set_first_weights(nn::Module& network, const TrainSettings& s,
                              const nn::ModelInfo& info) {
  if (!s.from.empty()) return go_on_from(s.from, network, info);
  nn::initialize(network, s.training.seed);
  return s.grow.empty() ? "" : grow_from(s.grow, network, info);
}

}  // namespace odin::native
