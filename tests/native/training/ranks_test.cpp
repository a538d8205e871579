#include "odin/native/ranks/ranks.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "odin/native/ranks/part.h"
#include "odin/native/training/trainer.h"
#include "odin/nn/fusion.h"
#include "odin/nn/models/make_model.h"
#include "odin/tensor/random.h"
#include "odin/tests/native/training/thread_ranks.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using native::Dataset;
using native::Ranks;
using native::Trainer;
using tests::error_of;
using tests::ThreadRanks;

namespace {

Dataset noise_of_three_classes(std::int64_t count) {
  Dataset data;
  data.classes = {"a", "b", "c"};
  const tensor::Random random(8);
  for (std::int64_t i = 0; i < count; ++i) {
    data.labels.push_back(i % 3);
    for (std::int64_t j = 0; j < Dataset::kImageBytes; ++j)
      data.pixels.push_back(static_cast<std::uint8_t>(
          random.below(static_cast<std::uint64_t>(i * Dataset::kImageBytes + j), 100) +
          70 * (i % 3)));
  }
  return data;
}

native::TrainingOptions sharded_options(std::int64_t shards) {
  native::TrainingOptions o;
  o.epochs = 2;
  o.batch = 10;
  o.learning_rate = 0.05;
  o.schedule = "cosine";
  o.ema = 0.9;
  o.clip = 1;
  o.shards = shards;
  return o;
}

const nn::ModelInfo kInfoOfThree{
    "densenet-bc-10-2", {"a", "b", "c"}, {0.5, 0.5, 0.5}, {0.25, 0.25, 0.25}, {}, {}, {}, ""};

struct Trained {
  nn::Safetensors checkpoint;
  std::vector<double> losses;
  double accuracy = 0;
};

/// Trains on this rank, going on with the checkpoint if there is one.
Trained train_with(Ranks& ranks, const Dataset& data, const native::TrainingOptions& options,
                   int steps, const nn::Safetensors* checkpoint = nullptr) {
  const auto network = nn::make_model(kInfoOfThree.architecture, 3);
  nn::initialize(*network, 4);
  const Normalization half{{0.5, 0.5, 0.5}, {0.25, 0.25, 0.25}};
  Trainer trainer(*network, data, half, options, ranks);
  if (checkpoint) trainer.resume(*checkpoint, "x");
  Trained result;
  for (int i = 0; i < steps; ++i) {
    trainer.step();
    result.losses.push_back(trainer.progress().loss_sum);
  }
  result.checkpoint = trainer.checkpoint(kInfoOfThree);
  result.accuracy = *native::accuracy(*network, data, half, {}, ranks);
  return result;
}

Trained train_on(Ranks& ranks, const Dataset& data, std::int64_t shards, int steps,
                 const nn::Safetensors* checkpoint = nullptr) {
  return train_with(ranks, data, sharded_options(shards), steps, checkpoint);
}

/// What every rank comes to; they must agree.
Trained train_on_ranks_with(int ranks, const Dataset& data, const native::TrainingOptions& options,
                            int steps, const nn::Safetensors* checkpoint = nullptr) {
  std::vector<Trained> results(static_cast<std::size_t>(ranks));
  ThreadRanks(ranks).run([&](Ranks& rank) {
    results[static_cast<std::size_t>(rank.rank())] =
        train_with(rank, data, options, steps, checkpoint);
  });
  for (const Trained& result : results) {
    CHECK(nn::serialize_safetensors(result.checkpoint) ==
          nn::serialize_safetensors(results[0].checkpoint));
    CHECK(result.losses == results[0].losses);
    CHECK(result.accuracy == results[0].accuracy);
  }
  return results[0];
}

Trained train_on_ranks(int ranks, const Dataset& data, std::int64_t shards, int steps,
                       const nn::Safetensors* checkpoint = nullptr) {
  return train_on_ranks_with(ranks, data, sharded_options(shards), steps, checkpoint);
}

/// The largest difference of a number in two checkpoints.
double largest_difference(const nn::Safetensors& a, const nn::Safetensors& b) {
  double largest = 0;
  for (const auto& [name, tensor] : a.tensors) {
    const auto x = tensor.to(tensor::DType::f64).to_vector<double>();
    const auto y = b.tensors.at(name).to(tensor::DType::f64).to_vector<double>();
    for (std::size_t i = 0; i < x.size(); ++i) largest = std::max(largest, std::abs(x[i] - y[i]));
  }
  return largest;
}

}  // namespace

TEST_SUITE("native/training") {
  TEST_CASE("parts are consecutive and differ by one at most") {
    for (const std::int64_t count : {0, 1, 5, 12, 13}) {
      std::int64_t next = 0;
      for (std::int64_t i = 0; i < 5; ++i) {
        const native::Part part = native::part_of(count, i, 5);
        CHECK(part.first == next);
        CHECK(part.count >= count / 5);
        CHECK(part.count <= count / 5 + 1);
        next += part.count;
      }
      CHECK(next == count);
    }
  }

  TEST_CASE("vectors are added up in their order") {
    const std::array<float, 2> a{1e8F, 1}, b{1, 2}, c{-1e8F, 3};
    std::array<float, 2> sum{};
    native::sum_in_order(std::array<std::span<const float>, 3>{a, b, c}, sum);
    CHECK(sum == std::array<float, 2>{0, 6});  // 1e8 + 1 is 1e8 in float
    native::sum_in_order(std::array<std::span<const float>, 3>{a, c, b}, sum);
    CHECK(sum == std::array<float, 2>{1, 6});
  }

  // 23 images: the last batch has 3, fewer than shards.
  TEST_CASE("a training has the same bits on any number of ranks, resumed on another number too") {
    const Dataset data = noise_of_three_classes(23);
    const Trained one = train_on(native::one_rank(), data, 4, 6);
    CHECK(one.losses.front() > 0);
    for (const int ranks : {2, 4}) {
      const Trained several = train_on_ranks(ranks, data, 4, 6);
      CHECK(nn::serialize_safetensors(several.checkpoint) ==
            nn::serialize_safetensors(one.checkpoint));
      CHECK(several.losses == one.losses);
      CHECK(several.accuracy == one.accuracy);
    }
    const Trained begun = train_on_ranks(4, data, 4, 4);
    const Trained resumed = train_on_ranks(2, data, 4, 2, &begun.checkpoint);
    CHECK(nn::serialize_safetensors(resumed.checkpoint) ==
          nn::serialize_safetensors(one.checkpoint));
  }

  TEST_CASE("one shard on one rank is the training without shards, several are another") {
    const Dataset data = noise_of_three_classes(20);
    const Trained whole = train_on(native::one_rank(), data, 1, 3);
    const Trained on_a_rank = train_on_ranks(1, data, 1, 3);
    CHECK(nn::serialize_safetensors(on_a_rank.checkpoint) ==
          nn::serialize_safetensors(whole.checkpoint));
    const Trained cut = train_on(native::one_rank(), data, 2, 3);
    CHECK(cut.losses != whole.losses);
    // Other batch statistics, the same task.
    CHECK(cut.losses.back() == doctest::Approx(whole.losses.back()).epsilon(0.1));
  }

  // 23 images: the last batch has 3, fewer than 4 ranks.
  TEST_CASE("with batch statistics over all ranks the training is that of one, but for rounding") {
    const Dataset data = noise_of_three_classes(23);
    native::TrainingOptions options = sharded_options(1);
    const Trained whole = train_on(native::one_rank(), data, 1, 3);
    options.sync_norm = true;
    for (const bool fused : {true, false}) {
      const nn::FusionScope fusion(fused);
      for (const int ranks : {1, 2, 3, 4}) {
        CAPTURE(ranks);
        const Trained several = train_on_ranks_with(ranks, data, options, 3);
        for (std::size_t i = 0; i < whole.losses.size(); ++i)
          CHECK(several.losses[i] == doctest::Approx(whole.losses[i]).epsilon(1e-5));
        CHECK(largest_difference(several.checkpoint, whole.checkpoint) < 2e-4);
      }
    }
    const Trained apart = train_on_ranks(2, data, 2, 3);
    CHECK(largest_difference(apart.checkpoint, whole.checkpoint) > 1e-2);

    options.shards = 2;
    CHECK(error_of([&] { train_with(native::one_rank(), data, options, 1); }) ==
          "train: --sync-norm is for batches in one piece, got 2 shards");
    options.shards = 1;
    options.batch = 2;
    CHECK(error_of([&] {
            ThreadRanks(3).run([&](Ranks& rank) { train_with(rank, data, options, 1); });
          }) == "train: --sync-norm: a batch of 2 images cannot be divided among 3 ranks");
  }

  TEST_CASE("ranks that do not divide the shards are refused") {
    const Dataset data = noise_of_three_classes(20);
    CHECK(error_of([&] { ThreadRanks(3).run([&](Ranks& rank) { train_on(rank, data, 4, 1); }); }) ==
          "train: 3 ranks cannot share 4 shards evenly; expected --shards 3 or a multiple of it");
    CHECK(error_of([&] { train_on(native::one_rank(), data, 11, 1); }) ==
          "train: expected 1 to 10 shards, as many as a batch has images, got 11");
  }

  TEST_CASE("an error or a difference on one rank is one on all, with its number") {
    ThreadRanks(3).run([](Ranks& rank) {
      CHECK(error_of([&] { rank.check_errors(rank.rank() == 2 ? "no data" : ""); }) ==
            "rank 2: no data");
      CHECK(error_of([&] { rank.check_errors("no model"); }) == "no model");
      CHECK_NOTHROW(rank.check_errors(""));
      CHECK(error_of([&] { rank.require_same("program", rank.rank() == 1 ? "b" : "a"); }) ==
            "rank 1 has another program than rank 0: b, expected a");
      CHECK(rank.any(rank.rank() == 1));
      CHECK_FALSE(rank.any(false));
    });
  }
}
