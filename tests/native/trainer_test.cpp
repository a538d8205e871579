#include "odin/native/training/trainer.h"

#include <doctest/doctest.h>

#include <cmath>

#include "odin/nn/models/make_model.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using native::Dataset;
using native::Trainer;
using tests::error_of;

namespace {

const Normalization kNormalization{{0.5, 0.5, 0.5}, {0.25, 0.25, 0.25}};

/// Two classes that a network can tell apart: dark and bright noise.
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
  return {.epochs = 3, .batch = 8, .learning_rate = 0.05, .schedule = "cosine", .seed = 4};
}

const nn::ModelInfo kInfo{
    "densenet-bc-10-2", {"dark", "bright"}, {0.5, 0.5, 0.5}, {0.25, 0.25, 0.25}, {}, {}, {}, ""};

std::unique_ptr<nn::Module> fresh_network() {
  auto network = nn::make_model("densenet-bc-10-2", 2);
  nn::initialize(*network, 4);
  return network;
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("training learns") {
    const Dataset data = dark_and_bright(40);
    const auto network = fresh_network();
    Trainer trainer(*network, data, kNormalization, options());
    CHECK(trainer.steps_per_epoch() == 5);
    while (!trainer.done()) trainer.step();
    CHECK(trainer.progress().loss() < 0.5);
    CHECK(native::accuracy(*network, data, kNormalization) == 1);
  }

  TEST_CASE("a training that is stopped anywhere and resumed ends with the same bits") {
    const Dataset data = dark_and_bright(37);  // the last batch of an epoch is smaller
    const auto whole = fresh_network();
    Trainer uninterrupted(*whole, data, kNormalization, options());
    std::vector<double> losses;
    while (!uninterrupted.done()) {
      uninterrupted.step();
      losses.push_back(uninterrupted.progress().loss_sum);
    }
    for (const int stop_after : {1, 5, 7, 12}) {
      CAPTURE(stop_after);
      const tests::TempDir dir;
      std::vector<double> seen;
      {
        const auto network = fresh_network();
        Trainer first(*network, data, kNormalization, options());
        for (int i = 0; i < stop_after; ++i) {
          first.step();
          seen.push_back(first.progress().loss_sum);
        }
        nn::write_safetensors(dir.path() / "c", first.checkpoint(kInfo));
      }
      const auto network = nn::make_model("densenet-bc-10-2", 2);
      Trainer second(*network, data, kNormalization, options());
      second.resume(nn::read_safetensors(dir.path() / "c"), "c");
      while (!second.done()) {
        second.step();
        seen.push_back(second.progress().loss_sum);
      }
      CHECK(seen == losses);
      const auto expected = whole->state_dict();
      for (const auto& [name, t] : network->state_dict())
        CHECK(t.to_vector<float>() == expected.at(name).to_vector<float>());
    }
  }

  TEST_CASE("training does not depend on the number of threads") {
    const Dataset data = dark_and_bright(24);
    std::vector<std::vector<float>> weights;
    for (const int threads : {1, 2}) {
      tensor::set_num_threads(threads);
      const auto network = fresh_network();
      Trainer trainer(*network, data, kNormalization, options());
      for (int i = 0; i < 4; ++i) trainer.step();
      weights.push_back(network->state_dict().at("fc.weight").to_vector<float>());
    }
    tensor::set_num_threads(0);
    CHECK(weights[0] == weights[1]);
  }

  TEST_CASE("a checkpoint of something else is refused") {
    const Dataset data = dark_and_bright(16), more = dark_and_bright(18);
    const auto network = fresh_network();
    Trainer trainer(*network, data, kNormalization, options());
    trainer.step();
    const nn::Safetensors checkpoint = trainer.checkpoint(kInfo);
    const auto resume = [&](const Dataset& set, native::TrainingOptions o, nn::Module& into,
                            const nn::Safetensors& from) {
      return error_of([&] { Trainer(into, set, kNormalization, o).resume(from, "c"); });
    };
    native::TrainingOptions other = options();
    other.learning_rate = 1;
    CHECK(resume(data, other, *network, checkpoint).find("made with other options") !=
          std::string::npos);
    CHECK(resume(more, options(), *network, checkpoint).find("made with other options") !=
          std::string::npos);
    const auto wide = nn::make_model("wrn-10-1", 2);
    CHECK(resume(data, options(), *wide, checkpoint).find("load_state_dict: ") !=
          std::string::npos);
    CHECK(resume(data, options(), *network, nn::to_safetensors(*network, kInfo))
              .find("is not a training checkpoint") != std::string::npos);
  }

  TEST_CASE("a loss that is not finite stops the training and says where") {
    const Dataset data = dark_and_bright(16);
    const auto network = fresh_network();
    Trainer trainer(*network, data, kNormalization, options());
    trainer.step();
    tensor::Tensor bias = network->state_dict().at("fc.bias");
    tensor::fill_(bias, std::nan(""));
    CHECK(error_of([&] { trainer.step(); }) ==
          "train: the loss is nan at step 2 of epoch 1 (learning rate 0.0466506351); try a smaller "
          "one");
  }

  TEST_CASE("augmentation moves by at most four pixels, mirrors half and never repeats an epoch") {
    // One white pixel in the middle of a black image, 200 times: where does it go?
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
