#include <algorithm>
#include <memory>

#include "odin/native/commands/commands.h"
#include "odin/native/commands/training_notes.h"
#include "odin/native/models/model_store.h"
#include "odin/native/sets/data_set.h"
#include "odin/native/system/console.h"
#include "odin/native/system/output_file.h"
#include "odin/native/system/progress.h"
#include "odin/native/training/batch_loader.h"
#include "odin/native/training/finish.h"
#include "odin/native/training/record.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/models/make_model.h"
#include "odin/nn/optim/weight_average.h"

namespace odin::native {
namespace {

struct AverageOptions {
  std::vector<std::string> models;
  TrainSettings settings;  ///< the sets, the seed and the file to write
};

std::vector<nn::Model> load_models(const std::vector<std::string>& names, tensor::Device device) {
  std::vector<nn::Model> models;
  for (const std::string& name : names) {
    models.push_back(nn::load_model(find_model(name), device));
    const nn::ModelInfo &first = models.front().info, &info = models.back().info;
    require(info.architecture == first.architecture, "average: ", nn::quote(name), " is a ",
            info.architecture, ", ", nn::quote(names.front()), " a ", first.architecture);
    require(info.classes == first.classes, "average: ", nn::quote(name), " and ",
            nn::quote(names.front()), " do not know the same classes");
    require(info.input == first.input && info.preprocess == first.preprocess,
            "average: ", nn::quote(name), " and ", nn::quote(names.front()),
            " take pictures of different sizes");
    require(info.mean == first.mean && info.std == first.std, "average: ", nn::quote(name), " and ",
            nn::quote(names.front()), " were trained on differently normalized images");
  }
  return models;
}

TrainingSets load_sets(TrainSettings& settings, const nn::ModelInfo& info, bool quiet) {
  require(!info.input.any(), "average: the networks take pictures of any size, a training one");
  std::unique_ptr<Progress> line;
  TrainingSets sets = load_training_sets(
      settings, {info.input, info.preprocess}, [&](std::int64_t done, std::int64_t all) {
        if (!line) line = std::make_unique<Progress>("reading", all, !quiet);
        line->update(done);
      });
  use_classes_of_network(sets, settings.data, info.classes, "the network");
  sets.normalization = {info.mean, info.std};  // the one that the weights were trained with
  report_skipped("average", sets.skipped);
  if (sets.test) warn_of_shared_images("average", sets.shared, sets.test->size());
  if (!quiet) report_notes("average", sets.notes);
  return sets;
}

std::unique_ptr<nn::Module> average(const std::vector<nn::Model>& models, tensor::Device device) {
  const nn::ModelInfo& info = models.front().info;
  auto network =
      nn::make_model(info.architecture, static_cast<std::int64_t>(info.classes.size()), info.input);
  network->to(device);
  std::vector<nn::StateDict> states;
  for (const nn::Model& model : models) states.push_back(model.network->state_dict());
  nn::load_average(*network, states);
  return network;
}

/// Recomputes the running statistics over one epoch of the training images, moved and mirrored as in
/// training.
void measure_norms(nn::Module& network, const TrainingSets& sets, const TrainSettings& settings,
                   bool quiet) {
  const TrainingOptions& o = settings.training;
  BatchLoader loader(sets.train, sets.normalization, o.seed, o.batch,
                     {.crop = o.crop, .mirror = o.mirror, .resized = o.augment == "resized-crop"});
  loader.start(0, 0);
  Progress line("batch normalization", sets.train.size(), !quiet);
  std::int64_t step = 0;
  nn::measure_running_statistics(network, [&] {
    line.update(std::min(step * settings.training.batch, sets.train.size()));
    return step++ < loader.steps_per_epoch() ? loader.next().images.to(network.device())
                                             : tensor::Tensor();
  });
}

int run(const AverageOptions& o, tensor::Device device, bool quiet) {
  TrainSettings settings = o.settings;
  check_output_file(settings.save, "average");
  const auto models = load_models(o.models, device);
  nn::ModelInfo info = models.front().info;
  const TrainingSets sets = load_sets(settings, info, quiet);
  info.temperature = info.epsilon = info.threshold = {};
  info.tuning.clear();
  settings.training.crop = std::min(info.input.height, info.input.width);
  std::vector<std::string> records;
  for (std::size_t i = 0; i < models.size(); ++i) {
    records.push_back(models[i].info.training);
    warn_of_learnt_images("average", o.models[i], records.back(), settings);
    if (!is_mirrored(records.back())) settings.training.mirror = false;
    if (is_of_resized_crops(records.back())) settings.training.augment = "resized-crop";
  }
  info.training = average_record(settings, records);

  const auto network = average(models, device);
  measure_norms(*network, sets, settings, quiet);
  const auto floats = settings.float16 ? nn::FloatStorage::f16 : nn::FloatStorage::f32;
  nn::Model model = as_stored(*network, info, settings.save, floats);
  std::unique_ptr<Progress> line;
  const auto found = finish_model(model, sets, [&](std::int64_t done, std::int64_t all) {
    if (!line) line = std::make_unique<Progress>("threshold", all, !quiet);
    line->update(done);
    return true;
  });
  line.reset();
  nn::write_safetensors(settings.save, nn::to_safetensors(*model.network, model.info), floats);
  show("average of ", models.size(), ": ", in_words(*found, model.info, sets), settings.save);
  return 0;
}

void add_options(Command command, AverageOptions& o) {
  TrainSettings& s = o.settings;
  command.add_option("MODEL", o.models, "Shipped models or .safetensors files, two or more")
      .required()
      .expected(2, 1000);
  command.add_option("--data", s.data, "Training set").required();
  command.add_option("--test", s.test, "Test set");
  command
      .add_option("--validation", s.validation,
                  "Training images to hold out, for the threshold: those of a training with this "
                  "number and this --seed")
      .not_negative();
  command.add_flag("--strict", s.strict, "An unreadable picture is an error");
  command.add_option("--save", s.save, "Model file to write").required();
  command.add_flag("--float16", s.float16, "A model file of half the size");
}

}  // namespace

void add_average(Command program, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<AverageOptions>();
  Command command = program.add_command("average",
                                        "Average the weights of trainings that went on from one "
                                        "another (odin train --from), which is "
                                        "often better than each of them");
  add_options(command, *options);
  command.footer(kTrainingSetHelp);
  command.callback([options, &common, &action] {
    action = [options, &common] {
      options->settings.training.seed = common.seed;
      return run(*options, common.compute_device(), common.quiet);
    };
  });
}

}  // namespace odin::native
