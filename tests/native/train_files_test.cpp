#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "odin/tests/native/studio.h"

// `odin train` and the files of other trainings that lie where it writes or that it begins with.

using namespace odin;
using tests::contains;
using tests::Result;
using tests::Studio;

namespace {

const std::string kData = "train --quiet --data folder:photos --batch 10 ";
const std::string kSmall = kData + "--arch densenet-bc-10-2 ", kWide = kData + "--arch wrn-10-1 ";

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("a recipe's warm-up does not keep a training of one epoch from being one") {
    const Studio s;
    for (const char* schedule : {"cosine", "one-cycle"})
      CHECK(s.run(kSmall + "--recipe fast --epochs 1 --save n.safetensors --schedule " + schedule)
                .status == 0);
    CHECK(s.record("n.safetensors")["warmup_epochs"] == 0);
  }

  TEST_CASE("the best model of another training is not taken for this one's") {
    const Studio s;
    REQUIRE(s.run(kSmall + "--epochs 1 --save small.safetensors").status == 0);
    REQUIRE(s.run(kWide + "--epochs 1 --save wide.safetensors").status == 0);
    const std::string before = tests::read_text(s.path("small.best.safetensors"));
    const Result r =
        s.run("train --quiet --resume wide.checkpoint.safetensors --save small.safetensors");
    CHECK(r.status == 0);
    CHECK_FALSE(contains(r.out, "best, epoch"));
    CHECK(r.error_lines() == 1);
    CHECK(contains(r.err, "'small.best.safetensors' is not there or another training's"));
    CHECK(tests::read_text(s.path("small.best.safetensors")) == before);
    CHECK(s.record("small.safetensors")["epochs"] == 1);
  }

  TEST_CASE("a training of other pictures does not take the place of an unfinished one") {
    Studio s;
    const std::string stop = "--epochs 100000 --max-minutes 0.002 --save ";
    REQUIRE(s.run(kSmall + stop + "one.safetensors").status == 0);
    s.draw("photos/dark", 31, 0, 1);
    REQUIRE(s.run(kSmall + stop + "two.safetensors").status == 0);
    const std::string before = tests::read_text(s.path("two.checkpoint.safetensors"));
    const Result r =
        s.run("train --quiet --resume one.checkpoint.safetensors --save two.safetensors");
    CHECK(r.status == 1);
    CHECK(contains(r.err, "'two.checkpoint.safetensors' is of a training that has done"));
    CHECK(tests::read_text(s.path("two.checkpoint.safetensors")) == before);
  }

  TEST_CASE("before its first step a training has nothing to go on from, and leaves nothing") {
    const Studio s;
    const Result r = s.run(kSmall + "--max-minutes 1e-9 --save n.safetensors");
    CHECK(r.status == 0);
    CHECK(r.err == "odin train: stopped before the first step\n");
    CHECK_FALSE(std::filesystem::exists(s.path("n.checkpoint.safetensors")));
  }

  TEST_CASE("pictures held out that the first weights have learnt from are said to be") {
    const Studio s;
    REQUIRE(s.run(kSmall + "--epochs 1 --save first.safetensors").status == 0);
    const std::string second = kSmall + "--epochs 1 --from first.safetensors --save n.safetensors ";
    CHECK(s.run(second).err == "");
    CHECK(s.run(second + "--validation 6 --seed 1").err == "");
    CHECK(s.run(second + "--test folder:apart --seed 2").err == "");
    for (const char* other : {"--seed 2", "--validation 7"}) {
      CAPTURE(other);
      const Result r = s.run(second + other);
      CHECK(r.status == 0);
      CHECK(r.error_lines() == 1);
      CHECK(contains(r.err, "note: 'first.safetensors' has learnt from images that are held out"));
    }
  }
}
