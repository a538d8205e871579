// Measures steps of a training on several ranks, for scripts/measure-ranks.sh: what a step takes and
// how much of it is waiting, when gradients are there, and what their sum takes by itself.
//   odin_rank_times ARCHITECTURE BATCH STEPS THREADS
// Prints JSON lines, from the first rank.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops/softmax.h"
#include "odin/native/ranks/job.h"
#include "odin/native/training/sharded_step.h"
#include "odin/nn/initialize.h"
#include "odin/nn/models/make_model.h"
#include "odin/tensor/error.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"

using namespace odin;
using native::Ranks;
using Clock = std::chrono::steady_clock;

namespace {

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

constexpr std::size_t kPiece = std::size_t{1} << 19;  // numbers: a bucket of sharded_step.cpp

/// The time for the sum of so many numbers in pieces of a bucket each, all begun at once.
double sum_seconds(Ranks& ranks, std::size_t count) {
  const std::vector<float> mine(count, 1);
  std::vector<float> sum(count);
  ranks.meet();
  const auto start = Clock::now();
  std::vector<std::unique_ptr<native::PendingSum>> sums;
  for (std::size_t at = 0; at < count; at += kPiece) {
    const std::size_t size = std::min(kPiece, count - at);
    sums.push_back(
        ranks.begin_sum({std::span(mine).subspan(at, size)}, std::span(sum).subspan(at, size)));
  }
  for (const auto& each : sums) each->wait();
  return seconds_since(start);
}

void print_sums(Ranks& ranks, std::size_t parameters) {
  for (const std::size_t count : {std::size_t{1} << 10, std::size_t{1} << 14, std::size_t{1} << 18,
                                  kPiece, 4 * kPiece, parameters}) {
    sum_seconds(ranks, count);
    std::vector<double> times;
    for (int i = 0; i < 5; ++i) times.push_back(sum_seconds(ranks, count));
    std::sort(times.begin(), times.end());
    if (ranks.first())
      std::printf("{\"kind\": \"sum\", \"bytes\": %zu, \"seconds\": %.6f}\n", 4 * count, times[2]);
  }
}

native::Batch random_batch(std::int64_t images, int rank) {
  const tensor::Random random(static_cast<std::uint64_t>(rank) + 1);
  std::vector<std::int64_t> labels;
  for (std::int64_t i = 0; i < images; ++i) labels.push_back(i % 10);
  return {random.normal({images, 3, 32, 32}), tensor::Tensor::from(labels, {images})};
}

/// When each bucket of gradients is there, in seconds after the beginning of a step.
void print_buckets(nn::Module& network, const native::Batch& batch, bool speaks) {
  std::vector<double> ready;
  std::vector<std::size_t> bytes;
  std::size_t size = 0;
  const auto start = Clock::now();
  const autograd::Variable loss = autograd::cross_entropy(
      network(autograd::Variable(batch.images)), batch.labels, autograd::Reduction::mean, 0);
  const double forward = seconds_since(start);
  autograd::BackwardOptions options;
  options.completed = [&](autograd::Node& leaf) {
    size += static_cast<std::size_t>(leaf.grad.numel());
    leaf.grad = {};
    if (size < kPiece) return;
    bytes.push_back(4 * size);
    ready.push_back(seconds_since(start));
    size = 0;
  };
  autograd::backward(loss, options);
  const double backward = seconds_since(start);
  bytes.push_back(4 * size);
  ready.push_back(backward);
  if (!speaks) return;
  std::printf("{\"kind\": \"buckets\", \"forward\": %.6f, \"backward\": %.6f, \"bytes\": [",
              forward, backward);
  for (std::size_t i = 0; i < bytes.size(); ++i) std::printf("%s%zu", i ? ", " : "", bytes[i]);
  std::printf("], \"ready\": [");
  for (std::size_t i = 0; i < ready.size(); ++i) std::printf("%s%.6f", i ? ", " : "", ready[i]);
  std::printf("]}\n");
}

int run(int argc, char** argv, Ranks& ranks) {
  require(argc == 5, "usage: odin_rank_times ARCHITECTURE BATCH STEPS THREADS");
  const std::int64_t images = std::atoll(argv[2]);
  tensor::set_num_threads(std::atoi(argv[4]));
  const auto network = nn::make_model(argv[1], 10);
  nn::initialize(*network, 1);
  network->train();
  std::size_t parameters = 0;
  network->for_each_parameter([&](const autograd::Variable& p) {
    parameters += static_cast<std::size_t>(p.value().numel());
  });
  const native::Sharding sharding{ranks.size(), ranks.rank(), ranks.size()};
  const native::Batch own = random_batch(sharding.own_images(images).count, ranks.rank());
  if (ranks.size() > 1) print_sums(ranks, parameters);
  print_buckets(*network, own, false);
  print_buckets(*network, own, ranks.first());
  network->zero_grad();
  native::ShardedStep step(*network, ranks, sharding);
  step.run(own, images, 0);
  for (int i = 0; i < std::atoi(argv[3]); ++i) {
    ranks.meet();
    const double before = step.waited_seconds();
    const auto start = Clock::now();
    step.run(own, images, 0);
    const double taken[2] = {seconds_since(start), step.waited_seconds() - before};
    const std::vector<double> all = ranks.gather(taken);
    if (!ranks.first()) continue;
    std::printf("{\"kind\": \"step\", \"seconds\": %.6f, \"waited\": [", all[0]);
    for (std::size_t r = 0; r < all.size(); r += 2)
      std::printf("%s%.6f", r ? ", " : "", all[r + 1]);
    std::printf("]}\n");
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto job = native::start_job(argc, argv);
    return run(argc, argv, job->ranks());
  } catch (const std::exception& e) {
    std::fprintf(stderr, "odin_rank_times: %s\n", e.what());
    return 1;
  }
}
