#include "odin/nn/models/registry.h"

#include <doctest/doctest.h>

#include <set>

#include "odin/nn/models/make_model.h"
#include "odin/nn/shapes_only.h"
#include "odin/tensor/storage.h"
#include "odin/tests/device.h"

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
    for (const char* name : {"", "wrn", "wrn-", "wrn-28", "wrn-28-", "wrn-28-10-", "wrn-28-10-1",
                             "wrn--28-10", "wrn-28--10", "wrn-28-10001", "wrn-28-x", "wrn-28-10 ",
                             "densenet-100-12", "xwrn-28-10", "WRN-28-10"})
      CHECK_MESSAGE(nn::find_architecture(name) == nullptr, name);
    CHECK(nn::architecture_forms() == "densenet-bc-L-k or wrn-d-w");
    CHECK(nn::architecture_help() ==
          "densenet-bc-L-k (L 4 more than a multiple of 6) or wrn-d-w (d 4 more than a multiple of "
          "6)");
  }

  TEST_CASE("every family is complete") {
    std::set<std::string_view> families;
    for (const nn::Architecture* a : nn::architectures()) {
      CAPTURE(a->family);
      CHECK(families.insert(a->family).second);
      CHECK(nn::find_architecture(a->example) == a);
      CHECK(nn::parameter_count(a->example, 10) > 0);
      REQUIRE(a->recipes.size() == 2);
      CHECK(a->recipes[0].name == "paper");
      CHECK(a->recipes[1].name == "fast");
      for (const nn::TrainingRecipe& r : a->recipes) {
        CHECK(r.epochs > 0);
        CHECK(r.batch > 0);
        CHECK((r.schedule == "step") == !r.milestones.empty());
      }
      for (const nn::PublishedRow& row : a->published.rows)
        CHECK(row.odin.fpr95 <= row.baseline.fpr95);
    }
  }

  TEST_CASE("a network of shapes alone has the names and sizes of the real one and no memory" *
            tests::on_cpu_only()) {
    const auto shapes_of = [](nn::Module& network) {
      std::map<std::string, tensor::Shape> shapes;
      for (const auto& [name, t] : network.state_dict()) shapes[name] = t.shape();
      return shapes;
    };
    for (const char* name : {"densenet-bc-16-4", "wrn-16-2"}) {
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
