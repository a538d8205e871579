#include "odin/nn/models/registry.h"

#include <doctest/doctest.h>

#include <set>

#include "odin/nn/models/make_model.h"
#include "odin/nn/shapes_only.h"
#include "odin/tensor/storage.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using Numbers = std::vector<std::int64_t>;

TEST_SUITE("nn") {
  TEST_CASE("names of networks are a family and its numbers") {
    const auto dense = nn::parse_architecture("densenet-bc-100-12");
    REQUIRE(dense.has_value());
    CHECK(dense->architecture->family == "densenet-bc");
    CHECK(dense->options == Numbers{100, 12});
    CHECK(nn::find_architecture("wrn-28-10")->family == "wrn");
    CHECK(nn::find_architecture("wrn-0-10000") != nullptr);  // make() says what is wrong with them
    for (const char* name : {"",
                             "wrn",
                             "wrn-",
                             "wrn-28",
                             "wrn-28-",
                             "wrn-28-10-",
                             "wrn-28-10-1",
                             "wrn--28-10",
                             "wrn-28--10",
                             "wrn-28-10001",
                             "wrn-28-x",
                             "wrn-28-10 ",
                             "densenet-100-12",
                             "xwrn-28-10",
                             "WRN-28-10",
                             "lenet-5-1",
                             "lenet",
                             "convnet",
                             "convnet-",
                             "mobilenet-v2-1",
                             "resnet-18-32-1"})
      CHECK_MESSAGE(nn::find_architecture(name) == nullptr, name);
    CHECK(nn::parse_architecture("convnet-16-32-64-128")->options == Numbers{16, 32, 64, 128});
    CHECK(nn::parse_architecture("mobilenet-v2")->options.empty());
    CHECK(nn::find_architecture("resnet-18") != nn::find_architecture("resnet-18-32"));
    CHECK(nn::architecture_forms() ==
          "densenet-bc-L-k, wrn-d-w, resnet-d-32, resnet-d, wide-resnet-d-w, densenet-d, "
          "mobilenet-v2, lenet-5 or convnet-c1-c2-...");
    CHECK(nn::architecture_help().starts_with(
        "densenet-bc-L-k (L 4 more than a multiple of 6), wrn-d-w (d 4 more than a multiple of "
        "6), "));
  }

  TEST_CASE("every family is complete") {
    std::set<std::string> families;
    for (const nn::Architecture* a : nn::architectures()) {
      CAPTURE(a->family);
      CHECK(families.insert(nn::form_of(*a)).second);
      CHECK(nn::find_architecture(a->example) == a);
      CHECK(nn::parameter_count(a->example, 10) > 0);
      REQUIRE(!a->recipes.empty());
      CHECK(a->recipes.back().name == "fast");
      for (const nn::TrainingRecipe& r : a->recipes) {
        CHECK(r.epochs > 0);
        CHECK(r.batch > 0);
        CHECK((r.schedule == "step") == !r.milestones.empty());
      }
      for (const nn::PublishedRow& row : a->published.rows)
        CHECK(row.odin.fpr95 <= row.baseline.fpr95);
    }
  }

  TEST_CASE("torchvision's networks have their published numbers of parameters") {
    // https://pytorch.org/vision/stable/models.html
    const std::pair<const char*, std::int64_t> published[] = {
        {"resnet-18", 11689512},    {"resnet-34", 21797672},    {"resnet-50", 25557032},
        {"resnet-101", 44549160},   {"resnet-152", 60192808},   {"wide-resnet-50-2", 68883240},
        {"densenet-121", 7978856},  {"densenet-161", 28681000}, {"densenet-169", 14149480},
        {"densenet-201", 20013928}, {"mobilenet-v2", 3504872},
    };
    for (const auto& [name, count] : published) CHECK(nn::parameter_count(name, 1000) == count);
  }

  TEST_CASE("networks tell what their numbers may be, and lenet-5 what size it needs") {
    const auto message = [](const char* name, nn::InputSize input = {}) {
      return tests::error_of([&] { nn::make_model(name, 10, input); });
    };
    CHECK(message("resnet-20") == "resnet: expected 18, 34, 50, 101 or 152 layers, got 20");
    CHECK(message("resnet-18-64").starts_with("resnet: expected resnet-d or, for images of 32x32"));
    CHECK(message("wide-resnet-18-2").starts_with("resnet: only networks of 50 layers and more"));
    CHECK(message("densenet-100").starts_with("densenet: expected 121, 161, 169 or 201 layers"));
    CHECK(message("convnet-0").starts_with("convnet: expected channels >= 1, got 0"));
    CHECK(message("lenet-5", {1, 12, 20}) ==
          "lenet-5: expected images of one size, at least 16x16, got 20x12");
  }

  TEST_CASE("tensors of published checkpoints get the networks' own names") {
    const tensor::Tensor t = tensor::Tensor::zeros({1});
    const auto renamed = [&](const char* name, const char* architecture) {
      return nn::with_our_names({{name, t}}, architecture).begin()->first;
    };
    CHECK(renamed("features.denseblock1.denselayer2.norm.1.weight", "densenet-121") ==
          "features.denseblock1.denselayer2.norm1.weight");
    CHECK(renamed("features.norm5.weight", "densenet-121") == "features.norm5.weight");
    CHECK(renamed("linear.weight", "resnet-18-32") == "fc.weight");
    CHECK(renamed("linear.weight", "resnet-18") == "linear.weight");
    CHECK(tests::error_of([&] {
            nn::with_our_names({{"fc.bias", t}, {"linear.bias", t}}, "resnet-18-32");
          }).starts_with("checkpoint: two tensors are named 'fc.bias'"));
  }

  TEST_CASE("a network of shapes alone has the names and sizes of the real one and no memory" *
            tests::on_cpu_only()) {
    const auto shapes_of = [](nn::Module& network) {
      std::map<std::string, tensor::Shape> shapes;
      for (const auto& [name, t] : network.state_dict()) shapes[name] = t.shape();
      return shapes;
    };
    for (const char* name : {"densenet-bc-16-4", "wrn-16-2", "resnet-18", "mobilenet-v2",
                             "densenet-121", "lenet-5", "convnet-8-16"}) {
      CAPTURE(name);
      const auto shapes_only = [&] {
        const nn::ShapesOnlyScope scope;
        return nn::make_model(name, 7);
      }();
      const auto real = nn::make_model(name, 7);
      CHECK(shapes_of(*shapes_only) == shapes_of(*real));
      CHECK(shapes_only->parameter_count() == real->parameter_count());
    }
    // 3.6 billion numbers, 14.6 GB
    const std::size_t before = tensor::memory_stats().live_bytes;
    tensor::reset_peak_memory();
    CHECK(nn::parameter_count("wrn-28-100", 10) == 3643379674);
    CHECK(tensor::memory_stats().peak_bytes - before < 100000);
  }

  TEST_CASE("the channels of the pictures are those of the first convolution") {
    const std::int64_t difference =
        nn::parameter_count("wrn-10-1", 10) - nn::parameter_count("wrn-10-1", 10, {.channels = 1});
    CHECK(difference == 2 * 9 * 16);
  }
}
