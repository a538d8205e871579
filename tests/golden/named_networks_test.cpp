#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "odin/nn/fusion.h"
#include "odin/nn/io/safetensors.h"
#include "odin/nn/models/make_model.h"
#include "odin/perturb.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

// Torchvision's networks, and small ones, whose weights are a formula (named_networks.py).

using namespace odin;
using tensor::Tensor;

namespace {

std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = ~std::uint32_t{0};
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0u);
  }
  return ~crc;
}

/// numbers_for() of named_networks.py.
Tensor numbers_for(std::string_view name, const tensor::Shape& shape) {
  Tensor t = Tensor::empty(shape);
  const std::uint32_t start = crc32(name);
  auto values = t.write<float>();
  std::uint32_t i = 0;
  for (float& value : values) {
    std::uint32_t h = i++ * 2654435761u + start;
    h = (h ^ (h >> 16)) * 0x45D9F3Bu;
    h = (h ^ (h >> 15)) * 0x119DE1F3u;
    h ^= h >> 16;
    value = static_cast<float>(h / 2147483648.0 - 1);
  }
  return t;
}

/// fill() of named_networks.py, for one tensor.
Tensor weight_for(const std::string& name, const tensor::Shape& shape) {
  Tensor t = numbers_for(name, shape);
  double factor = 0.25, summand = 0;
  if (name.ends_with("running_var")) {
    factor = 0.5;
    summand = 1;
  } else if (shape.rank() == 1) {
    summand = name.ends_with("weight") ? 1 : 0;
  } else {
    factor = std::sqrt(6 / (static_cast<double>(t.numel()) / static_cast<double>(shape[0])));
  }
  for (float& value : t.write<float>())
    value = static_cast<float>(static_cast<double>(value) * factor + summand);
  return t;
}

/// The root mean square of the differences, relative to that of the expected numbers.
double mean_distance(const Tensor& actual, const Tensor& expected) {
  const auto a = actual.to_vector<float>();
  const auto e = expected.to_vector<double>();
  double differences = 0, squares = 0;
  for (std::size_t i = 0; i < e.size(); ++i) {
    const double d = static_cast<double>(a.at(i)) - e[i];
    differences += d * d;
    squares += e[i] * e[i];
  }
  return std::sqrt(differences / squares);
}

std::unique_ptr<nn::Module> filled_network(const std::string& name, std::int64_t classes,
                                           const nn::InputSize& input) {
  auto network = nn::make_model(name, classes, input);
  nn::StateDict state;
  for (const auto& [key, t] : network->state_dict()) state[key] = weight_for(key, t.shape());
  network->load_state_dict(state);
  return network;
}

}  // namespace

TEST_SUITE("golden") {
  TEST_CASE("networks by name give PyTorch's logits and gradients, fused and plain" *
            tests::on_cpu_only()) {
    const nn::Safetensors file = nn::read_safetensors(tests::golden("named_networks.safetensors"));
    for (const auto& [name, text] : file.metadata) {
      CAPTURE_BOUND(name);
      const auto parameters = nlohmann::json::parse(text);
      const tensor::Shape shape(parameters["input"].get<std::vector<std::int64_t>>());
      const auto network =
          filled_network(name, parameters["classes"], {shape[1], shape[2], shape[3]});
      Tensor x = numbers_for(name + "/image", shape);
      for (float& value : x.write<float>()) value *= 2;
      for (const bool fused : {true, false}) {
        CAPTURE(fused);
        const nn::FusionScope scope(fused);
        const auto result = input_gradient(*network, x, 1000);
        CHECK_CLOSE(result.logits, file.tensors.at(name + "/logits"), 1e-5);
        const Tensor some = result.gradient.slice(0, 0, 1)
                                .slice(2, 0, shape[2], 4)
                                .slice(3, 0, shape[3], 4)
                                .contiguous();
        // Among millions of ReLUs there may be one whose input rounds to the other side of 0.
        CHECK(mean_distance(some, file.tensors.at(name + "/gradient")) < 2e-3);
      }
    }
  }
}
