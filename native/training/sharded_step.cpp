#include "odin/native/training/sharded_step.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <unordered_map>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops/shared_statistics.h"
#include "odin/autograd/ops/softmax.h"
#include "odin/native/training/count_correct.h"
#include "odin/tensor/ops/elementwise.h"

namespace odin::native {

using autograd::Variable;
using tensor::Tensor;

namespace {

/// Adds its lifetime, in seconds.
class Stopwatch {
 public:
  explicit Stopwatch(double& total) : total_(total) {}
  ~Stopwatch() { total_ += std::chrono::duration<double>(Clock::now() - start_).count(); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  double& total_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace

/// Gradients of some parameters, one behind the other, of each of this rank's slices.
class ShardedStep::Bucket {
 public:
  explicit Bucket(std::int64_t slices) : slices_(static_cast<std::size_t>(slices)) {}

  void add(const Variable& parameter) {
    places_[parameter.node().get()] = size_;
    parameters_.push_back(parameter);
    size_ += parameter.value().numel();
  }
  std::int64_t size() const { return size_; }

  void begin() {
    for (auto& slice : slices_) slice.assign(static_cast<std::size_t>(size_), 0);
    missing_ = parameters_.size();
    pending_.reset();
  }

  void store(autograd::Node& leaf, std::int64_t slice) {
    const Tensor gradient = leaf.grad.to(tensor::Device::cpu).contiguous();
    const float* values = gradient.data<float>();
    std::copy_n(values, gradient.numel(),
                slices_[static_cast<std::size_t>(slice)].begin() + places_.at(&leaf));
    leaf.grad = {};
    if (slice + 1 == std::ssize(slices_)) --missing_;
  }

  bool complete() const { return missing_ == 0; }

  void send(Ranks& ranks) {
    sum_.resize(static_cast<std::size_t>(size_));
    pending_ = ranks.begin_sum({slices_.begin(), slices_.end()}, sum_);
  }
  void progress() {
    if (pending_) pending_->progress();
  }
  /// Waits for the sum, for a time that is added to `waited`, and puts it into the gradients.
  void receive(double& waited) {
    {
      const Stopwatch waiting(waited);
      pending_->wait();
    }
    for (const Variable& parameter : parameters_) {
      const std::span<const float> values =
          std::span(sum_).subspan(static_cast<std::size_t>(places_.at(parameter.node().get())),
                                  static_cast<std::size_t>(parameter.value().numel()));
      parameter.node()->grad =
          Tensor::from(values, parameter.shape()).to(parameter.value().device());
    }
  }

 private:
  std::vector<Variable> parameters_;
  std::unordered_map<const autograd::Node*, std::int64_t> places_;
  std::int64_t size_ = 0;
  std::vector<std::vector<float>> slices_;
  std::vector<float> sum_;
  std::size_t missing_ = 0;
  std::unique_ptr<PendingSum> pending_;
};

/// Sums over the ranks, in their order.
class ShardedStep::SharedStatistics final : public autograd::StatisticsSum {
 public:
  SharedStatistics(Ranks& ranks, double& waited) : ranks_(ranks), waited_(waited) {}
  void add_up(std::span<double> numbers) override {
    const std::vector<double> all = gathered(numbers);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      numbers[i] = 0;
      for (std::size_t at = i; at < all.size(); at += numbers.size()) numbers[i] += all[at];
    }
  }

 private:
  std::vector<double> gathered(std::span<const double> numbers) {
    const Stopwatch waiting(waited_);
    return ranks_.gather(numbers);
  }

  Ranks& ranks_;
  double& waited_;
};

ShardedStep::ShardedStep(nn::Module& network, Ranks& ranks, Sharding sharding)
    : network_(network),
      ranks_(ranks),
      sharding_(sharding),
      statistics_(sharding.synchronized ? new SharedStatistics(ranks, waited_) : nullptr) {
  const std::int64_t shards = sharding.shards;
  require(shards % ranks.size() == 0, "train: ", ranks.size(), " ranks cannot share ", shards,
          shards == 1 ? " shard" : " shards", " evenly; expected --shards ", ranks.size(),
          " or a multiple of it");
  // Large enough to be worth a message, small enough that the first is on its way early.
  constexpr std::int64_t kBucketSize = 1 << 19;
  std::vector<Variable> parameters;
  network.for_each_parameter([&](const Variable& p) { parameters.push_back(p); });
  std::reverse(parameters.begin(), parameters.end());  // as the backward pass comes to them
  for (const Variable& p : parameters) {
    require(p.dtype() == tensor::DType::f32, "train: shards need a network of float32, got ",
            p.dtype());
    if (buckets_.empty() || buckets_.back()->size() >= kBucketSize)
      buckets_.push_back(std::make_unique<Bucket>(sharding_.own_shards()));
    buckets_.back()->add(p);
    bucket_of_[p.node().get()] = buckets_.back().get();
  }
}

ShardedStep::~ShardedStep() = default;

ShardedStep::Result ShardedStep::run(const Batch& own, std::int64_t images,
                                     double label_smoothing) {
  for (const auto& bucket : buckets_) bucket->begin();
  sent_ = 0;
  buffer_slices_.clear();
  const std::vector<float> before = buffer_values(1);
  std::vector<double> figures;  // loss and number of correct answers of each slice
  for (std::int64_t slice = 0; slice < sharding_.own_shards(); ++slice) {
    set_buffers(before);
    const Slice result = run_slice(own, images, slice, label_smoothing);
    figures.push_back(result.loss);
    figures.push_back(static_cast<double>(result.correct));
  }
  for (; sent_ < buckets_.size(); ++sent_) buckets_[sent_]->send(ranks_);

  for (const auto& bucket : buckets_) bucket->receive(waited_);
  std::vector<float> buffers;
  std::vector<double> all;
  {
    const Stopwatch waiting(waited_);
    buffers = sum_of_buffers();
    all = ranks_.gather(figures);
  }

  Result result;
  for (std::size_t i = 0; i < all.size(); i += 2) {
    result.loss += all[i];
    result.correct += static_cast<std::int64_t>(all[i + 1]);
  }
  set_buffers(std::isfinite(result.loss) ? buffers : before);
  return result;
}

/// Forward and backward pass of one slice, whose loss and gradient count by its share of the images.
ShardedStep::Slice ShardedStep::run_slice(const Batch& own, std::int64_t images, std::int64_t slice,
                                          double smoothing) {
  const Part all = sharding_.own_images(images);
  const Part part = sharding_.own_shard(images, slice);
  const double weight = sharding_.weight(part.count, images);
  const bool repeats = sharding_.repeats(images);
  const tensor::Inherited<autograd::StatisticsSum*>::Scope statistics(
      autograd::statistics_sum, repeats ? nullptr : statistics_.get());
  Slice result;
  if (part.count > 0) {
    const std::int64_t first = part.first - all.first;
    const tensor::Device device = network_.device();
    const Tensor labels = own.labels.slice(0, first, first + part.count);
    const Tensor pixels = own.images.slice(0, first, first + part.count);
    const Variable logits = network_(Variable(pixels.contiguous().to(device)));
    const Variable loss = autograd::cross_entropy(logits, labels.contiguous().to(device),
                                                  autograd::Reduction::mean, smoothing);
    result = {loss.value().item() * weight,
              repeats && !ranks_.first() ? 0 : count_correct(logits.value(), labels)};
    autograd::BackwardOptions options;
    options.seed = Tensor::full(loss.shape(), weight, loss.dtype(), device);
    options.completed = [&](autograd::Node& leaf) { gradient_complete(leaf, slice); };
    autograd::backward(loss, options);
  }
  buffer_slices_.push_back(buffer_values(weight));
  return result;
}

void ShardedStep::gradient_complete(autograd::Node& leaf, std::int64_t slice) {
  bucket_of_.at(&leaf)->store(leaf, slice);
  send_complete_buckets();
}

/// In the order of the buckets, which all ranks have to keep.
void ShardedStep::send_complete_buckets() {
  while (sent_ < buckets_.size() && buckets_[sent_]->complete()) buckets_[sent_++]->send(ranks_);
  for (std::size_t i = 0; i < sent_; ++i) buckets_[i]->progress();
}

std::vector<float> ShardedStep::buffer_values(double weight) const {
  std::vector<float> values;
  for (const nn::Module::Buffer& buffer : network_.buffers())
    for (const float value : buffer.tensor.to_vector<float>())
      values.push_back(static_cast<float>(weight * static_cast<double>(value)));
  return values;
}

void ShardedStep::set_buffers(std::span<const float> values) {
  std::size_t at = 0;
  for (const nn::Module::Buffer& buffer : network_.buffers()) {
    Tensor into = buffer.tensor;
    const auto count = static_cast<std::size_t>(into.numel());
    tensor::copy_(into, Tensor::from(values.subspan(at, count), into.shape()).to(into.device()));
    at += count;
  }
}

std::vector<float> ShardedStep::sum_of_buffers() {
  std::vector<float> sum(buffer_slices_.front().size());
  if (sum.empty()) return sum;
  ranks_.begin_sum({buffer_slices_.begin(), buffer_slices_.end()}, sum)->wait();
  return sum;
}

}  // namespace odin::native
