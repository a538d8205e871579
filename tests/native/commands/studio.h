#pragma once

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "odin/native/training/log.h"
#include "odin/tensor/ops.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

namespace odin::tests {

/// A workshop with images of two classes, dark and bright noise, some of them for testing.
class Studio : public Workshop {
 public:
  Studio() {
    draw("photos/dark", 30, 0, 1);
    draw("photos/bright", 30, 0.5, 2);
    draw("apart/dark", 8, 0, 3);
    draw("apart/bright", 8, 0.5, 4);
  }

  void draw(const std::string& folder, std::int64_t count, double offset, std::uint64_t seed) {
    std::filesystem::create_directories(path(folder));
    for (std::int64_t i = 0; i < count; ++i) {
      const auto noise = tensor::Random(seed, static_cast<std::uint64_t>(i)).uniform({3, 32, 32});
      native::save_png(path(folder) + "/" + std::to_string(i) + ".png",
                       tensor::affine(noise, 0.5, offset));
    }
  }

  nlohmann::json record(const std::string& file) const {
    return nlohmann::json::parse(nn::load_model(path(file)).info.training);
  }
  nn::StateDict weights(const std::string& file) const {
    return nn::read_safetensors(path(file)).tensors;
  }
  std::vector<native::EpochFigures> log(const std::string& file) const {
    return native::parse_log(tests::read_text(path(file)), file);
  }
};

inline bool same_tensors(const nn::StateDict& a, const nn::StateDict& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && same(x.second, y.second);
  });
}

}  // namespace odin::tests
