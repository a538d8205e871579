#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "odin/tests/native/commands/process.h"
#include "odin/tests/native/commands/studio.h"

// Tests of `odin train` with the files of other trainings: at its output paths, or as its initial
// weights.

using namespace odin;
using tests::contains;
using tests::NamedPipe;
using tests::Process;
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
    NamedPipe pipe(s.path("pipe"));
    const Process process(s, kSmall + "--from pipe --save n.safetensors --log l.csv");
    pipe.wait_for_reader();
    process.send(SIGTERM);
    CHECK(process.wait() == -1);
    for (const auto& entry : std::filesystem::directory_iterator(s.folder())) {
      const std::string name = entry.path().filename().string();
      CHECK_MESSAGE(!contains(name, "n."), name);
      CHECK(name != "l.csv");
    }
  }

  TEST_CASE("a training makes a step at least each time, however little time it has") {
    const Studio s;
    const auto steps = [&] {
      const auto file = nn::read_safetensors(s.path("n.checkpoint.safetensors"));
      return nlohmann::json::parse(file.metadata.at("checkpoint")).at("step").get<int>();
    };
    const std::string little = " --max-minutes 1e-12";
    REQUIRE(s.run(kSmall + "--save n.safetensors" + little).status == 0);
    CHECK(steps() == 1);
    REQUIRE(s.run("train --quiet --resume n.checkpoint.safetensors" + little).status == 0);
    CHECK(steps() == 2);
  }

  TEST_CASE("pictures held out that the first weights have learnt from are said to be") {
    const Studio s;
    REQUIRE(s.run(kSmall + "--epochs 1 --save first.safetensors").status == 0);
    const std::string second = kSmall + "--epochs 1 --from first.safetensors --save ";
    CHECK(s.run(second + "n.safetensors").err == "");
    CHECK(s.run(second + "n.safetensors --validation 6 --seed 1").err == "");
    CHECK(s.run(second + "m.safetensors --test folder:apart --seed 2").err == "");
    for (const char* other : {"--seed 2", "--validation 7"}) {
      CAPTURE(other);
      const Result r = s.run(second + "n.safetensors " + other);
      CHECK(r.status == 0);
      CHECK(r.error_lines() == 1);
      CHECK(contains(r.err, "note: 'first.safetensors' has learnt from images that are held out"));
    }

    // Also if it was several trainings ago, in an average, or on the same images with another
    // transform.
    const std::string note = "has learnt from images that are held out";
    REQUIRE(s.run(second + "next.safetensors --seed 2").status == 0);
    const std::string third = kSmall + "--epochs 1 --from next.safetensors --save n.safetensors ";
    CHECK(contains(s.run(third + "--seed 2").err, note));
    CHECK(contains(s.run("average first.safetensors next.safetensors --data folder:photos "
                         "--validation 6 --seed 2 --save mean.safetensors")
                       .err,
                   note));
    CHECK(contains(
        s.run(kSmall + "--epochs 1 --from mean.safetensors --seed 2 --save n.safetensors").err,
        note));
    CHECK(
        contains(s.run("train --quiet --arch densenet-bc-10-2 --epochs 1 --from first.safetensors "
                       "--data folder:photos@center --seed 2 --save n.safetensors")
                     .err,
                 note));
  }

  TEST_CASE("pictures to test on that are learnt from as well are said to be") {
    const Studio s;
    const std::string train =
        "train --quiet --arch densenet-bc-10-2 --epochs 1 --batch 10 --data folder:photos#20-39 "
        "--max-minutes 0.00001 --test ";
    const Result shared = s.run(train + "folder:photos#30-59 --save n.safetensors");
    CHECK(shared.status == 0);
    CHECK(
        contains(shared.err, "note: 10 of the 30 images of --test are among those of --data too"));
    CHECK_FALSE(contains(s.run(train + "folder:photos#40-59 --save m.safetensors").err, "--test"));
  }

  TEST_CASE("a training does not write over the model that it begins with") {
    const Studio s;
    REQUIRE(s.run(kSmall + "--epochs 1 --save n.safetensors").status == 0);
    const std::string before = tests::read_text(s.path("n.best.safetensors"));
    for (const char* own : {"--from n.best.safetensors --save n.safetensors",
                            "--from ./n.safetensors --save n.safetensors",
                            "--grow n.safetensors --save n.safetensors"}) {
      CAPTURE(own);
      const Result r = s.run(kSmall + "--epochs 1 " + own);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(contains(r.err, "the same file; choose another --save"));
    }
    CHECK(tests::read_text(s.path("n.best.safetensors")) == before);
  }

  TEST_CASE("until its first step a training leaves what it takes the place of as it was") {
    const Studio s;
    REQUIRE(s.run(kSmall + "--epochs 2 --save n.safetensors --log l.csv --page p.html").status ==
            0);
    const auto all = [&] {
      std::string text;
      for (const char* file : {"l.csv", "p.html", "n.safetensors", "n.checkpoint.safetensors"})
        text += tests::read_text(s.path(file));
      return text;
    };
    const std::string before = all(),
                      again = kWide + "--save n.safetensors --log l.csv --page p.html ";
    {
      NamedPipe pipe(s.path("pipe"));
      const Process process(s, again + "--from pipe");
      pipe.wait_for_reader();
      process.send(SIGTERM);
      CHECK(process.wait() == -1);
    }
    CHECK(all() == before);
    // After the first step the checkpoint is of the new training, however rarely it is written.
    CHECK(s.run(again + "--epochs 100000 --max-minutes 0.0001").status == 0);
    CHECK(nn::read_safetensors(s.path("n.checkpoint.safetensors")).metadata.at("architecture") ==
          "wrn-10-1");
  }

  TEST_CASE("a log and a page that can not be written are said, and the training goes on") {
    const Studio s;
    if (!Studio::can_try_unwritable()) return;
    s.link_to_unwritable("p.html");
    const Result r = s.run(kSmall + "--epochs 3 --save n.safetensors --log l.csv --page p.html");
    CHECK(r.status == 1);
    CHECK(r.error_lines() == 1);
    CHECK(contains(r.err, "odin train: note: train: "));
    CHECK(s.record("n.safetensors")["epochs"] == 3);
    CHECK(nn::load_model(s.path("n.safetensors")).info.threshold.has_value());
    CHECK(s.log("l.csv").size() == 3);
  }

  TEST_CASE("models that can not be written cost no epoch") {
    const Studio s;
    REQUIRE(s.run(kSmall + "--epochs 2 --save whole.safetensors").status == 0);
    REQUIRE(s.run(kSmall + "--epochs 2 --save n.safetensors --max-minutes 1e-4").status == 0);
    REQUIRE(std::filesystem::exists(s.path("n.checkpoint.safetensors")));
    std::filesystem::remove(s.path("n.best.safetensors"));
    if (!Studio::can_try_unwritable()) return;
    s.link_to_unwritable("n.best.safetensors");
    const Result r = s.run("train --quiet --resume n.checkpoint.safetensors --save n.safetensors");
    CHECK(r.status == 1);
    CHECK(r.error_lines() == 1);
    std::filesystem::remove(s.path("n.best.safetensors"));
    CHECK(s.run("train --quiet --resume n.checkpoint.safetensors").status == 0);
    for (const std::string file : {".safetensors", ".best.safetensors"}) {
      CHECK(tests::same_tensors(s.weights("n" + file), s.weights("whole" + file)));
      CHECK(nn::load_model(s.path("n" + file)).info.threshold ==
            nn::load_model(s.path("whole" + file)).info.threshold);
    }
  }

  TEST_CASE("pictures that change while a training rests keep it from going on") {
    Studio s;
    REQUIRE(s.run(kSmall + "--epochs 100000 --max-minutes 0.002 --save n.safetensors").status == 0);
    const std::string resume =
        "train --quiet --max-minutes 0.002 --resume n.checkpoint.safetensors";
    CHECK(s.run(resume).status == 0);
    // The normalization was computed from all images, held out or not.
    for (const char* name : {"photos/dark/3.png", "photos/bright/4.png"}) {
      const std::string kept = tests::read_text(s.path(name));
      native::save_png(s.path(name), tensor::Tensor::full({3, 32, 32}, 0.5));
      const Result r = s.run(resume);
      CHECK(r.status == 1);
      CHECK(contains(r.err, "was trained on other images: "));
      std::ofstream(s.path(name), std::ios::binary) << kept;
    }
    CHECK(s.run(resume).status == 0);

    REQUIRE(
        s.run(kSmall + "--epochs 100000 --max-minutes 0.002 --validation 0 --save m.safetensors")
            .status == 0);
    // The last image of one class becomes the first of the next: the same images in the same order.
    std::filesystem::rename(s.path("photos/bright/29.png"), s.path("photos/dark/!.png"));
    const Result relabelled = s.run("train --quiet --resume m.checkpoint.safetensors");
    CHECK(relabelled.status == 1);
    CHECK(contains(relabelled.err, "was trained on other images: labels "));
  }

  TEST_CASE(
      "--float16 given when a training goes on gives both files the threshold of halved weights") {
    const Studio s;
    const std::string train = kSmall + "--epochs 3 --lr 0.05 --save ";
    REQUIRE(s.run(train + "half.safetensors --float16").status == 0);
    REQUIRE(s.run(train + "late.safetensors").status == 0);
    REQUIRE(s.run("train --quiet --resume late.checkpoint.safetensors --float16").status == 0);
    for (const std::string file : {".safetensors", ".best.safetensors"}) {
      CAPTURE(file);
      CHECK(tests::same_tensors(s.weights("late" + file), s.weights("half" + file)));
      CHECK(nn::load_model(s.path("late" + file)).info.threshold ==
            nn::load_model(s.path("half" + file)).info.threshold);
      CHECK(s.record("late" + file)["float16"] == true);
    }
  }

  TEST_CASE("pictures of which none can be held out are said to be too few") {
    const Studio s;
    for (const char* name : {"few/a", "few/b"}) {
      std::filesystem::create_directories(s.path(name));
      std::filesystem::copy_file(s.path("p.png"), s.path(name + std::string("/1.png")));
    }
    const std::string train = "train --quiet --arch densenet-bc-10-2 --epochs 1 --data folder:few ";
    const Result r = s.run(train + "--save n.safetensors");
    CHECK(r.status == 1);
    CHECK(r.err ==
          "odin: train: of 2 pictures of 2 classes none can be held out; name others with "
          "--test, or do without a threshold: --validation 0\n");
    CHECK(s.run(train + "--save n.safetensors --validation 0").status == 0);
  }
}
