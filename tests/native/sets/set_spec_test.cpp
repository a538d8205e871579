#include "odin/native/sets/set_spec.h"

#include <doctest/doctest.h>

#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::native;
using tests::contains;
using Kind = SetSpec::Kind;

namespace {

std::string parse_error(const std::string& text) {
  return tests::error_of([&] { parse_set(text); });
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("a set's name is its kind and its folder or number") {
    const SetSpec cifar = parse_set("cifar10:some/dir");
    CHECK(cifar.kind == Kind::cifar10);
    CHECK(cifar.folder == "some/dir");
    CHECK(cifar.text == "cifar10:some/dir");
    CHECK_FALSE(cifar.train);
    CHECK_FALSE(cifar.range.has_value());
    CHECK(cifar.transform == Transform::none);
    CHECK(parse_set("cifar100:d").kind == Kind::cifar100);
    CHECK(parse_set("folder:/a b/c:d").folder == "/a b/c:d");
    CHECK(parse_set("uniform:10000").count == 10000);
    CHECK(parse_set("gaussian:1").kind == Kind::gaussian);
  }

  TEST_CASE("suffixes follow one another in any order") {
    for (const char* text : {"cifar10:d#train#0-4999@crop", "cifar10:d@crop#train#0-4999",
                             "cifar10:d#0-4999@crop#train"}) {
      CAPTURE(text);
      const SetSpec set = parse_set(text);
      CHECK(set.folder == "d");
      CHECK(set.train);
      CHECK(set.transform == Transform::crop);
      REQUIRE(set.range.has_value());
      CHECK(set.range->first == 0);
      CHECK(set.range->last == 4999);
    }
    for (const Transform t : {Transform::none, Transform::crop, Transform::center,
                              Transform::resize, Transform::resize_box, Transform::resize_aliased})
      CHECK(parse_set("folder:d@" + name_of(t)).transform == t);
    CHECK(parse_set("uniform:20#5-5").range->last == 5);
  }

  TEST_CASE("images held out of a training are a part of the training split") {
    const SetSpec set = parse_set("cifar100:d#held-out=1000");
    CHECK(set.train);
    REQUIRE(set.held_out.has_value());
    CHECK(set.held_out->count == 1000);
    CHECK(set.held_out->seed == 1);
    CHECK(set.folder == "d");
    CHECK(parse_set("mnist:d#held-out=5:12@resize").held_out->seed == 12);
    CHECK(parse_set("night=svhn:d#train#held-out=5").name == "night");
    for (const char* text : {"cifar10:d#held-out=", "cifar10:d#held-out=0", "cifar10:d#held-out=-1",
                             "cifar10:d#held-out=5:", "cifar10:d#held-out=5:x"})
      CHECK(contains(parse_error(text), "expected #held-out=N or #held-out=N:SEED"));
    CHECK(contains(parse_error("cifar10:d#held-out=1#held-out=2"), "more than one #held-out=N"));
    CHECK(contains(parse_error("cifar10:d#held-out=1#0-9"), "not from a range of them"));
    CHECK(contains(parse_error("folder:d#held-out=1"), "only cifar10 and cifar100 have"));
  }

  TEST_CASE("a mark that a slash follows belongs to the folder's name") {
    CHECK(parse_set("folder:/home/me@work/a#b/c").folder == "/home/me@work/a#b/c");
    const SetSpec set = parse_set("folder:me@crop/@resize");
    CHECK(set.folder == "me@crop/");
    CHECK(set.transform == Transform::resize);
  }

  TEST_CASE("what is no set's name is an error that says what was expected") {
    for (const char* text :
         {"", "cifar10", "cifar10:", "imagenet:d", ":d", "cifar10 :d", "@crop", "cifar10:#train"}) {
      CAPTURE(text);
      CHECK(
          contains(parse_error(text), "expected cifar10:DIR, cifar100:DIR, folder:DIR, uniform:N"));
    }
    CHECK(contains(parse_error("folder:d@zoom"), "unknown transform '@zoom', expected @crop"));
    CHECK(contains(parse_error("folder:d#first"),
                   "unknown part '#first', expected #train, #FIRST-LAST or"));
    for (const char* text : {"folder:d#5", "folder:d#-5", "folder:d#1-", "folder:d#1-2-3",
                             "folder:d#a-b", "folder:d#1.5-2", "folder:d#99999999999999999999-1"})
      CHECK(contains(parse_error(text), "unknown part"));
    CHECK(contains(parse_error("folder:d#5-4"), "the range #5-4 ends before it begins"));
    CHECK(contains(parse_error("folder:d#1-2#3-4"), "more than one range"));
    CHECK(contains(parse_error("folder:d@crop@resize"), "more than one transform"));
    CHECK(
        contains(parse_error("folder:d#train"), "only cifar10 and cifar100 have a training split"));
    for (const char* text :
         {"uniform:0", "uniform:-3", "uniform:many", "gaussian:1e4", "gaussian:99999999999"})
      CHECK(contains(parse_error(text), "expected a number of images from 1 to 100000000"));
  }

  TEST_CASE("a set can be named without the folders that its own lies in") {
    const auto without = [](const char* text) { return without_folders(parse_set(text)); };
    CHECK(without("folder:/data/images@crop#0-9") == "folder:images@crop#0-9");
    CHECK(without("folder:/data/images/@crop") == "folder:images@crop");
    CHECK(without("folder:a/./b/..") == "folder:a");
    CHECK(without("cifar10:d") == "cifar10:d");
    CHECK(without("uniform:5") == "uniform:5");
    CHECK(last_folder(parse_set("folder:/data/images/@crop")) == "images");
    CHECK(last_folder(parse_set("uniform:5")).empty());
  }
}
