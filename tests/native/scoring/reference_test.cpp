#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "odin/detector.h"
#include "odin/native/models/model_store.h"
#include "odin/native/sets/cifar.h"
#include "odin/native/sets/data_set.h"
#include "odin/native/sets/set_reader.h"
#include "odin/native/sets/set_spec.h"
#include "odin/native/training/trainer.h"
#include "odin/nn/io/checkpoint.h"
#include "odin/nn/io/model_file.h"
#include "odin/nn/models/make_model.h"
#include "odin/perturb.h"
#include "odin/tensor/ops.h"
#include "odin/tests/device.h"

// Tests that need files from outside the project: a published checkpoint with PyTorch's results
// (ODIN_REFERENCE) and the data sets (ODIN_DATA).

using namespace odin;
using tensor::DType;
using tensor::Tensor;

namespace {

std::filesystem::path folder_from(const char* variable) {
  const char* value = std::getenv(variable);
  return value ? value : "";
}

/// Converts uint8 pixels, which were read as int64, to floats in [0,1].
Tensor to_unit(const Tensor& bytes) {
  return tensor::affine(bytes.to(DType::f64), 1.0 / 255, 0).to(DType::f32);
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("the reference checkpoint scores its 192 images as PyTorch does in double") {
    const auto folder = folder_from("ODIN_REFERENCE");
    if (folder.empty()) {
      MESSAGE("skipped: ODIN_REFERENCE is not set");
      return;
    }
    const nn::Safetensors expected = nn::read_safetensors(folder / "expected.safetensors");
    const auto network = nn::make_model("densenet-bc-100-12", 10);
    network->load_state_dict(nn::read_checkpoint(folder / "checkpoint.pth.tar"));
    network->to(tests::device());
    const Normalization normalization{{0.4914, 0.4822, 0.4465}, {0.2023, 0.1994, 0.2010}};
    const Detector detector(*network, normalization,
                            {.temperature = 1000, .epsilon = 0.0014, .threshold = {}});
    const Tensor images = to_unit(expected.tensors.at("images"));
    const auto labels = tensor::argmax(expected.tensors.at("logits"), 1).to_vector<std::int64_t>();
    const auto msp = expected.tensors.at("msp").to_vector<double>();
    const auto odin = expected.tensors.at("odin").to_vector<double>();
    double msp_apart = 0, odin_apart = 0;
    for (std::int64_t first = 0; first < images.dim(0); first += 16) {
      const auto found = detector.detect(images.slice(0, first, first + 16));
      for (std::size_t i = 0; i < found.size(); ++i) {
        const auto at = static_cast<std::size_t>(first) + i;
        CHECK(found[i].label == labels[at]);
        msp_apart = std::max(msp_apart, std::abs(found[i].msp - msp[at]));
        odin_apart = std::max(odin_apart, std::abs(found[i].odin - odin[at]));
      }
    }
    MESSAGE("largest difference: msp ", msp_apart, ", odin ", odin_apart);
    CHECK(msp_apart <= 1e-4);
    CHECK(odin_apart <= 2e-6);

    const Tensor gradient = expected.tensors.at("input_gradient");
    const Tensor some = images.slice(0, 0, gradient.dim(0));
    const auto ours =
        input_gradient(*network, tests::on_device(normalize(some, normalization)), 1000)
            .gradient.to_vector<float>();
    const auto theirs = gradient.to_vector<float>();
    std::size_t equal = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) equal += (ours[i] >= 0) == (theirs[i] >= 0);
    const double share = static_cast<double>(equal) / static_cast<double>(ours.size());
    MESSAGE("equal gradient signs: ", 100 * share, " %");
    CHECK(share >= 0.999);
  }

  TEST_CASE("the shipped models classify their data's test images as their metadata says") {
    const auto folder = folder_from("ODIN_DATA");
    if (folder.empty()) {
      MESSAGE("skipped: ODIN_DATA is not set");
      return;
    }
    const native::Dataset ten = native::read_cifar10(folder, false);
    const native::Dataset hundred = native::read_cifar100(folder, false);
    REQUIRE(ten.size() == 10000);
    REQUIRE(hundred.size() == 10000);
    for (const auto& shipped : native::shipped_models()) {
      CAPTURE(shipped.name);
      const nn::Model model = nn::load_model(shipped.file, tests::device());
      const native::Dataset& test = model.info.classes.size() == 100 ? hundred : ten;
      CHECK(model.info.classes == test.classes);
      const double recorded = nlohmann::json::parse(model.info.training).at("test_accuracy");
      const double found =
          *native::accuracy(*model.network, test, {model.info.mean, model.info.std});
      CHECK(std::abs(found - recorded) <= 0.0005);  // a few may differ between instruction sets
    }
  }

  TEST_CASE("the threshold of wrn-16-4-cifar100 keeps 95% of the images held out of its training") {
    const auto folder = folder_from("ODIN_DATA");
    if (folder.empty()) {
      MESSAGE("skipped: ODIN_DATA is not set");
      return;
    }
    const nn::Model model =
        nn::load_model(native::find_model("wrn-16-4-cifar100"), tests::device());
    const auto record = nlohmann::json::parse(model.info.training);
    const Detector detector(*model.network, {model.info.mean, model.info.std},
                            {.temperature = model.info.temperature.value(),
                             .epsilon = model.info.epsilon.value(),
                             .threshold = model.info.threshold});
    const std::string set = "cifar100:" + folder.string() +
                            "#held-out=" + record.at("validation").dump() + ":" +
                            record.at("seed").dump();
    const auto images = native::open_set(native::parse_set(set), 1, {});
    std::int64_t kept = 0;
    native::SetReader reader(*images, 0, images->size(), 64);
    while (const auto batch = reader.next())
      for (const auto& found : detector.detect(batch->images))
        kept += found.odin >= *model.info.threshold;
    CHECK(images->size() == 1000);
    CHECK(std::abs(kept - 950) <= 1);  // the instruction set may move one across
  }
}
