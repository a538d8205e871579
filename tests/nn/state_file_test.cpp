#include "odin/nn/io/state_file.h"

#include <doctest/doctest.h>

#include "odin/nn/layers/batch_norm.h"
#include "odin/nn/layers/conv2d.h"
#include "odin/nn/layers/sequential.h"
#include "odin/tests/device.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;

namespace {

/// A network that make_model() does not know.
void build(nn::Sequential& net, std::int64_t channels = 4) {
  net.add<nn::Conv2d>(nn::Conv2dOptions{.in = 1, .out = channels});
  net.add<nn::BatchNorm2d>(channels);
  nn::initialize(net, 1);
}

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("any network's state is saved and loaded, and the text beside it") {
    const tests::TempDir dir;
    nn::Sequential saved, loaded;
    build(saved);
    build(loaded);
    nn::initialize(saved, 2);
    saved.to(tests::device());
    loaded.to(tests::device());
    nn::save_state(dir.path() / "s", saved, {{"epoch", "3"}});
    CHECK(nn::load_state(dir.path() / "s", loaded).at("epoch") == "3");
    const nn::StateDict expected = saved.state_dict(), found = loaded.state_dict();
    REQUIRE(found.size() == 5);
    for (const auto& [name, t] : expected) {
      CHECK(found.at(name).to_vector<float>() == t.to_vector<float>());
      CHECK(found.at(name).device() == tests::device());
    }
    nn::save_state(dir.path() / "s", saved);
    CHECK(nn::load_state(dir.path() / "s", loaded).empty());
  }

  TEST_CASE("a state of other shapes is refused by the file's name, and changes nothing") {
    const tests::TempDir dir;
    nn::Sequential saved, other;
    build(saved);
    build(other, 3);
    const auto path = dir.path() / "s";
    nn::save_state(path, saved);
    const auto before = other.state_dict().at("0.weight").to_vector<float>();
    CHECK(tests::error_of([&] { nn::load_state(path, other); })
              .starts_with("'" + path.string() +
                           "': load_state_dict: 0.weight has shape "
                           "[4,1,3,3], expected [3,1,3,3]; "));
    CHECK(other.state_dict().at("0.weight").to_vector<float>() == before);
    CHECK(tests::error_of([&] { nn::load_state(dir.path() / "none", other); }).find("none") !=
          std::string::npos);
  }
}
