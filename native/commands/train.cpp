#include <chrono>
#include <cstdio>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "odin/detector.h"
#include "odin/native/commands/commands.h"
#include "odin/native/data_set.h"
#include "odin/native/progress.h"
#include "odin/native/stop_signal.h"
#include "odin/native/trainer.h"
#include "odin/nn/models/make_model.h"
#include "odin/threshold.h"

namespace odin::native {
namespace {

using Clock = std::chrono::steady_clock;

struct TrainOptions {
  std::string architecture, data, from, resume, save, log;
  TrainingOptions training;
  double max_minutes = 0;  ///< 0: no limit
};

std::filesystem::path checkpoint_path(const std::string& save) {
  std::filesystem::path path = save;
  path.replace_extension(".checkpoint" + path.extension().string());
  return path;
}

std::string percent(double fraction) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f%%", 100 * fraction);
  return text;
}

/// A model's record of its training; null where it has none.
nlohmann::json parsed(const std::string& record) {
  const auto json = nlohmann::json::parse(record, nullptr, false);
  return json.is_object() ? json : nlohmann::json();
}

/// Trains until the end, a signal or the time limit, and writes files as it goes.
class Run {
 public:
  Run(const TrainOptions& options, const CommonOptions& common)
      : options_(options),
        quiet_(common.quiet),
        train_(read_split(options.data, true)),
        test_(read_split(options.data, false)),
        network_(
            nn::make_model(options.architecture, static_cast<std::int64_t>(train_.classes.size()))),
        trainer_(*network_, train_, kCifarNormalization, options.training) {
    info_.architecture = options.architecture;
    info_.classes = train_.classes;
    info_.mean = kCifarNormalization.mean;
    info_.std = kCifarNormalization.std;
    start_weights();
  }

  int operator()() {
    if (!options_.log.empty()) open_log();
    while (!trainer_.done() && !stopping()) {
      if (!run_epoch()) break;
      end_epoch();
    }
    if (trainer_.done()) {
      set_threshold();
    } else {
      write_checkpoint();
      std::cerr << "odin train: stopped in epoch " << trainer_.progress().epoch + 1
                << "; go on with "
                << "--resume " << checkpoint_path(options_.save).string() << '\n';
    }
    return 0;
  }

 private:
  void start_weights() {
    if (!options_.resume.empty()) {
      const nn::Safetensors checkpoint = nn::read_safetensors(options_.resume);
      trainer_.resume(checkpoint, options_.resume);
      info_.training = nn::parse_model_info(checkpoint, options_.resume).training;
      const auto record = parsed(info_.training);
      if (record.contains("after")) before_ = record["after"];
    } else if (!options_.from.empty()) {
      const nn::Model model = nn::load_model(options_.from);
      network_->load_state_dict(model.network->state_dict());
      before_ = parsed(model.info.training);
    } else {
      nn::initialize(*network_, options_.training.seed);
    }
  }

  /// After a signal the step under way is finished and the checkpoint written.
  bool stopping() const {
    const double minutes = std::chrono::duration<double>(Clock::now() - start_).count() / 60;
    return stop_requested() || (options_.max_minutes > 0 && minutes > options_.max_minutes);
  }

  /// False when it was interrupted.
  bool run_epoch() {
    const std::int64_t epoch = trainer_.progress().epoch + 1;
    Progress line("epoch " + std::to_string(epoch) + "/" + std::to_string(options_.training.epochs),
                  train_.size(), !quiet_);
    for (bool ended = false; !ended;) {
      if (stopping()) return false;
      ended = trainer_.step();
      const TrainingProgress& p = trainer_.progress();
      char detail[64];
      std::snprintf(detail, sizeof detail, "loss %.4f  accuracy %s", p.loss(),
                    percent(p.accuracy()).c_str());
      line.update(p.seen, detail);
    }
    line.finish();
    return true;
  }

  void end_epoch() {
    const TrainingProgress p = trainer_.progress();
    const double test = accuracy(*network_, test_, kCifarNormalization);
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    info_.training = record(p, test);
    write_checkpoint();
    nn::write_safetensors(options_.save, nn::to_safetensors(*network_, info_));
    std::cout << "epoch " << p.epoch << "  loss " << p.loss() << "  train " << percent(p.accuracy())
              << "  test " << percent(test) << "  " << format_duration(seconds) << std::endl;
    if (log_.is_open())
      log_ << p.epoch << ',' << p.loss() << ',' << p.accuracy() << ',' << test << ',' << seconds
           << std::endl;
    require(!log_.is_open() || log_.good(), "train: '", options_.log, "' can not be written");
  }

  /// Gives the model the method's default settings and the threshold that lets 95% of the test
  /// images through, so that it can judge pictures as it is.
  void set_threshold() {
    const DetectorOptions settings;
    const Detector detector(*network_, kCifarNormalization, settings);
    Progress line("threshold", test_.size(), !quiet_);
    std::vector<double> scores;
    constexpr std::int64_t kBatch = 50;
    for (std::int64_t first = 0; first < test_.size(); first += kBatch) {
      for (const Detection& d : detector.detect(unit_images(test_, first, kBatch)))
        scores.push_back(d.odin);
      line.update(first + kBatch);
    }
    line.finish();
    info_.temperature = settings.temperature;
    info_.epsilon = settings.epsilon;
    info_.threshold = threshold_at_tpr(scores, 0.95);
    nn::write_safetensors(options_.save, nn::to_safetensors(*network_, info_));
    std::cout << "threshold " << std::setprecision(12) << *info_.threshold
              << " for 95% of the test images (T = " << settings.temperature
              << ", eps = " << settings.epsilon << ")\n";
  }

  std::string record(const TrainingProgress& p, double test) const {
    const TrainingOptions& o = options_.training;
    nlohmann::json record{{"data", options_.data.substr(0, options_.data.find(':'))},
                          {"epochs", p.epoch},
                          {"planned_epochs", o.epochs},
                          {"batch", o.batch},
                          {"learning_rate", o.learning_rate},
                          {"schedule", o.schedule},
                          {"warmup_epochs", o.warmup_epochs},
                          {"momentum", o.momentum},
                          {"weight_decay", o.weight_decay},
                          {"seed", o.seed},
                          {"train_loss", p.loss()},
                          {"train_accuracy", p.accuracy()},
                          {"test_accuracy", test}};
    if (!before_.is_null()) record["after"] = before_;
    return record.dump();
  }

  void write_checkpoint() {
    nn::write_safetensors(checkpoint_path(options_.save), trainer_.checkpoint(info_));
  }

  void open_log() {
    const bool fresh = !std::filesystem::exists(options_.log) || options_.resume.empty();
    log_.open(options_.log, fresh ? std::ios::trunc : std::ios::app);
    require(log_.is_open(), "train: '", options_.log, "' can not be written");
    if (fresh) log_ << "epoch,loss,train_accuracy,test_accuracy,seconds\n";
  }

  const TrainOptions& options_;
  bool quiet_;
  Dataset train_, test_;
  std::unique_ptr<nn::Module> network_;
  Trainer trainer_;
  nn::ModelInfo info_;
  nlohmann::json before_;  ///< record of the training that made the first weights; null if random
  std::ofstream log_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace

void add_train(CLI::App& app, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<TrainOptions>();
  CLI::App* command = app.add_subcommand("train", "Train a network on a data set");
  command->add_option("--arch", options->architecture, "densenet-bc-L-k or wrn-d-w")->required();
  command->add_option("--data", options->data, "cifar10:DIR or cifar100:DIR")->required();
  command
      ->add_option("--save", options->save,
                   "Model file, written after every epoch; the checkpoint to resume from stands "
                   "beside it as NAME.checkpoint.safetensors")
      ->required();
  command->add_option("--from", options->from,
                      "Model whose weights to start from, in place of random ones");
  command->add_option("--resume", options->resume, "Checkpoint to go on from, with equal options");
  TrainingOptions& t = options->training;
  command->add_option("--epochs", t.epochs, "Passes over the training images")
      ->capture_default_str();
  command->add_option("--batch", t.batch, "Images in a step")->capture_default_str();
  command->add_option("--lr", t.learning_rate, "Learning rate")->capture_default_str();
  command
      ->add_option("--schedule", t.schedule, "step (a tenth at 50% and 75%) or cosine (down to 0)")
      ->check(CLI::IsMember({"step", "cosine"}))
      ->capture_default_str();
  command->add_option("--warmup-epochs", t.warmup_epochs, "Linear warm-up of the cosine schedule")
      ->capture_default_str();
  command->add_option("--momentum", t.momentum, "Nesterov momentum")->capture_default_str();
  command->add_option("--weight-decay", t.weight_decay, "Weight decay")->capture_default_str();
  command->add_option("--max-minutes", options->max_minutes,
                      "Stop, ready to resume, after this time");
  command->add_option("--log", options->log, "CSV file with one line an epoch");
  command->callback([options, &common, &action] {
    action = [options, &common] {
      options->training.seed = common.seed;
      catch_stop_signals();
      return Run(*options, common)();
    };
  });
}

}  // namespace odin::native
