#include "odin/tensor/ops.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <future>
#include <limits>
#include <optional>
#include <set>
#include <thread>

#include "odin/tensor/backend/backend.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"
#include "odin/tensor/storage.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using tensor::DType;
using tensor::Tensor;

namespace {
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
}  // namespace

TEST_SUITE("tensor") {
  TEST_CASE("rows of every length and start give what the reference loops give") {
    for (std::int64_t start = 0; start < 3; ++start)
      for (std::int64_t n = 0; n <= 70; ++n) {
        std::vector<Tensor> results[2];
        for (int reference = 0; reference < 2; ++reference) {
          std::optional<tensor::BackendScope> scope;
          if (reference) scope.emplace(tensor::reference_backend());
          const tensor::Device device = reference ? tensor::Device::cpu : tests::device();
          const Tensor a = tests::normal(1, {80}).to(device).slice(0, start, start + n);
          const Tensor b = tests::normal(2, {80}).to(device).slice(0, 2, 2 + n);
          results[reference] = {tensor::add(a, b),
                                tensor::sub(a, b),
                                tensor::mul(a, b),
                                tensor::div(a, b),
                                tensor::maximum(a, b),
                                tensor::relu_grad(a, b),
                                tensor::neg(a),
                                tensor::abs(a),
                                tensor::square(a),
                                tensor::relu(a),
                                tensor::step_sign(a),
                                tensor::affine(a, 3, -1),
                                tensor::sqrt(tensor::square(a)),
                                a.clone()};
          CHECK(std::abs(tensor::sum(a).item() - tensor::sum(a.to(DType::f64)).item()) < 1e-5);
        }
        for (std::size_t i = 0; i < results[0].size(); ++i)
          CHECK(results[0][i].to_vector<float>() == results[1][i].to_vector<float>());
      }
  }

  TEST_CASE("division and square root are correctly rounded, for extreme numbers too") {
    constexpr float kInf = std::numeric_limits<float>::infinity();
    std::vector<float> numbers{0,      -0.0f, kInf,  -kInf, kNan,   1e-45f, 1e-40f,
                               1e-38f, 1,     3e38f, 2e38f, 1e-30f, 4};
    for (int i = 1; i <= 200; ++i) numbers.push_back(static_cast<float>(i) / 7);
    const auto n = static_cast<std::int64_t>(numbers.size());
    const Tensor all = tests::on_device(Tensor::from(numbers, {n}));
    const auto same_float = [](float a, float b) {
      return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) ||
             (std::isnan(a) && std::isnan(b));
    };
    const auto roots = tensor::sqrt(all).to_vector<float>();
    const auto ratios = tensor::div(all.reshape({n, 1}).expand({n, n}).contiguous(),
                                    all.expand({n, n}).contiguous())
                            .to_vector<float>();
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      wrong += !same_float(roots[i], std::sqrt(numbers[i]));
      for (std::size_t j = 0; j < numbers.size(); ++j)
        wrong += !same_float(ratios[i * numbers.size() + j], numbers[i] / numbers[j]);
    }
    CHECK(wrong == 0);
  }

  TEST_CASE("relu keeps NaN and the sign of ODIN's step has no zero") {
    const Tensor x = tests::on_device(Tensor::from({kNan, -1, 0, 2, -0.0f}, {5}));
    const auto y = tensor::relu(x).to_vector<float>();
    CHECK(std::isnan(y[0]));
    CHECK(std::vector<float>(y.begin() + 1, y.end()) == std::vector<float>{0, 0, 2, 0});
    CHECK(tensor::step_sign(x).to_vector<float>() == std::vector<float>{-1, -1, 1, 1, 1});
  }

  TEST_CASE("all_finite finds one bad element wherever it stands") {
    for (std::int64_t n : {1, 15, 16, 17, 64, 100})
      for (std::int64_t at = 0; at < n; ++at)
        for (const float bad : {kNan, kInfinity, -kInfinity}) {
          Tensor t = Tensor::full({n}, 1e30);
          CHECK(tensor::all_finite(tests::on_device(t)));
          t.write<float>()[at] = bad;
          CHECK_FALSE(tensor::all_finite(tests::on_device(t)));
        }
  }

  TEST_CASE("long and many rows, with NaN and without, are reduced as by the reference loops") {
    for (const tensor::Shape& shape : {tensor::Shape{1, 70001}, {3, 20011}, {700, 33}, {5, 1}})
      for (const bool spoiled : {false, true}) {
        CAPTURE(shape);
        CAPTURE(spoiled);
        Tensor x = tensor::Random(3).normal(shape);
        if (spoiled) x.write<float>()[x.numel() / 2] = kNan;
        const Tensor there = tests::on_device(x);
        const tensor::BackendScope scope(tensor::reference_backend());
        for (const int dim : {0, 1}) {
          if (shape[1 - dim] > 1000) continue;  // too many blocks of threads
          const Tensor sums = tensor::sum(x, {dim}), found = tensor::sum(there, {dim});
          const auto expected = sums.to_vector<float>(), actual = found.to_vector<float>();
          for (std::size_t i = 0; i < expected.size(); ++i)
            CHECK((std::isnan(expected[i]) ? std::isnan(actual[i])
                                           : std::abs(actual[i] - expected[i]) < 1e-3f));
          const auto largest = tensor::max(x, {dim}).to_vector<float>(),
                     seen = tensor::max(there, {dim}).to_vector<float>();
          for (std::size_t i = 0; i < largest.size(); ++i)
            CHECK((seen[i] == largest[i] || (std::isnan(seen[i]) && std::isnan(largest[i]))));
        }
      }
  }

  TEST_CASE("softmax does not overflow and log_softmax does not take the logarithm of 0") {
    const Tensor x = tests::on_device(Tensor::from({1000, -1000, 999, 0.1f, 0.2f, 0.3f}, {2, 3}));
    CHECK(tensor::all_finite(tensor::softmax(x)));
    CHECK_CLOSE(tensor::sum(tensor::softmax(x), {1}), Tensor::full({2}, 1), 1e-6);
    CHECK(tensor::log_softmax(x).to_vector<float>()[1] == doctest::Approx(-2000.3133));
  }

  TEST_CASE("channel statistics keep their digits where the mean is large") {
    const Tensor x = tensor::affine(tests::normal(4, {8, 2, 16, 16}), 1, 10000);
    const auto stats = tensor::channel_stats(x);
    const auto exact = tensor::channel_stats(x.to(DType::f64));
    CHECK_CLOSE(stats.mean, exact.mean, 1e-7);
    CHECK_CLOSE(stats.var, exact.var, 1e-4);
  }

  TEST_CASE("argmax takes the first of equal elements") {
    const Tensor x = tests::on_device(Tensor::from({1, 3, 3, 0, 0, 0}, {2, 3}));
    CHECK(tensor::argmax(x, 1).to_vector<std::int64_t>() == std::vector<std::int64_t>{1, 0});
    CHECK(tensor::argmax(x, 0).to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 0, 0});
  }

  TEST_CASE("random numbers depend on seed, stream and position alone" * tests::on_cpu_only()) {
    // The known-answer test of the generator's authors for counter and key 0.
    CHECK(tensor::philox(0, {0, 0, 0, 0}) ==
          std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    const tensor::Random r(1, 2);
    CHECK(r.bits(10) == r.bits(10));
    CHECK(r.bits(10) != tensor::Random(1, 3).bits(10));
    CHECK(r.bits(10) != tensor::Random(2, 2).bits(10));

    const Tensor u = r.uniform({20000}), n = r.normal({20000});
    CHECK(tensor::mean(u).item() == doctest::Approx(0.5).epsilon(0.01));
    CHECK(std::abs(tensor::mean(n).item()) < 0.02);
    CHECK(tensor::mean(tensor::square(n)).item() == doctest::Approx(1).epsilon(0.02));
    auto order = r.permutation(1000);
    CHECK(order != tensor::Random(1, 3).permutation(1000));
    std::sort(order.begin(), order.end());
    for (std::int64_t i = 0; i < 1000; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
  }

  TEST_CASE("parallel_for covers every position once and hands exceptions on" *
            tests::on_cpu_only()) {
    for (std::int64_t n : {0, 1, 7, 1000}) {
      std::vector<int> hits(static_cast<std::size_t>(n), 0);
      tensor::parallel_for(n, 3, [&](std::int64_t first, std::int64_t last) {
        for (auto i = first; i < last; ++i) ++hits[static_cast<std::size_t>(i)];
      });
      CHECK(std::count(hits.begin(), hits.end(), 1) == n);
    }
    CHECK(tests::error_of([] {
            tensor::parallel_for(100, 1, [](std::int64_t, std::int64_t last) {
              if (last == 100) fail("from a thread");
            });
          }) == "from a thread");
  }

  TEST_CASE("memory that was freed is used again") {
    const auto use = [] { Tensor::empty({1000, 1000}, DType::f32, tests::device()); };
    use();
    const auto before = tensor::memory_stats(tests::device());
    use();
    const auto after = tensor::memory_stats(tests::device());
    CHECK(after.system_allocations == before.system_allocations);
    CHECK(after.live_bytes == before.live_bytes);
  }

  TEST_CASE("the sums beside an input gradient need a map and a mean, and nothing forgets `add`") {
    const Tensor w = tests::on_device(tests::normal(3, {4, 2, 3, 3}));
    const Tensor dy = tests::on_device(tests::normal(4, {1, 4, 5, 7}));
    Tensor dx = dy.new_empty({1, 2, 5, 7});
    const Tensor one = dy.new_zeros({2});
    const auto message = [&](tensor::MapGrad through) {
      return tests::error_of([&] { conv2d_input_grad_into(dx, dy, w, through, {1, 1}); });
    };
    CHECK(message({.mean = one}) ==
          "conv2d_input_grad: sums are wanted, and there is no channel map");
    const Tensor x = tests::on_device(tests::normal(5, dx.shape()));
    for (const Tensor& mean : {dy.new_zeros({3}), dy.new_zeros({2, 2}).select(1, 0)})
      CHECK(
          message({.x = x, .map = {one, one}, .mean = mean})
              .starts_with("conv2d_input_grad: the sums need one mean of float32 a channel, [2]"));

    const Tensor add = tests::on_device(tests::normal(6, dx.shape()));
    tensor::MapGrad through{.add = add};
    conv2d_input_grad_into(dx, dy.new_empty({1, 0, 5, 7}), w.new_empty({0, 2, 3, 3}), through,
                           {1, 1});
    CHECK(tests::same(dx, add));
  }

  TEST_CASE("one weight may be used with several strides and seen in several shapes") {
    const Tensor w = tests::on_device(tests::normal(3, {8, 4, 3, 3}));
    const auto grad = [](const Tensor& weight, const tensor::Shape& x, std::int64_t stride) {
      const tensor::Conv2dParams p{stride, weight.dim(2) / 2};
      const tensor::Shape y = tensor::conv2d_shape("conv2d", x, weight.shape(), p);
      return tensor::conv2d_input_grad(tests::on_device(tests::normal(4, y)), weight, x, p)
          .to_vector<float>();
    };
    const auto check = [&](const Tensor& seen, const tensor::Shape& x, std::int64_t stride) {
      CAPTURE(seen.shape());
      CAPTURE(stride);
      CHECK(grad(seen, x, stride) == grad(seen.clone(), x, stride));
    };
    for (std::int64_t stride : {1, 2, 3, 2, 1}) {
      check(w, {1, 4, 9, 7}, stride);
      check(w.reshape({8, 36, 1, 1}), {1, 36, 9, 7}, stride);
      check(w.reshape({4, 8, 3, 3}), {1, 8, 9, 7}, stride);
    }
  }

  TEST_CASE("a convolution of no images has no results, whatever its weight") {
    for (const std::int64_t channels : {3, 512})
      for (const std::int64_t kernel : {1, 3}) {
        CAPTURE(channels);
        const Tensor w = tests::on_device(Tensor::zeros({channels, channels, kernel, kernel}));
        const Tensor x = tests::on_device(Tensor::zeros({0, channels, 7, 7}));
        const tensor::Conv2dParams p{.padding = kernel / 2};
        const Tensor y = tensor::conv2d(x, w, p);
        CHECK(y.shape() == tensor::Shape{0, channels, 7, 7});
        CHECK(tensor::conv2d_input_grad(y, w, x.shape(), p).shape() == x.shape());
      }
  }

  TEST_CASE("a thread gets its own block back, another's where there is no other") {
    tensor::release_cached_memory();            // a little larger blocks would do, too
    constexpr std::size_t kBytes = 12'345'678;  // a size that nothing else allocates
    int own_first = 0;
    for (int i = 0; i < 3; ++i) {
      std::optional<tensor::Storage> own(std::in_place, kBytes);
      const std::byte* mine = own->data();
      const std::byte* theirs = nullptr;
      std::promise<void> taken, freed;
      std::thread other([&] {
        const tensor::Storage block(kBytes);
        theirs = block.data();
        taken.set_value();
        freed.get_future().wait();
      });
      taken.get_future().wait();
      own.reset();
      freed.set_value();
      other.join();  // frees its own block after this thread's

      const auto before = tensor::memory_stats();
      const tensor::Storage first(kBytes), second(kBytes);
      own_first += first.data() == mine && second.data() == theirs;
      CHECK(std::set{first.data(), second.data()} == std::set{mine, theirs});
      const auto after = tensor::memory_stats();
      CHECK(after.system_allocations == before.system_allocations);
      CHECK(after.live_bytes - before.live_bytes == before.cached_bytes - after.cached_bytes);
    }
    // The n-th and the (n+16)-th thread of a program share the place where free blocks lie, so one
    // of three threads in a row may have got this one's.
    CHECK(own_first >= 2);
  }

  TEST_CASE("a free block serves for up to a third less than its size") {
    tensor::release_cached_memory();
    std::optional<tensor::Storage> large(std::in_place, 1'200'000);
    const std::byte* data = large->data();
    const std::size_t bytes = large->bytes();
    large.reset();
    const auto before = tensor::memory_stats();
    {
      const tensor::Storage fits(1'000'000);
      CHECK(fits.data() == data);
      CHECK(fits.bytes() == bytes);
      CHECK(tensor::memory_stats().system_allocations == before.system_allocations);
    }
    CHECK(tensor::memory_stats().cached_bytes == before.cached_bytes);
    const tensor::Storage too_small(600'000);
    CHECK(too_small.data() != data);
    CHECK(tensor::memory_stats().system_allocations == before.system_allocations + 1);
  }
}
