#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "odin/detector.h"
#include "odin/nn/fusion.h"
#include "odin/nn/inference.h"
#include "odin/perturb.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/networks.h"
#include "odin/tests/nn/io_fixtures.h"

// Compares a GPU's results with the CPU's, and with each other.

using namespace odin;
using tensor::Device;
using tensor::Tensor;
using tests::error_of;
using tests::kNormalization;
using tests::network_of;

namespace {

constexpr const char* kArchitectures[] = {"densenet-bc-16-4", "wrn-10-1"};

double largest_difference(const std::vector<Detection>& a, const std::vector<Detection>& b) {
  REQUIRE(a.size() == b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    largest = std::max({largest, std::abs(a[i].odin - b[i].odin), std::abs(a[i].msp - b[i].msp)});
  return largest;
}

}  // namespace

TEST_SUITE("odin") {
  TEST_CASE("a GPU gives the CPU's logits, signs of gradients and scores" * tests::on_cuda_only()) {
    const Tensor images = tensor::Random(4).uniform({6, 3, 32, 32});
    const Tensor x = normalize(images, kNormalization);
    for (const char* architecture : kArchitectures)
      for (const bool fused : {true, false}) {
        CAPTURE(architecture);
        CAPTURE(fused);
        const nn::FusionScope fusion(fused);
        const auto network = network_of(architecture);
        const Detector detector(*network, kNormalization);
        const InputGradient there = input_gradient(*network, x.to(Device::cuda), 1000);
        const auto scores = detector.detect(images);
        const auto scores_of_moved = detector.detect(images.to(Device::cuda));
        network->to(Device::cpu);
        const InputGradient here = input_gradient(*network, x, 1000);
        const auto expected = detector.detect(images);
        CHECK(there.logits.device() == Device::cuda);
        CHECK_CLOSE(there.logits, here.logits, 1e-4);
        CHECK(tests::equal_signs(there.gradient, here.gradient) >= 0.99);
        CHECK(largest_difference(scores, expected) <= 5e-6);
        CHECK(largest_difference(scores_of_moved, expected) <= 5e-6);
        for (std::size_t i = 0; i < expected.size(); ++i)
          CHECK(scores[i].label == expected[i].label);
      }
  }

  TEST_CASE("a GPU gives the same bits every time" * tests::on_cuda_only()) {
    const Tensor images = tests::uniform(5, {5, 3, 32, 32});
    for (const char* architecture : kArchitectures) {
      CAPTURE(architecture);
      const auto network = network_of(architecture);
      const Detector detector(*network, kNormalization);
      const Inspection first = detector.inspect(images), second = detector.inspect(images);
      CHECK(tests::same(first.logits, second.logits));
      CHECK(tests::same(first.gradient, second.gradient));
      CHECK(tests::same(first.moved_logits, second.moved_logits));
      CHECK(largest_difference(first.detections, second.detections) == 0);
    }
  }

  TEST_CASE("after a batch too large for a GPU's memory, smaller ones go on" *
            tests::on_cuda_only()) {
    for (const char* architecture : kArchitectures) {
      CAPTURE(architecture);
      const auto network = network_of(architecture);
      const Tensor one = tests::normal(6, {1, 3, 16, 16});
      const Tensor before = nn::predict(*network, one);
      const Tensor many =
          one.expand({std::int64_t{1} << 30, 3, 16, 16});  // no more memory than one
      const std::string message = error_of([&] { nn::predict(*network, many); });
      CHECK(message.starts_with("out of memory: "));
      CHECK(tests::contains(message, " bytes could not be allocated on cuda"));
      CHECK(tests::same(nn::predict(*network, one), before));
    }
  }

  TEST_CASE("a network goes to a GPU and comes back with its bits" * tests::on_cuda_only()) {
    const auto network = network_of("densenet-bc-16-4");
    const auto state = network->state_dict();
    CHECK(network->device() == Device::cuda);
    network->to(Device::cpu);
    for (const auto& [name, t] : network->state_dict()) {
      CAPTURE_BOUND(name);
      CHECK(t.device() == Device::cpu);
      CHECK(state.at(name).device() == Device::cuda);
      CHECK(tests::same(t, state.at(name)));
    }
  }
}
