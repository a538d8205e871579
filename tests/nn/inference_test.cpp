#include "odin/nn/inference.h"

#include <doctest/doctest.h>

#include <cmath>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops/reduce.h"
#include "odin/autograd/ops/softmax.h"
#include "odin/detector.h"
#include "odin/nn/fusion.h"
#include "odin/nn/models/make_model.h"
#include "odin/nn/optim/sgd.h"
#include "odin/perturb.h"
#include "odin/tensor/backend/cpu/winograd.h"
#include "odin/tensor/ops/elementwise.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/networks.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using autograd::Variable;
using tensor::Tensor;
using tests::equal_signs;
using tests::kNormalization;
using tests::network_of;

namespace {

double largest_difference(const std::vector<Detection>& a, const std::vector<Detection>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, std::abs(a[i].odin - b[i].odin));
  return largest;
}

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("what evaluation keeps of a batch normalization is never out of date") {
    const auto network = network_of("densenet-bc-16-4");
    const Tensor x = tests::normal(3, {2, 3, 16, 16});
    const auto check = [&](const std::string& after) {
      CAPTURE(after);
      network->eval();
      const Tensor found = nn::predict(*network, x);
      const auto fresh = network_of("densenet-bc-16-4");
      fresh->load_state_dict(network->state_dict());
      CHECK(tests::same(found, nn::predict(*fresh, x)));
      CHECK(tests::same(found, nn::predict(*network, x)));
    };
    check("nothing");
    for (auto& [name, value] : network->state_dict()) {
      if (name.find("layer.0.bn1.") == name.npos) continue;
      Tensor written = value;
      tensor::affine_(written, 1.5, 0.01);
      check(name);
    }
    network->train();
    nn::Sgd sgd(*network, {});
    autograd::backward(autograd::sum((*network)(Variable(x))));
    check("a pass in training");
    network->train();
    sgd.step(0.1);
    check("a step");
    const auto other = network_of("densenet-bc-16-4");
    nn::initialize(*other, 3);
    network->load_state_dict(other->state_dict());
    check("other weights");
  }

  TEST_CASE("predict gives the network's own results, whatever the number of threads" *
            tests::on_cpu_only()) {
    const auto network = network_of("densenet-bc-16-4");
    const Tensor x = tests::normal(3, {7, 3, 16, 16});
    const autograd::NoGradScope no_grad;
    const Tensor expected = (*network)(Variable(x)).value();
    for (const int threads : {1, 2, 3, 8}) {
      tensor::set_num_threads(threads);
      CHECK(nn::predict(*network, x).to_vector<float>() == expected.to_vector<float>());
      CHECK(nn::predict(*network, x.slice(0, 0, 1)).to_vector<float>() ==
            expected.slice(0, 0, 1).to_vector<float>());
    }
    tensor::set_num_threads(0);
    CHECK(nn::predict(*network, x.slice(0, 0, 0)).shape() == tensor::Shape{0, 10});
    network->train();
    CHECK(tests::error_of([&] { nn::predict(*network, x); }) ==
          "predict: the network must be in evaluation mode");
  }

  TEST_CASE("Winograd and the plain sum agree on scores, gradients and their signs" *
            tests::on_cpu_only()) {
    for (const char* architecture : {"wrn-16-2", "densenet-bc-40-12"}) {
      CAPTURE(architecture);
      const auto network = network_of(architecture);
      const Tensor images = tests::uniform(4, {6, 3, 32, 32});
      const Tensor x = normalize(images, kNormalization);
      const Detector detector(*network, kNormalization);
      const auto fast = input_gradient(*network, x, 1000);
      const auto fast_scores = detector.detect(images);
      const tensor::cpu::WinogradScope off(false);
      const auto plain = input_gradient(*network, x, 1000);
      CHECK_CLOSE(fast.logits, plain.logits, 1e-5);
      CHECK(fast.logits.to_vector<float>() != plain.logits.to_vector<float>());
      CHECK(equal_signs(fast.gradient, plain.gradient) > 0.995);
      CHECK(largest_difference(fast_scores, detector.detect(images)) < 2e-6);
    }
  }

  TEST_CASE("fused and plain networks agree on scores and the signs of gradients") {
    for (const char* architecture : {"densenet-bc-40-12", "wrn-16-2"}) {
      CAPTURE(architecture);
      const auto network = network_of(architecture);
      const Tensor images = tests::uniform(5, {4, 3, 32, 32});
      const Tensor x = normalize(images, kNormalization);
      const Detector detector(*network, kNormalization);
      const auto fused = input_gradient(*network, x, 1000);
      const auto fused_scores = detector.detect(images);
      const nn::FusionScope off(false);
      const auto plain = input_gradient(*network, x, 1000);
      CHECK_CLOSE(fused.logits, plain.logits, 1e-5);
      CHECK(equal_signs(fused.gradient, plain.gradient) > 0.999);
      CHECK(largest_difference(fused_scores, detector.detect(images)) < 2e-6);
    }
  }

  TEST_CASE("in the steady state no memory is asked of the system") {
    const auto network = network_of("densenet-bc-16-4");
    const Tensor images = tests::uniform(6, {6, 3, 16, 16});
    const Tensor labels = Tensor::zeros({6}, tensor::DType::i64, tests::device());
    const auto detect = [&] { Detector(*network, kNormalization).detect(images); };
    const auto allocations = [](const std::function<void()>& work) {
      // One thread: with more, the number of memory blocks in use depends on timing.
      tensor::set_num_threads(1);
      work();
      work();
      const auto before = tensor::memory_stats(tests::device()).system_allocations;
      for (int i = 0; i < 5; ++i) work();
      tensor::set_num_threads(0);
      return tensor::memory_stats(tests::device()).system_allocations - before;
    };
    CHECK(allocations(detect) == 0);
    network->train();
    nn::Sgd sgd(*network, {});
    CHECK(allocations([&] {
            network->zero_grad();
            autograd::backward(autograd::cross_entropy((*network)(Variable(images)), labels));
            sgd.step(0.01);
          }) == 0);
  }

  TEST_CASE("a network that has run follows its weights when they change") {
    for (const char* architecture : {"densenet-bc-16-4", "wrn-10-2"}) {
      CAPTURE(architecture);
      const auto network = network_of(architecture);
      const auto other = nn::make_model(architecture, 10);
      nn::initialize(*other, 9);
      other->to(tests::device());
      const Tensor x = tests::normal(7, {2, 3, 16, 16});
      const Tensor before = nn::predict(*network, x);
      network->load_state_dict(other->state_dict());
      CHECK(nn::predict(*network, x).to_vector<float>() ==
            nn::predict(*other, x).to_vector<float>());
      for (const auto& p : other->parameters()) {
        Tensor weight = p.variable.value();
        Tensor first = weight.reshape({-1}).slice(0, 0, 1);
        if (weight.rank() == 4) tensor::affine_(first, 1, 1);
      }
      CHECK(nn::predict(*network, x).to_vector<float>() !=
            nn::predict(*other, x).to_vector<float>());
      network->load_state_dict(other->state_dict());
      CHECK(nn::predict(*network, x).to_vector<float>() ==
            nn::predict(*other, x).to_vector<float>());
      CHECK(nn::predict(*network, x).to_vector<float>() != before.to_vector<float>());
    }
  }
}
