#include "odin/native/training/trainer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <numeric>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops/softmax.h"
#include "odin/native/system/digest.h"
#include "odin/native/system/json_text.h"
#include "odin/native/training/count_correct.h"
#include "odin/native/training/settings.h"
#include "odin/nn/inference.h"
#include "odin/tensor/ops/reduce.h"

namespace odin::native {

using autograd::Variable;
using nlohmann::json;
using tensor::Tensor;

namespace {

nn::Schedule make_schedule(const TrainingOptions& o, std::int64_t steps_per_epoch) {
  const std::int64_t total = o.epochs * steps_per_epoch;
  const std::int64_t warmup = o.warmup_epochs * steps_per_epoch;
  if (o.schedule == "cosine") return nn::CosineSchedule{o.learning_rate, total, warmup};
  if (o.schedule == "one-cycle") return nn::OneCycleSchedule{o.learning_rate, total};
  return nn::StepSchedule{o.learning_rate, total, o.milestones, o.factor, warmup};
}

// Prefixes of the tensors in a checkpoint that are not weights.
const std::string kVelocity = "optimizer.", kAverage = "ema.";
const std::string kKey = "checkpoint";  // metadata key: options, images and progress

/// The tensors whose names begin with the prefix, under their names without it.
nn::StateDict with_prefix(const nn::StateDict& tensors, const std::string& prefix) {
  nn::StateDict found;
  for (const auto& [name, tensor] : tensors)
    if (name.starts_with(prefix)) found[name.substr(prefix.size())] = tensor;
  return found;
}

bool is_weight(const std::string& name) {
  return !name.starts_with(kVelocity) && !name.starts_with(kAverage);
}

/// Identifies the images independently of their folder's name: a JSON object.
std::string fingerprint(const Dataset& data) {
  return json_text(json{{"images", data.size()},
                        {"classes", data.classes},
                        {"sha256", sha256_hex(std::as_bytes(std::span(data.pixels)))},
                        {"labels", sha256_hex(std::as_bytes(std::span(data.labels)))}});
}

Sharding sharding_of(const TrainingOptions& o, const Ranks& ranks) {
  require(!o.sync_norm || o.batch >= ranks.size(), "train: --sync-norm: a batch of ", o.batch,
          " images cannot be divided among ", ranks.size(), " ranks");
  return {o.sync_norm ? ranks.size() : o.shards, ranks.rank(), ranks.size(), o.sync_norm};
}

/// "epochs 3, now 4; lr ..." for the members that differ.
std::string differences(const json& saved, const json& now) {
  std::string text;
  for (const auto& [name, value] : now.items())
    if (saved.value(name, json()) != value)
      text += (text.empty() ? "" : "; ") + name + " " + json_text(saved.value(name, json())) +
              ", now " + json_text(value);
  return text;
}

std::int64_t whole(const json& saved, const char* member, const std::string& name) {
  const json& value = saved.at(member);
  require(value.is_number_integer(), "train: '", name, "': its ", member,
          " is not a whole number but of type ", value.type_name());
  return value;
}

}  // namespace

/// A checkpoint may say anything.
bool Trainer::is_possible(const TrainingProgress& p, bool epoch_ended) const {
  return p.epoch >= 0 && p.epoch <= options_.epochs && p.step >= 0 && p.step < steps_per_epoch() &&
         (p.epoch < options_.epochs || p.step == 0) && p.correct >= 0 && p.correct <= p.seen &&
         p.seen <= data_.size() && std::isfinite(p.loss_sum) &&
         (!epoch_ended || (p.step == 0 && p.epoch > 0));
}

Trainer::Trainer(nn::Module& network, const Dataset& data, const Normalization& normalization,
                 TrainingOptions options, Ranks& ranks)
    : network_(network),
      data_(data),
      data_fingerprint_(fingerprint(data)),
      options_(std::move(options)),
      sharded_(options_.shards > 1 || ranks.size() > 1
                   ? std::make_unique<ShardedStep>(network, ranks, sharding_of(options_, ranks))
                   : nullptr),
      loader_(data, normalization, options_.seed, options_.batch,
              {.crop = options_.crop,
               .cutout = options_.cutout,
               .mirror = options_.mirror,
               .resized = options_.augment == "resized-crop"},
              sharding_of(options_, ranks)),
      sgd_(network, {.momentum = options_.momentum,
                     .nesterov = true,
                     .weight_decay = options_.weight_decay,
                     .decay_norms = options_.decay_norms}) {
  require(data.size() > 0, "train: the data set is empty");
  check(options_, std::min(data.input.height, data.input.width));
  schedule_ = make_schedule(options_, steps_per_epoch());
  if (options_.ema > 0) ema_ = std::make_unique<nn::Ema>(network, options_.ema);
  loader_.start(0, 0);
}

std::int64_t Trainer::steps_per_epoch() const {
  return (data_.size() + options_.batch - 1) / options_.batch;
}

double Trainer::learning_rate() const { return nn::learning_rate_at(schedule_, steps_done()); }

double Trainer::last_learning_rate() const {
  return nn::learning_rate_at(schedule_, std::max<std::int64_t>(0, steps_done() - 1));
}

/// "step 3 of epoch 2 (learning rate 0.1)"
std::string Trainer::place() const {
  char text[96];
  std::snprintf(text, sizeof text, "step %lld of epoch %lld (learning rate %.6g)",
                static_cast<long long>(progress_.step + 1),
                static_cast<long long>(progress_.epoch + 1), learning_rate());
  return text;
}

bool Trainer::step() {
  if (epoch_ended_) {
    progress_ = {.epoch = progress_.epoch};
    epoch_ended_ = false;
  }
  const Batch batch = loader_.next();
  const std::int64_t count =
      std::min(options_.batch, data_.size() - progress_.step * options_.batch);
  network_.train();
  network_.zero_grad();
  const ShardedStep::Result result =
      sharded_ ? sharded_->run(batch, count, options_.label_smoothing) : whole_batch(batch);
  check_loss(result.loss);
  if (options_.clip > 0) {
    const double norm = nn::clip_gradients(network_, options_.clip);
    require(std::isfinite(norm), "train: the gradient is not finite at ", place(),
            "; try a smaller learning rate");
  }
  sgd_.step(learning_rate());
  if (ema_) ema_->update();

  progress_.loss_sum += result.loss * static_cast<double>(count);
  progress_.correct += result.correct;
  progress_.seen += count;
  if (++progress_.step < steps_per_epoch()) return false;
  ++progress_.epoch;
  progress_.step = 0;
  epoch_ended_ = true;
  return true;
}

/// The batch in one piece: its loss, and the gradient in the parameters.
ShardedStep::Result Trainer::whole_batch(const Batch& batch) {
  const tensor::Device device = network_.device();
  const Variable logits = network_(Variable(batch.images.to(device)));
  const Variable loss = autograd::cross_entropy(
      logits, batch.labels.to(device), autograd::Reduction::mean, options_.label_smoothing);
  const double value = loss.value().item();
  check_loss(value);
  autograd::backward(loss);
  return {value, count_correct(logits.value(), batch.labels)};
}

void Trainer::check_loss(double loss) const {
  require(std::isfinite(loss), "train: the loss is ", std::isnan(loss) ? "nan" : "infinite", " at ",
          place(), "; try a smaller learning rate");
}

void Trainer::check_finite() {
  for (const auto& [name, value] : network_.state_dict())
    require(!tensor::is_floating(value.dtype()) || tensor::all_finite(value), "train: ", name,
            " is no longer finite before ", place(), "; try a smaller learning rate");
}

std::string Trainer::identity() const {
  return "options " + json_text(json(options_)) + ", images " + data_fingerprint_;
}

nn::Safetensors Trainer::checkpoint(const nn::ModelInfo& info) {
  check_finite();
  nn::Safetensors file = nn::to_safetensors(network_, info);
  for (const auto& [name, velocity] : sgd_.state()) file.tensors[kVelocity + name] = velocity;
  if (ema_)
    for (const auto& [name, average] : ema_->state()) file.tensors[kAverage + name] = average;
  file.metadata[kKey] = json_text(json{{"options", options_},
                                       {"data", parse_json(data_fingerprint_)},
                                       {"epoch", progress_.epoch},
                                       {"step", progress_.step},
                                       {"loss_sum", progress_.loss_sum},
                                       {"correct", progress_.correct},
                                       {"seen", progress_.seen},
                                       {"epoch_ended", epoch_ended_}});
  return file;
}

void Trainer::resume(const nn::Safetensors& checkpoint, const std::string& name) {
  const auto found = checkpoint.metadata.find(kKey);
  require(found != checkpoint.metadata.end(), "train: '", name,
          "' is not a training checkpoint (a model alone can not be resumed)");
  TrainingProgress progress;
  bool epoch_ended;
  try {
    const json saved = parse_json(found->second);
    const std::string options = differences(saved.at("options").get<TrainingOptions>(), options_);
    require(options.empty(), "train: '", name, "' was made with other options: ", options);
    json now = parse_json(data_fingerprint_);
    if (!saved.at("data").contains("labels")) now.erase("labels");  // of an older program
    const std::string data = differences(saved.at("data"), now);
    require(data.empty(), "train: '", name, "' was trained on other images: ", data);
    progress = {whole(saved, "epoch", name), whole(saved, "step", name), saved.at("loss_sum"),
                whole(saved, "correct", name), whole(saved, "seen", name)};
    epoch_ended = saved.at("epoch_ended");
    require(is_possible(progress, epoch_ended), "train: '", name, "': its progress, epoch ",
            progress.epoch, " and step ", progress.step, ", is not one of a training of ",
            options_.epochs, " epochs of ", steps_per_epoch(), " steps");
  } catch (const json::exception&) {
    fail("train: '", name, "': the checkpoint's progress can not be read");
  }
  nn::StateDict weights;
  for (const auto& [key, tensor] : checkpoint.tensors)
    if (is_weight(key)) weights[key] = tensor;
  network_.load_state_dict(weights);
  sgd_.load_state(with_prefix(checkpoint.tensors, kVelocity));
  if (ema_) ema_->load_state(with_prefix(checkpoint.tensors, kAverage));
  progress_ = progress;
  epoch_ended_ = epoch_ended;
  loader_.start(progress_.epoch, progress_.step);
}

std::string images_of(const nn::Safetensors& checkpoint) {
  const auto found = checkpoint.metadata.find(kKey);
  if (found == checkpoint.metadata.end()) return "";
  const json saved = parse_json_if_valid(found->second);
  return saved.is_object() ? json_text(saved.value("data", json())) : "";
}

std::optional<double> accuracy(nn::Module& network, const Dataset& data,
                               const Normalization& normalization,
                               const std::function<bool(std::int64_t)>& go_on, Ranks& ranks) {
  network.eval();
  std::vector<std::int64_t> positions(static_cast<std::size_t>(data.size()));
  std::iota(positions.begin(), positions.end(), 0);
  std::int64_t correct = 0;
  const std::int64_t most = nn::images_at_once(data.input, 100);
  bool stopped = false;
  for (std::int64_t first = most * ranks.rank(); first < data.size() && !stopped;
       first += most * ranks.size()) {
    const std::int64_t count = std::min(most, data.size() - first);
    const Batch batch = plain_batch(data,
                                    std::span(positions).subspan(static_cast<std::size_t>(first),
                                                                 static_cast<std::size_t>(count)),
                                    normalization);
    correct += count_correct(nn::predict(network, batch.images), batch.labels);
    stopped = go_on && !go_on(first + count);
  }
  const double mine = stopped ? NAN : static_cast<double>(correct);
  double all = 0;
  for (const double count : ranks.gather(std::span(&mine, 1))) all += count;
  if (std::isnan(all)) return std::nullopt;
  return all / static_cast<double>(data.size());
}

}  // namespace odin::native
