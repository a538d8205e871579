#include "odin/native/commands/record_lines.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "odin/native/system/json_text.h"

using namespace odin;
using Lines = std::vector<std::string>;

namespace {

Lines lines_of(const char* json, std::size_t width = 80) {
  return native::record_lines(native::parse_json(json), width);
}

}  // namespace

TEST_SUITE("native/commands") {
  TEST_CASE("a record is shown as keys and values, as many in a line as there is room for") {
    CHECK(lines_of(R"({"batch":64,"data":"cifar10","loss":0.2760474133491516,"nesterov":true})") ==
          Lines{"batch: 64, data: cifar10, loss: 0.276047, nesterov: true"});
    CHECK(lines_of(R"({"a":1,"b":2,"c":3})", 11) == Lines{"a: 1, b: 2,", "c: 3"});
    CHECK(lines_of(R"({"a":1,"b":2,"c":3})", 10) == Lines{"a: 1,", "b: 2,", "c: 3"});
    CHECK(lines_of(R"({"milestones":[0.5,0.75],"none":null})") ==
          Lines{"milestones: 0.5 0.75, none: null"});
    CHECK(lines_of("{}") == Lines{});
  }

  TEST_CASE("records in a record are below it, and each is shown once") {
    CHECK(
        lines_of(
            R"({"average_of":[{"seed":1,"after":{"seed":0}},{"after":{"seed":0},"seed":2}],"seed":3})") ==
        Lines{"seed: 3", "average_of 1:", "  seed: 1", "  after:", "    seed: 0",
              "average_of 2:", "  seed: 2", "  after: as above"});
    CHECK(lines_of(R"({"mixed":[1,{"a":2}]})") == Lines{"mixed 1: 1", "mixed 2:", "  a: 2"});
  }

  TEST_CASE("what is no record is shown as it is") {
    CHECK(lines_of("7") == Lines{"7"});
    CHECK(lines_of(R"("by hand")") == Lines{"by hand"});
  }
}
