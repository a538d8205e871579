#include "odin/nn/state_dict.h"

#include <doctest/doctest.h>

#include "odin/nn/models/make_model.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using nn::StateDict;
using odin::tests::contains;
using odin::tests::error_of;
using tensor::Tensor;

namespace {

StateDict of_network() { return nn::make_model("wrn-10-1", 2)->state_dict(); }

StateDict with_names(const std::string& prefix) {
  StateDict out;
  for (const auto& [name, value] : of_network()) out[prefix + name] = value;
  return out;
}

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE(
      "state dict: a prefix that a saving program has added is found, however it is made up") {
    const StateDict own = of_network();
    for (const std::string prefix : {"", "module.", "model.", "_orig_mod.", "module._orig_mod.",
                                     "net.backbone.encoder.", "module.module."}) {
      CAPTURE(prefix);
      StateDict given = with_names(prefix);
      given["n_averaged"] = Tensor::zeros({}, tensor::DType::i64);
      given["criterion.weight"] = Tensor::zeros({2});
      CHECK(nn::common_prefix(own, given) == prefix);
      CHECK(nn::without_prefix(given, prefix).contains("block1.layer.0.conv1.weight"));
    }
    CHECK(nn::common_prefix(own, {{"other.weight", Tensor::zeros({1})}}) == "");
    StateDict two = with_names("ema.");
    two.merge(with_names("model."));
    CHECK(contains(error_of([&] { nn::common_prefix(own, two); }),
                   "fit under two prefixes, 'ema.' and 'model.'"));
  }

  TEST_CASE("state dict: counters and profilers' results do not hinder") {
    const StateDict own = of_network();
    StateDict given = own;
    given["bn1.num_batches_tracked"] = Tensor::zeros({}, tensor::DType::i64);
    given["block1.total_ops"] = Tensor::zeros({1}, tensor::DType::f64);
    given["total_params"] = Tensor::zeros({1}, tensor::DType::f64);
    given["epoch"] = Tensor::zeros({1}, tensor::DType::i64);
    CHECK(nn::differences(own, given) == "");
    given["scale"] = Tensor::zeros({1});  // may be a weight
    CHECK(nn::differences(own, given) == "unexpected 'scale' [1]");
  }

  TEST_CASE("state dict: of many differences missing and unexpected names are both shown") {
    const StateDict own = of_network();
    const std::string text = nn::differences(own, with_names("backbone.stem."));
    CAPTURE(text);
    CHECK(text.starts_with("no name fits: probably another network; missing "));
    CHECK(contains(text, "more missing or unfit: "));
    CHECK(contains(text, "unexpected 'backbone.stem."));
    CHECK(contains(text, "more unexpected: backbone.* ("));
    CHECK(text.size() < 3000);
    // Each group says how many it has.
    StateDict half;
    for (const auto& [name, value] : own)
      if (!name.starts_with("block3")) half[name] = value;
    CHECK_FALSE(contains(nn::differences(own, half), "another network"));
  }
}
