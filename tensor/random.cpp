#include "odin/tensor/random.h"

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "odin/tensor/parallel.h"

namespace odin::tensor {
namespace {

struct HighLow {
  std::uint32_t high, low;
};

HighLow multiply(std::uint32_t a, std::uint32_t b) {
  const std::uint64_t product = static_cast<std::uint64_t>(a) * b;
  return {static_cast<std::uint32_t>(product >> 32), static_cast<std::uint32_t>(product)};
}

float to_uniform(std::uint32_t bits) { return static_cast<float>(bits >> 8) * 0x1p-24f; }

template <class F>
Tensor generate(const Shape& shape, F&& number) {
  Tensor t = Tensor::empty(shape);
  auto elements = t.write<float>();
  float* const out = elements.data();
  parallel_for(t.numel(), 1 << 14, [&](std::int64_t first, std::int64_t last) {
    for (auto i = first; i < last; ++i) out[i] = number(static_cast<std::uint64_t>(i));
  });
  return t;
}

}  // namespace

std::array<std::uint32_t, 4> philox(std::uint64_t key, std::array<std::uint32_t, 4> c) {
  auto k0 = static_cast<std::uint32_t>(key);
  auto k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const auto [h0, l0] = multiply(0xD2511F53, c[0]);
    const auto [h1, l1] = multiply(0xCD9E8D57, c[2]);
    c = {h1 ^ c[1] ^ k0, l1, h0 ^ c[3] ^ k1, l0};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return c;
}

std::uint32_t Random::bits(std::uint64_t position) const {
  const std::uint64_t block = position / 4;
  const auto words = philox(
      seed_, {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32),
              static_cast<std::uint32_t>(stream_), static_cast<std::uint32_t>(stream_ >> 32)});
  return words[position % 4];
}

float Random::uniform_at(std::uint64_t position) const { return to_uniform(bits(position)); }

float Random::normal_at(std::uint64_t position) const {
  // One pair of uniforms makes two normals: the cosine at even positions, the sine at odd ones.
  const std::uint64_t pair = position & ~std::uint64_t{1};
  const double u = 1.0 - to_uniform(bits(pair));  // in (0, 1]
  const double angle = 2 * std::numbers::pi * to_uniform(bits(pair + 1));
  const double radius = std::sqrt(-2 * std::log(u));
  return static_cast<float>(radius * (position & 1 ? std::sin(angle) : std::cos(angle)));
}

std::uint32_t Random::below(std::uint64_t position, std::uint32_t n) const {
  return multiply(bits(position), n).high;
}

Tensor Random::uniform(const Shape& shape) const {
  return generate(shape, [this](std::uint64_t i) { return uniform_at(i); });
}

Tensor Random::normal(const Shape& shape) const {
  return generate(shape, [this](std::uint64_t i) { return normal_at(i); });
}

std::vector<std::int64_t> Random::permutation(std::int64_t n) const {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i)  // Fisher-Yates
    std::swap(order[i - 1], order[below(i, static_cast<std::uint32_t>(i))]);
  return order;
}

}  // namespace odin::tensor
