#include "odin/native/training/trainer.h"

#include <doctest/doctest.h>

#include <cmath>

#include "odin/nn/models/make_model.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"
#include "odin/tests/device.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using native::Dataset;
using native::Trainer;
using tests::error_of;

namespace {

const Normalization kHalf{{0.5, 0.5, 0.5}, {0.25, 0.25, 0.25}};

/// Two classes that a network can distinguish: dark and bright noise.
Dataset dark_and_bright(std::int64_t count) {
  Dataset data;
  data.classes = {"dark", "bright"};
  const tensor::Random random(5);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t label = i % 2;
    data.labels.push_back(label);
    for (std::int64_t j = 0; j < Dataset::kImageBytes; ++j)
      data.pixels.push_back(static_cast<std::uint8_t>(
          random.below(static_cast<std::uint64_t>(i * Dataset::kImageBytes + j), 128) +
          (label ? 128 : 0)));
  }
  return data;
}

native::TrainingOptions options() {
  native::TrainingOptions o;
  o.epochs = 3;
  o.batch = 8;
  o.learning_rate = 0.05;
  o.schedule = "cosine";
  o.seed = 4;
  return o;
}

const nn::ModelInfo kInfo{
    "densenet-bc-10-2", {"dark", "bright"}, {0.5, 0.5, 0.5}, {0.25, 0.25, 0.25}, {}, {}, {}, ""};

std::unique_ptr<nn::Module> fresh_network() {
  auto network = nn::make_model("densenet-bc-10-2", 2);
  nn::initialize(*network, 4);
  network->to(tests::device());
  return network;
}

/// One variant for each option that affects a step or its state.
std::vector<native::TrainingOptions> kinds_of_training() {
  std::vector<native::TrainingOptions> kinds(9, options());
  kinds[1].ema = 0.9;
  kinds[2].clip = 0.1;
  kinds[3].schedule = "one-cycle";
  kinds[4].schedule = "step";
  kinds[4].warmup_epochs = 1;
  kinds[4].decay_norms = false;
  kinds[5].label_smoothing = 0.1;
  kinds[5].ema = 0.99;
  kinds[5].clip = 1;
  kinds[6].crop = 16;
  kinds[7].cutout = 9;
  kinds[8].mirror = false;
  return kinds;
}

/// Runs at most `steps` steps; returns the epoch's sum of losses after each.
std::vector<double> losses_until(Trainer& trainer, int steps) {
  std::vector<double> losses;
  while (!trainer.done() && steps-- > 0) {
    trainer.step();
    losses.push_back(trainer.progress().loss_sum);
  }
  return losses;
}

bool same_weights(nn::Module& a, nn::Module& b) {
  const auto expected = b.state_dict();
  for (const auto& [name, t] : a.state_dict())
    if (!tests::same(t, expected.at(name))) return false;
  return true;
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("training learns") {
    const Dataset data = dark_and_bright(40);
    const auto network = fresh_network();
    Trainer trainer(*network, data, kHalf, options());
    CHECK(trainer.steps_per_epoch() == 5);
    while (!trainer.done()) trainer.step();
    CHECK(trainer.progress().loss() < 0.5);
    CHECK(native::accuracy(*network, data, kHalf) == 1);
  }

  TEST_CASE("a training that is stopped anywhere and resumed ends with the same bits") {
    const Dataset data = dark_and_bright(37);  // the last batch of an epoch is smaller
    // Stopping and resuming is the same on all devices; a GPU only adds copying of the state.
    const bool on_cpu = tests::device() == tensor::Device::cpu;
    const std::vector<int> stops = on_cpu ? std::vector{1, 5, 7, 12} : std::vector{5};
    for (const native::TrainingOptions& o : kinds_of_training()) {
      CAPTURE(o.schedule);
      CAPTURE(o.ema);
      CAPTURE(o.clip);
      const auto whole = fresh_network(), average = fresh_network();
      Trainer uninterrupted(*whole, data, kHalf, o);
      const std::vector<double> losses = losses_until(uninterrupted, 1000);
      if (o.ema > 0) uninterrupted.ema()->copy_to(*average);
      for (const int stop_after : stops) {
        CAPTURE(stop_after);
        const tests::TempDir dir;
        std::vector<double> seen;
        {
          const auto network = fresh_network();
          Trainer first(*network, data, kHalf, o);
          seen = losses_until(first, stop_after);
          nn::write_safetensors(dir.path() / "c", first.checkpoint(kInfo));
        }
        const auto network = nn::make_model("densenet-bc-10-2", 2);
        network->to(tests::device());
        Trainer second(*network, data, kHalf, o);
        second.resume(nn::read_safetensors(dir.path() / "c"), "c");
        for (const double loss : losses_until(second, 1000)) seen.push_back(loss);
        CHECK(seen == losses);
        CHECK(same_weights(*network, *whole));
        if (o.ema > 0) second.ema()->copy_to(*network);
        if (o.ema > 0) CHECK(same_weights(*network, *average));
      }
    }
  }

  TEST_CASE("an epoch's averages are there again when it ended just before the checkpoint") {
    const Dataset data = dark_and_bright(16);
    const auto network = fresh_network();
    Trainer first(*network, data, kHalf, options());
    CHECK(losses_until(first, 2).size() == 2);
    const auto again = nn::make_model("densenet-bc-10-2", 2);
    again->to(tests::device());
    Trainer second(*again, data, kHalf, options());
    second.resume(first.checkpoint(kInfo), "c");
    CHECK(second.progress().epoch == 1);
    CHECK(second.progress().seen == 16);
    CHECK(second.progress().loss() == first.progress().loss());
    second.step();
    CHECK(second.progress().seen == 8);
  }

  TEST_CASE("each option of the training has its effect") {
    const Dataset data = dark_and_bright(16);
    std::vector<std::vector<float>> results;
    for (const native::TrainingOptions& o : kinds_of_training()) {
      const auto network = fresh_network();
      Trainer trainer(*network, data, kHalf, o);
      losses_until(trainer, 3);
      results.push_back(network->state_dict().at("fc.weight").to_vector<float>());
    }
    CHECK(results[0] == results[1]);  // averaging does not affect the training
    for (std::size_t i = 2; i < results.size(); ++i)
      for (std::size_t j = 1; j < i; ++j) CHECK(results[i] != results[j]);
  }

  TEST_CASE("training does not depend on the number of threads" * tests::on_cpu_only()) {
    const Dataset data = dark_and_bright(24);
    std::vector<std::vector<float>> weights;
    for (const int threads : {1, 2}) {
      tensor::set_num_threads(threads);
      const auto network = fresh_network();
      Trainer trainer(*network, data, kHalf, options());
      for (int i = 0; i < 4; ++i) trainer.step();
      weights.push_back(network->state_dict().at("fc.weight").to_vector<float>());
    }
    tensor::set_num_threads(0);
    CHECK(weights[0] == weights[1]);
  }

  TEST_CASE("an option that a checkpoint of an older program lacks has its default") {
    const Dataset data = dark_and_bright(16);
    const auto network = fresh_network();
    Trainer trainer(*network, data, kHalf, options());
    trainer.step();
    nn::Safetensors checkpoint = trainer.checkpoint(kInfo);
    std::string& metadata = checkpoint.metadata.at("checkpoint");
    const std::string crop = "\"crop\":32,";
    metadata.erase(metadata.find(crop), crop.size());
    Trainer(*network, data, kHalf, options()).resume(checkpoint, "c");
  }

  TEST_CASE("a checkpoint of something else is refused") {
    const Dataset data = dark_and_bright(16), more = dark_and_bright(18);
    const auto network = fresh_network();
    Trainer trainer(*network, data, kHalf, options());
    trainer.step();
    const nn::Safetensors checkpoint = trainer.checkpoint(kInfo);
    const auto resume = [&](const Dataset& set, native::TrainingOptions o, nn::Module& into,
                            const nn::Safetensors& from) {
      return error_of([&] { Trainer(into, set, kHalf, o).resume(from, "c"); });
    };
    native::TrainingOptions other = options();
    other.learning_rate = 1;
    CHECK(resume(data, other, *network, checkpoint) ==
          "train: 'c' was made with other options: learning_rate 0.05, now 1.0");
    CHECK(resume(more, options(), *network, checkpoint)
              .starts_with("train: 'c' was trained on other images: images 16, now 18; labels"));
    const auto wide = nn::make_model("wrn-10-1", 2);
    CHECK(resume(data, options(), *wide, checkpoint).find("load_state_dict: ") !=
          std::string::npos);
    CHECK(resume(data, options(), *network, nn::to_safetensors(*network, kInfo))
              .find("is not a training checkpoint") != std::string::npos);
  }

  TEST_CASE("a loss that is not finite stops the training and says where") {
    const Dataset data = dark_and_bright(16);
    const auto network = fresh_network();
    Trainer trainer(*network, data, kHalf, options());
    trainer.step();
    tensor::Tensor bias = network->state_dict().at("fc.bias");
    tensor::fill_(bias, std::nan(""));
    CHECK(error_of([&] { trainer.step(); }) ==
          "train: the loss is nan at step 2 of epoch 1 (learning rate 0.0466506); try a smaller "
          "learning rate");
  }

  TEST_CASE("augmentation moves by at most four pixels, mirrors half and never repeats an epoch") {
    // 200 copies of a black image with a white pixel in the middle: which positions does it move
    // to?
    Dataset data;
    data.classes = {"a"};
    data.pixels.assign(200 * Dataset::kImageBytes, 0);
    data.labels.assign(200, 0);
    for (std::size_t i = 0; i < 200; ++i)
      data.pixels[i * Dataset::kImageBytes + 10 * 32 + 10] = 255;
    native::TrainingOrder order(data, {{0, 0, 0}, {1, 1, 1}}, 1);
    order.start_epoch(0);
    const auto images = order.batch(0, 200).images;
    int mirrored = 0;
    for (std::int64_t i = 0; i < 200; ++i) {
      const std::int64_t at = static_cast<std::int64_t>(
          tensor::argmax(images.select(0, i).select(0, 0).reshape({1, -1}), 1).item());
      const std::int64_t h = at / 32, w = at % 32;
      CHECK((h >= 6 && h <= 14));
      CHECK(((w >= 6 && w <= 14) || (w >= 17 && w <= 25)));
      mirrored += w > 16;
    }
    CHECK((mirrored > 70 && mirrored < 130));
    order.start_epoch(1);
    CHECK(order.batch(0, 200).images.to_vector<float>() != images.to_vector<float>());
    order.start_epoch(0);
    CHECK(order.batch(60, 9).images.to_vector<float>() ==
          images.slice(0, 60, 69).to_vector<float>());
  }
}
