#include "odin/native/sets/class_join.h"

#include <doctest/doctest.h>

#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using native::join_classes;
using JoinNames = std::vector<std::string>;
using JoinNumbers = std::vector<std::optional<std::int64_t>>;

namespace {

native::ClassJoin join(const JoinNames& set, const JoinNames& network) {
  return join_classes(set, "the set", network, "the network");
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("classes are joined by name, in any order") {
    const auto same = join({"a", "b"}, {"a", "b"});
    CHECK(same.numbers == JoinNumbers{0, 1});
    CHECK(same.notes.empty());
    // As folders 1, 2, 10 in natural order, and as torchvision sorts them.
    const auto turned = join({"1", "2", "10"}, {"1", "10", "2"});
    CHECK(turned.numbers == JoinNumbers{0, 2, 1});
    CHECK(turned.notes ==
          JoinNames{"the classes of the set stand in another order than those of the "
                    "network: they are matched by name"});
    CHECK_FALSE(turned.first_unknown().has_value());
  }

  TEST_CASE("case and separators in the names of classes do not matter where they tell nothing") {
    CHECK(join({"Maple Tree", "oak_tree"}, {"oak-tree", "maple_tree"}).numbers ==
          JoinNumbers{1, 0});
    CHECK(join({"a b", "a_b"}, {"a_b", "c"}).numbers == JoinNumbers{std::nullopt, 0});
  }

  TEST_CASE("a subset of the classes is joined and said, unknown classes have no number") {
    const auto subset = join({"b", "d"}, {"a", "b", "c", "d"});
    CHECK(subset.numbers == JoinNumbers{1, 3});
    CHECK(subset.notes == JoinNames{"the set has 2 of the 4 classes of the network"});
    const auto unknown = join({"b", "x"}, {"a", "b"});
    CHECK(unknown.numbers == JoinNumbers{1, std::nullopt});
    CHECK(unknown.first_unknown() == 1);
    CHECK(unknown.notes.front() ==
          "the network has no class 'x' of the set: these pictures have no label");
    CHECK(join({"x", "y"}, {"a", "b"}).numbers == JoinNumbers{std::nullopt, std::nullopt});
    CHECK(tests::error_of([] {
            join({"x", "y", "z"}, {"a", "b"});
          }) == "the set has 3 classes, the network 2, and none has the same name");
  }

  TEST_CASE("classes are joined by position only where one side has numbers for names") {
    for (const JoinNames& numbers :
         {JoinNames{"0", "1"}, JoinNames{"1", "2"}, JoinNames{"00", "01"}}) {
      CHECK(join(numbers, {"cat", "dog"}).numbers == JoinNumbers{0, 1});
      const auto other = join({"cat", "dog"}, numbers);
      CHECK(other.numbers == JoinNumbers{0, 1});
      CHECK(other.notes == JoinNames{"the classes of the set and of the network are matched by "
                                     "position: those of one side are only numbered"});
    }
    CHECK(join({"2", "5"}, {"cat", "dog"}).numbers == JoinNumbers{std::nullopt, std::nullopt});
    CHECK(tests::error_of([] {
            join({"0", "1", "2"}, {"cat", "dog"});
          }) == "the set has 3 classes, the network 2, and those of one side are only numbered");
  }
}
