#include "odin/native/trainer.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops/softmax.h"
#include "odin/nn/inference.h"
#include "odin/nn/optim/schedule.h"
#include "odin/tensor/ops/reduce.h"

namespace odin::native {

using autograd::Variable;
using nlohmann::json;
using tensor::Tensor;

namespace {

std::int64_t count_correct(const Tensor& logits, const Tensor& labels) {
  const auto predicted = tensor::argmax(logits, 1).to_vector<std::int64_t>();
  const auto expected = labels.to_vector<std::int64_t>();
  std::int64_t correct = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) correct += predicted[i] == expected[i];
  return correct;
}

const std::string kVelocity = "optimizer.";  // prefix of momentum buffers in a checkpoint
const std::string kKey = "checkpoint";       // metadata: progress and fingerprint

}  // namespace

Trainer::Trainer(nn::Module& network, const Dataset& data, Normalization normalization,
                 TrainingOptions options)
    : network_(network),
      data_(data),
      options_(std::move(options)),
      order_(data, normalization, options_.seed),
      sgd_(network, {.momentum = options_.momentum,
                     .nesterov = true,
                     .weight_decay = options_.weight_decay}) {
  require(data.size() > 0, "train: the data set is empty");
  require(options_.epochs > 0 && options_.batch > 0,
          "train: expected epochs > 0 and batch > 0, got ", options_.epochs, " and ",
          options_.batch);
  require(options_.learning_rate > 0, "train: the learning rate must be positive, got ",
          options_.learning_rate);
  require(options_.schedule == "step" || options_.schedule == "cosine",
          "train: expected schedule step or cosine, got '", options_.schedule, "'");
  order_.start_epoch(0);
}

std::int64_t Trainer::steps_per_epoch() const {
  return (data_.size() + options_.batch - 1) / options_.batch;
}

double Trainer::learning_rate() const {
  const std::int64_t steps = steps_per_epoch(), total = steps * options_.epochs;
  const std::int64_t now = progress_.epoch * steps + progress_.step;
  if (options_.schedule == "cosine")
    return nn::CosineSchedule{options_.learning_rate, total, options_.warmup_epochs * steps}.at(
        now);
  return nn::StepSchedule{options_.learning_rate, total}.at(now);
}

bool Trainer::step() {
  if (epoch_just_ended_) {
    progress_ = {.epoch = progress_.epoch};
    order_.start_epoch(progress_.epoch);
    epoch_just_ended_ = false;
  }
  const std::int64_t first = progress_.step * options_.batch;
  const std::int64_t count = std::min(options_.batch, data_.size() - first);
  const Batch batch = order_.batch(first, count);

  network_.train();
  network_.zero_grad();
  const Variable logits = network_(Variable(batch.images));
  const Variable loss = autograd::cross_entropy(logits, batch.labels);
  const double value = loss.value().item();
  require(std::isfinite(value), "train: the loss is ", value, " at step ", progress_.step + 1,
          " of epoch ", progress_.epoch + 1, " (learning rate ", learning_rate(),
          "); try a smaller one");
  autograd::backward(loss);
  sgd_.step(learning_rate());

  progress_.loss_sum += value * static_cast<double>(count);
  progress_.correct += count_correct(logits.value(), batch.labels);
  progress_.seen += count;
  if (++progress_.step < steps_per_epoch()) return false;
  ++progress_.epoch;
  progress_.step = 0;
  epoch_just_ended_ = true;
  return true;
}

std::string Trainer::fingerprint() const {
  const TrainingOptions& o = options_;
  return json{{"images", data_.size()}, {"epochs", o.epochs},      {"batch", o.batch},
              {"lr", o.learning_rate},  {"schedule", o.schedule},  {"warmup", o.warmup_epochs},
              {"momentum", o.momentum}, {"decay", o.weight_decay}, {"seed", o.seed}}
      .dump();
}

nn::Safetensors Trainer::checkpoint(const nn::ModelInfo& info) const {
  nn::Safetensors file = nn::to_safetensors(network_, info);
  for (const auto& [name, velocity] : sgd_.state()) file.tensors[kVelocity + name] = velocity;
  const bool between = epoch_just_ended_;
  file.metadata[kKey] = json{{"fingerprint", fingerprint()},
                             {"epoch", progress_.epoch},
                             {"step", progress_.step},
                             {"loss_sum", between ? 0 : progress_.loss_sum},
                             {"correct", between ? 0 : progress_.correct},
                             {"seen", between ? 0 : progress_.seen}}
                            .dump();
  return file;
}

void Trainer::resume(const nn::Safetensors& checkpoint, const std::string& name) {
  const auto found = checkpoint.metadata.find(kKey);
  require(found != checkpoint.metadata.end(), "train: '", name,
          "' is not a training checkpoint (a model alone can not be resumed)");
  nn::StateDict weights, velocity;
  for (const auto& [key, tensor] : checkpoint.tensors)
    (key.starts_with(kVelocity) ? velocity[key.substr(kVelocity.size())] : weights[key]) = tensor;
  TrainingProgress progress;
  try {
    const json saved = json::parse(found->second);
    require(saved.at("fingerprint") == fingerprint(), "train: '", name,
            "' was made with other options: ", saved.at("fingerprint").get<std::string>(), ", now ",
            fingerprint());
    progress = {saved.at("epoch"), saved.at("step"), saved.at("loss_sum"), saved.at("correct"),
                saved.at("seen")};
  } catch (const json::exception&) {
    fail("train: '", name, "': the checkpoint's progress can not be read");
  }
  network_.load_state_dict(weights);
  sgd_.load_state(velocity);
  progress_ = progress;
  epoch_just_ended_ = false;
  order_.start_epoch(progress_.epoch);
}

double accuracy(nn::Module& network, const Dataset& data, const Normalization& normalization,
                const std::function<void(std::int64_t)>& progress) {
  network.eval();
  std::vector<std::int64_t> positions(static_cast<std::size_t>(data.size()));
  std::iota(positions.begin(), positions.end(), 0);
  std::int64_t correct = 0;
  constexpr std::int64_t kBatch = 100;
  for (std::int64_t first = 0; first < data.size(); first += kBatch) {
    const std::int64_t count = std::min(kBatch, data.size() - first);
    const Batch batch = plain_batch(data,
                                    std::span(positions).subspan(static_cast<std::size_t>(first),
                                                                 static_cast<std::size_t>(count)),
                                    normalization);
    correct += count_correct(nn::predict(network, batch.images), batch.labels);
    if (progress) progress(first + count);
  }
  return static_cast<double>(correct) / static_cast<double>(data.size());
}

}  // namespace odin::native
