#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops/softmax.h"
#include "odin/detector.h"
#include "odin/method_scorer.h"
#include "odin/native/commands/commands.h"
#include "odin/native/commands/input_options.h"
#include "odin/native/models/model_store.h"
#include "odin/native/sets/data_set.h"
#include "odin/native/system/console.h"
#include "odin/native/system/json_text.h"
#include "odin/native/timing/core_round_trip.h"
#include "odin/native/timing/layer_times.h"
#include "odin/nn/fusion.h"
#include "odin/nn/inference.h"
#include "odin/nn/io/model_file.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/models/make_model.h"
#include "odin/nn/models/registry.h"
#include "odin/nn/optim/sgd.h"
#include "odin/nn/optim/weight_average.h"
#include "odin/nn/summary.h"
#include "odin/tensor/machine.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"

namespace odin::native {
namespace {

using autograd::Variable;
using tensor::Tensor;

struct BenchOptions {
  std::string model, architecture, task = "odin", size;
  std::int64_t batch = 64;
  int repeats = 7, callers = 1;
  bool json = false, layers = false;
};

/// The network of a model file, or a freshly initialized one.
nn::Model network_for(const BenchOptions& o, std::uint64_t seed, tensor::Device device) {
  const auto size = o.size.empty() ? std::nullopt : std::optional(parse_size(o.size));
  if (o.architecture.empty()) {
    nn::Model model = nn::load_model(find_model(o.model), device);
    require(!model.info.input.any() || size, "bench: ", nn::quote(o.model),
            " takes pictures of any size; say which with --size");
    if (size) set_size(model.info.input, *size);
    return model;
  }
  nn::ModelInfo info;
  if (size) set_size(info.input, *size);
  nn::Model model{nn::make_model(o.architecture, 10, info.input), info};
  nn::initialize(*model.network, seed);
  model.network->to(device);
  // Without statistics of its own a deep network's logits are so large that gradients are denormal
  // numbers, on which processors are ten times slower; no trained network is like that.
  std::int64_t batches = 1;
  nn::measure_running_statistics(*model.network, [&] {
    return batches-- > 0 ? tensor::Random(seed).normal(model.info.input.batch(8)).to(device)
                         : Tensor();
  });
  model.info.architecture = o.architecture;
  model.info.mean = kCifarNormalization.mean;
  model.info.std = kCifarNormalization.std;
  return model;
}

/// The work of one repetition: the task on one batch.
std::function<void()> work_for(const BenchOptions& o, nn::Model& model, const Tensor& images) {
  nn::Module& network = *model.network;
  if (o.task == "forward") return [&network, images] { nn::predict(network, images); };
  if (o.task == "odin") {
    const auto detector =
        std::make_shared<Detector>(network, Normalization{model.info.mean, model.info.std});
    return [detector, images] { detector->detect(images); };
  }
  if (o.task == "scores") {
    MethodScorerOptions scoring{possible_methods(model).possible};
    std::erase(scoring.methods, Method::odin);  // its step takes passes of its own
    const auto scorer =
        std::make_shared<MethodScorer>(network, Normalization{model.info.mean, model.info.std},
                                       fit_of(model), scoring, model.info.input);
    return [scorer, images] { scorer->score(images); };
  }
  network.train();
  const auto sgd = std::make_shared<nn::Sgd>(network, nn::SgdOptions{});
  const Tensor labels = Tensor::zeros({images.dim(0)}, tensor::DType::i64, images.device());
  return [&network, sgd, images, labels] {
    network.zero_grad();
    autograd::backward(autograd::cross_entropy(network(Variable(images)), labels));
    sgd->step(1e-3);
  };
}

/// The same by several threads at once, each with a call and a batch of its own.
std::function<void()> by_callers(const BenchOptions& o, nn::Model& model, const Tensor& images) {
  require(o.task != "train",
          "bench: one thread alone trains a network; --callers is for the others");
  std::vector<std::function<void()>> calls;
  for (int i = 0; i < o.callers; ++i)
    calls.push_back(work_for(o, model, images.slice(0, i * o.batch, (i + 1) * o.batch)));
  return [calls, fused = nn::fusion_enabled()] {
    std::vector<std::jthread> threads;  // joined at the end, also if one cannot be started
    for (const auto& call : calls)
      threads.emplace_back([&call, fused] {
        const nn::FusionScope fusion(fused);
        call();
      });
  };
}

/// Milliseconds of each repetition, sorted, after one warm-up repetition; on a GPU three, until all
/// algorithms are chosen and all memory is allocated.
std::vector<double> measure(const std::function<void()>& work, int repeats, tensor::Device device) {
  using Clock = std::chrono::steady_clock;
  for (int i = 0; i < (device == tensor::Device::cuda ? 3 : 1); ++i) work();
  tensor::synchronize(device);
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) {
    const auto start = Clock::now();
    work();
    tensor::synchronize(device);
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  return times;
}

struct Ceilings {
  double gflops, gigabytes;

  explicit Ceilings(tensor::Device device)
      : gflops(tensor::measure_peak_gflops(device)),
        gigabytes(tensor::measure_memory_bandwidth(device)) {}

  /// The fraction of the machine's peak that this layer reaches: of its arithmetic, or of its
  /// memory bandwidth if moving the operands takes longer (roofline model).
  double share(const LayerTime& t) const {
    const double seconds = std::max(2 * t.multiply_adds / gflops, t.bytes / gigabytes) / 1e9;
    return seconds / (t.milliseconds / 1e3);
  }
};

/// The layers' times, measured in one more repetition in which every operation is timed.
std::vector<LayerTime> time_layers(const std::function<void()>& work) {
  LayerTimes timed;
  const tensor::CallObserverScope scope(timed);
  work();
  timed.clear();
  work();
  return timed.layers();
}

double total_ms(const std::vector<LayerTime>& layers) {
  double sum = 0;
  for (const LayerTime& t : layers) sum += t.milliseconds;
  return sum;
}

void print_layers(const std::vector<LayerTime>& layers, const Ceilings& ceilings,
                  std::int64_t batch) {
  std::printf("\n%-24s %-14s %-14s %6s %10s %6s %9s %8s\n", "operation", "from", "to", "calls",
              "ms/image", "share", "GFLOP/s", "ceiling");
  const double total = total_ms(layers);
  for (const LayerTime& t : layers) {
    if (t.milliseconds < 0.001 * total) continue;
    std::printf("%-24s %-14s %-14s %6lld %10.4f %5.1f%% %9.1f %7.0f%%\n", t.operation.c_str(),
                to_string(t.in).c_str(), to_string(t.out).c_str(), static_cast<long long>(t.calls),
                t.milliseconds / static_cast<double>(batch), 100 * t.milliseconds / total,
                2 * t.multiply_adds / t.milliseconds / 1e6, 100 * ceilings.share(t));
  }
  std::printf("all operations %37s %17.4f ms an image; those under 0.1%% are not shown\n", "",
              total / static_cast<double>(batch));
}

nlohmann::ordered_json to_json(const std::vector<LayerTime>& layers, const Ceilings& ceilings,
                               std::int64_t batch) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const LayerTime& t : layers)
    rows.push_back({{"operation", t.operation},
                    {"from", to_string(t.in)},
                    {"to", to_string(t.out)},
                    {"calls", t.calls},
                    {"ms_per_image", t.milliseconds / static_cast<double>(batch)},
                    {"gflops", 2 * t.multiply_adds / t.milliseconds / 1e6},
                    {"share_of_ceiling", ceilings.share(t)}});
  return rows;
}

int bench(const BenchOptions& o, const CommonOptions& common) {
  const tensor::Device device = common.compute_device();
  nn::Model model = network_for(o, common.seed, device);
  const std::int64_t count = o.batch * o.callers;
  const Tensor images =
      tensor::Random(common.seed).uniform(model.info.input.batch(count)).to(device);
  const auto operations =
      2.0 * static_cast<double>(nn::multiply_adds(*model.network, model.info.input.batch(1))) *
      // Training and ODIN take about as long as three forward passes.
      (o.task == "forward" || o.task == "scores" ? 1 : 3);
  tensor::release_cached_memory();
  tensor::reset_peak_memory(device);
  const auto work = o.callers > 1 ? by_callers(o, model, images) : work_for(o, model, images);
  std::vector<double> ms = measure(work, o.repeats, device);
  for (double& t : ms) t /= static_cast<double>(count);
  const double median = ms[ms.size() / 2], gflops = operations / median / 1e6;
  const auto memory = static_cast<double>(tensor::memory_stats(device).peak_bytes) / 1e6;
  const std::vector<LayerTime> layers = o.layers ? time_layers(work) : std::vector<LayerTime>();
  const Ceilings ceilings(device);
  const bool shares = device == tensor::Device::cpu && tensor::num_threads() > 1;
  const double round_trip = shares ? core_round_trip_ns() : 0;

  if (o.json) {
    nlohmann::ordered_json result{
        {"arch", model.info.architecture},
        {"task", o.task},
        {"batch", o.batch},
        {"size", nn::size_in_words(model.info.input)},
        {"callers", o.callers},
        {"threads", tensor::num_threads()},
        {"device", common.device},
        {"precision", common.tf32 ? "tf32" : "fp32"},
        {"instruction_set", tensor::describe(device)},
        {"ms_per_image", {{"min", ms.front()}, {"median", median}, {"max", ms.back()}}},
        {"gflops", gflops},
        {"peak_gflops", ceilings.gflops},
        {"memory_gb_per_s", ceilings.gigabytes},
        {"peak_memory_mb", memory}};
    if (shares) result["core_round_trip_ns"] = round_trip;
    if (o.layers) result["layers"] = to_json(layers, ceilings, count);
    std::printf("%s\n", json_text(result).c_str());
    return 0;
  }
  std::printf("%s, %s, %s, batch %lld, %d threads, %s\n", Shown(model.info.architecture).c_str(),
              o.task.c_str(), nn::size_in_words(model.info.input).c_str(),
              static_cast<long long>(o.batch), tensor::num_threads(),
              tensor::describe(device).c_str());
  if (o.callers > 1) std::printf("%d callers at once, each with its own batch\n", o.callers);
  std::printf("%.3f ms an image (%.3f to %.3f in %d repeats), at most %.0f MB of tensors\n", median,
              ms.front(), ms.back(), o.repeats, memory);
  std::printf(
      "%.1f GFLOP/s as the plain algorithm counts them; this machine's ceilings are %.1f "
      "GFLOP/s and %.1f GB/s\n",
      gflops, ceilings.gflops, ceilings.gigabytes);
  if (shares) std::printf("from one thread to another and back in %.0f ns\n", round_trip);
  if (o.layers) print_layers(layers, ceilings, count);
  return 0;
}

}  // namespace

void add_bench(Command program, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<BenchOptions>();
  Command command = program.add_command("bench", "Time a network on images of noise");
  const Option model = command.add_option("--model", options->model, "Shipped model or file");
  command.add_option("--arch", options->architecture, nn::architecture_forms() + ", untrained")
      .excludes(model);
  command
      .add_option(
          "--task", options->task,
          "forward, odin, train, or scores: all methods but odin that the model has all for")
      .one_of({"forward", "odin", "train", "scores"})
      .show_default();
  command.add_option("--size", options->size,
                     "Height and width of the images, N or HxW (the model's own, or 32)");
  command.add_option("--batch", options->batch, "Images at a time").positive().show_default();
  command
      .add_option("--callers", options->callers,
                  "Threads that call at once, each with a batch of its own")
      .positive()
      .show_default();
  command.add_option("--repeats", options->repeats, "Measurements, after one to warm up")
      .positive()
      .show_default();
  command.add_flag("--layers", options->layers,
                   "Time, GFLOP/s and share of the machine's ceiling of every operation and shape");
  command.add_flag("--json", options->json, "One JSON object");
  command.callback([options, &common, &action] {
    action = [options, &common] { return bench(*options, common); };
  });
}

}  // namespace odin::native
