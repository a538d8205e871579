#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "odin/autograd/ops.h"
#include "odin/detector.h"
#include "odin/nn/fusion.h"
#include "odin/nn/inference.h"
#include "odin/nn/models/make_model.h"
#include "odin/tensor/parallel.h"
#include "odin/tests/device.h"
#include "odin/tests/networks.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/trace.h"
#include "odin/tune.h"

// Several threads on one network. Under ThreadSanitizer (preset tsan) these find data races.

using namespace odin;
using tensor::Tensor;
using tests::kNormalization;

namespace {

std::unique_ptr<nn::Module> network_of(const char* architecture, std::uint64_t seed) {
  auto network = nn::make_model(architecture, 10);
  nn::initialize(*network, seed);
  return network;
}

/// All numbers of the detections, for bitwise comparison.
std::vector<double> figures(const Detector& detector, const Tensor& images) {
  std::vector<double> result;
  for (const Detection& d : detector.detect(images)) {
    result.push_back(static_cast<double>(d.label));
    result.push_back(d.msp);
    result.push_back(d.odin);
  }
  return result;
}

void at_once(const std::vector<std::function<void()>>& work) {
  std::vector<std::thread> threads;
  for (const auto& f : work) threads.emplace_back(f);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

TEST_SUITE("odin" * tests::with_threads_only()) {
  TEST_CASE("threads that detect on one network get the bits that one thread gets") {
    for (const char* architecture : {"densenet-bc-16-4", "wrn-10-2"}) {
      CAPTURE(architecture);
      const auto network = network_of(architecture, 1);
      const Detector detector(*network, kNormalization);
      constexpr std::size_t kThreads = 8;
      std::vector<Tensor> images;
      std::vector<std::vector<double>> expected, found(kThreads);
      for (std::size_t i = 0; i < kThreads; ++i) {
        images.push_back(tests::uniform(i, {1 + static_cast<std::int64_t>(i % 3), 3, 16, 16}));
        expected.push_back(figures(detector, images.back()));
      }
      const auto again = network_of(architecture, 1);  // with nothing cached for its weights yet
      const Detector fresh(*again, kNormalization);
      std::vector<std::function<void()>> work;
      for (std::size_t i = 0; i < kThreads; ++i)
        work.emplace_back([&, i] {
          for (int repeat = 0; repeat < 3; ++repeat) found[i] = figures(fresh, images[i]);
        });
      at_once(work);
      CHECK(found == expected);
    }
  }

  TEST_CASE("detecting on two networks, tracing and tuning side by side change nothing") {
    const auto one = network_of("densenet-bc-16-4", 1), two = network_of("wrn-10-2", 2);
    const Detector first(*one, kNormalization), second(*two, kNormalization);
    const Tensor images = tests::uniform(5, {4, 3, 16, 16});
    const Tensor x = normalize(images.slice(0, 0, 1), kNormalization);
    const TuningGrid grid{{1, 1000}, {0, 0.002}};
    const auto traced = [&] { return trace(*one, x, 1000); };
    const auto tuned = [&] { return score_grid(*one, kNormalization, images, grid)->scores; };

    const auto expected_first = figures(first, images), expected_second = figures(second, images);
    const Trace expected_trace = traced();
    const auto expected_scores = tuned();
    std::vector<double> found_first, found_second;
    Trace found_trace, other_trace;
    std::vector<std::vector<double>> found_scores;
    for (int repeat = 0; repeat < 2; ++repeat) {
      at_once({[&] { found_first = figures(first, images); },
               [&] { found_second = figures(second, images); }, [&] { found_trace = traced(); },
               [&] { other_trace = traced(); }, [&] { found_scores = tuned(); }});
      CHECK(found_first == expected_first);
      CHECK(found_second == expected_second);
      CHECK(found_scores == expected_scores);
      CHECK(tests::same(found_trace.logits, expected_trace.logits));
      CHECK(tests::same(other_trace.logits, expected_trace.logits));
      CHECK(found_trace.nodes.size() == expected_trace.nodes.size());
      CHECK(nn::fusion_enabled());
    }
  }

  TEST_CASE("what a thread turns off holds for the threads that work for it") {
    const auto network = network_of("densenet-bc-16-4", 1);
    const Tensor images = tests::uniform(3, {9, 3, 16, 16});
    tensor::set_num_threads(3);
    {
      const autograd::NoGradScope no_grad;
      nn::for_each_chunk(*network, 9, [&](std::int64_t first, std::int64_t last) {
        const autograd::Variable y =
            (*network)(autograd::Variable(images.slice(0, first, last), true));
        CHECK_FALSE(y.requires_grad());
        return std::vector{y.value()};
      });
    }
    const nn::FusionScope plain(false);
    nn::for_each_chunk(*network, 9, [&](std::int64_t first, std::int64_t last) {
      CHECK_FALSE(nn::fusion_enabled());
      return std::vector{images.slice(0, first, last)};
    });
    tensor::set_num_threads(0);
  }
}
