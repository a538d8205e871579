// A training loop of your own: a small network learns to classify two moons.
#include <odin/nn.h>

#include <cmath>
#include <cstdio>
#include <numbers>

namespace {

namespace nn = odin::nn;
using odin::autograd::Variable;
using odin::tensor::Tensor;

constexpr std::int64_t kPoints = 200, kSteps = 300;

/// Noisy points on two interleaved half circles; the label says which half circle a point is on.
void make_moons(std::vector<float>& points, std::vector<std::int64_t>& labels) {
  const odin::tensor::Random random(1), noise(2);
  for (std::uint64_t i = 0; i < kPoints; ++i) {
    const double angle = std::numbers::pi * random.uniform_at(i), moon = i % 2 ? 1 : 0;
    const double x = (1 - 2 * moon) * std::cos(angle) + moon;
    const double y = (1 - 2 * moon) * std::sin(angle) + moon / 2;
    points.push_back(static_cast<float>(x + 0.1 * noise.normal_at(2 * i)));
    points.push_back(static_cast<float>(y + 0.1 * noise.normal_at(2 * i + 1)));
    labels.push_back(static_cast<std::int64_t>(moon));
  }
}

}  // namespace

int main() {
  std::vector<float> xy;
  std::vector<std::int64_t> moons;
  make_moons(xy, moons);
  const Tensor points = Tensor::from(xy, {kPoints, 2}), labels = Tensor::from(moons, {kPoints});

  nn::Sequential net;
  net.add<nn::Linear>(2, 16);
  net.add<nn::ReLU>();
  net.add<nn::Linear>(16, 2);
  nn::initialize(net, 3);
  nn::Sgd optimizer(net.parameters(), {.momentum = 0.9, .weight_decay = 1e-4});
  const nn::CosineSchedule schedule{.learning_rate = 0.2, .total = kSteps};

  net.train();
  for (std::int64_t step = 0; step < kSteps; ++step) {
    net.zero_grad();
    const Variable loss = cross_entropy(net(points), labels);
    odin::autograd::backward(loss);
    optimizer.step(schedule.at(step));
    if (step % 50 == 0) std::printf("step %3d, loss %.4f\n", int(step), loss.value().item());
  }

  net.eval();
  const auto found = argmax(nn::predict(net, points), 1).to_vector<std::int64_t>();
  std::int64_t right = 0;
  for (std::size_t i = 0; i < found.size(); ++i) right += found[i] == moons[i];
  std::printf("%d of %d points are on the right moon\n", int(right), int(kPoints));
  return right > 0.95 * kPoints ? 0 : 1;
}
