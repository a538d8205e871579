#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "odin/tests/native/commands/process.h"
#include "odin/tests/native/commands/studio.h"

// Tests of `odin train --resume` in other folders and with checkpoints that nobody should trust,
// and of trainings that are interrupted.

using namespace odin;
using nlohmann::json;
using tests::contains;
using tests::Process;
using tests::Result;
using tests::Studio;
using tests::wait_for;

namespace fs = std::filesystem;

namespace {

const std::string kBegin =
    "train --quiet --arch densenet-bc-10-2 --data folder:photos --batch 10 --epochs 100000 ";
const std::string kSoon = "--max-minutes 0.002 ";

/// Writes a copy of a checkpoint whose metadata `key`, a JSON object, is changed.
void change(const Studio& s, const std::string& from, const std::string& to, const std::string& key,
            const std::function<void(json&)>& how) {
  nn::Safetensors file = nn::read_safetensors(s.path(from));
  json value = json::parse(file.metadata.at(key));
  how(value);
  file.metadata[key] = value.dump();
  nn::write_safetensors(s.path(to), file);
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("a training goes on beside its checkpoint, wherever it is called") {
    const Studio s;
    fs::create_directories(s.path("runs/curves"));
    fs::create_directories(s.path("elsewhere"));
    REQUIRE(s.run(kBegin + kSoon + "--save runs/n.safetensors --log runs/curves/l.csv").status ==
            0);
    const auto time = fs::last_write_time(s.path("runs/n.checkpoint.safetensors"));
    const std::string resume = " --resume ../runs/n.checkpoint.safetensors";
    const std::string odin = tests::call_of_odin("train --quiet " + kSoon + resume);
    REQUIRE(std::system(("cd '" + s.path("elsewhere") + "' && " + odin + " 2>err.txt").c_str()) ==
            0);
    CHECK(fs::last_write_time(s.path("runs/n.checkpoint.safetensors")) > time);
    CHECK(contains(tests::read_text(s.path("elsewhere/err.txt")),
                   "--resume ../runs/n.checkpoint.safetensors"));
    CHECK_FALSE(fs::exists(s.path("elsewhere/n.checkpoint.safetensors")));
    CHECK_FALSE(fs::exists(s.path("elsewhere/curves")));
    // The folder may be moved with its pictures.
    fs::create_directories(s.path("moved"));
    for (const char* part : {"runs", "photos"})
      fs::rename(s.path(part), s.path("moved") + "/" + part);
    CHECK(s.run("train --quiet " + kSoon + "--resume moved/runs/n.checkpoint.safetensors").status ==
          0);
  }

  TEST_CASE("a checkpoint that is copied beside another training does not write over it") {
    const Studio s;
    fs::create_directories(s.path("a"));
    fs::create_directories(s.path("b"));
    REQUIRE(s.run(kBegin + kSoon + "--save a/n.safetensors --log a/l.csv").status == 0);
    // With an epoch in its log, however slow the machine is.
    while (!fs::exists(s.path("a/l.csv")) || s.log("a/l.csv").empty())
      REQUIRE(s.run("train --quiet " + kSoon + "--resume a/n.checkpoint.safetensors").status == 0);
    REQUIRE(s.run("train --quiet --arch densenet-bc-10-2 --data folder:photos --epochs 1 "
                  "--save b/n.safetensors --log b/l.csv")
                .status == 0);
    const auto kept = [&] {
      return tests::read_text(s.path("b/n.safetensors")) + tests::read_text(s.path("b/l.csv"));
    };
    const std::string before = kept();
    fs::copy_file(s.path("a/n.checkpoint.safetensors"), s.path("b/copy.safetensors"));
    const std::string resume = "train --quiet " + kSoon + "--resume b/copy.safetensors";
    const Result finished = s.run(resume);
    CHECK(finished.status == 1);
    CHECK(finished.error_lines() == 1);
    CHECK(contains(finished.err, "is of another training, which is finished"));
    fs::remove(s.path("b/n.checkpoint.safetensors"));
    const Result model = s.run(resume);
    CHECK(model.status == 1);
    CHECK(model.error_lines() == 1);
    CHECK(contains(model.err, "'b/n.safetensors' is not of the training that goes on here"));
    CHECK(kept() == before);
    const Result log = s.run(resume + " --save b/other.safetensors");
    CHECK(log.status == 1);
    CHECK(contains(log.err, "'b/l.csv' is not of the training that goes on here"));
    CHECK(kept() == before);
    CHECK(s.run(resume + " --save b/other.safetensors --log b/other.csv").status == 0);
    CHECK(kept() == before);
  }

  TEST_CASE("a training goes on with pictures in a folder that has an @ or a # in its name") {
    const Studio s;
    for (const char* folder : {"shots@home", "run#2"}) {
      CAPTURE(folder);
      fs::copy(s.path("photos"), s.path(folder), fs::copy_options::recursive);
      REQUIRE(s.run("train --quiet --arch densenet-bc-10-2 --batch 10 --epochs 100000 " + kSoon +
                    "--data 'folder:" + folder + "/' --save n.safetensors")
                  .status == 0);
      const Result r = s.run("train --quiet " + kSoon + "--resume n.checkpoint.safetensors");
      CHECK(r.status == 0);
      CHECK_FALSE(contains(r.err, "set "));
      fs::remove(s.path("n.checkpoint.safetensors"));
    }
  }

  TEST_CASE("a checkpoint does not make a training write its page over another file") {
    const Studio s;
    REQUIRE(s.run(kBegin + kSoon + "--save n.safetensors --page p.html").status == 0);
    const std::string resume = "train --quiet " + kSoon + "--resume n.checkpoint.safetensors";
    CHECK(s.run(resume).status == 0);
    std::ofstream(s.path("p.html")) << "<!doctype html>\n<title>My diary</title>\n";
    const Result r = s.run(resume);
    CHECK(r.status == 1);
    CHECK(r.error_lines() == 1);
    CHECK(contains(r.err, "'p.html' is not of the training that goes on here"));
    CHECK(contains(tests::read_text(s.path("p.html")), "diary"));
    CHECK(s.run(resume + " --page q.html").status == 0);
  }

  TEST_CASE(
      "a training without an epoch of its own does not write over the log of another's first") {
    const Studio s;
    fs::create_directories(s.path("a"));
    REQUIRE(
        s.run("train --quiet --arch densenet-bc-10-2 --data folder:photos --batch 10 --epochs 1 "
              "--max-minutes 0.00001 --save a/n.safetensors --log a/l.csv")
            .status == 0);
    const std::string resume = "train --quiet --resume a/n.checkpoint.safetensors";
    const std::string begun = tests::read_text(s.path("a/n.checkpoint.safetensors"));
    REQUIRE(s.log("a/l.csv").empty());
    REQUIRE(s.run("train --quiet --arch densenet-bc-10-2 --data folder:photos --epochs 1 "
                  "--save other.safetensors --log other.csv")
                .status == 0);
    fs::copy_file(s.path("other.csv"), s.path("a/l.csv"), fs::copy_options::overwrite_existing);
    const Result r = s.run(resume);
    CHECK(r.status == 1);
    CHECK(r.error_lines() == 1);
    CHECK(contains(r.err, "'a/l.csv' is not of the training that goes on here"));
    CHECK(tests::read_text(s.path("a/l.csv")) == tests::read_text(s.path("other.csv")));
    // Its own first epoch, written by a training that was then killed before its checkpoint.
    fs::remove(s.path("a/l.csv"));
    REQUIRE(s.run(resume).status == 0);
    REQUIRE(s.log("a/l.csv").size() == 1);
    std::ofstream(s.path("a/n.checkpoint.safetensors"), std::ios::binary) << begun;
    CHECK(s.run(resume).status == 0);
  }

  TEST_CASE("a training that takes the place of another goes on, if it stops in its first epoch") {
    const Studio s;
    REQUIRE(s.run("train --quiet --arch wrn-10-1 --data folder:photos --epochs 1 "
                  "--save n.safetensors")
                .status == 0);
    REQUIRE(s.run(kBegin + "--max-minutes 0.00001 --save n.safetensors").status == 0);
    CHECK(s.run("train --quiet " + kSoon + "--resume n.checkpoint.safetensors").status == 0);
  }

  TEST_CASE("a checkpoint can not make a training write outside of its folder") {
    const Studio s;
    fs::create_directories(s.path("in"));
    REQUIRE(
        s.run(kBegin + kSoon + "--save in/n.safetensors --log in/l.csv --page in/p.html").status ==
        0);
    const auto run_with = [&](const char* member, const std::string& value) {
      change(s, "in/n.checkpoint.safetensors", "in/bad.safetensors", "run",
             [&](json& run) { run["settings"][member] = value; });
      return s.run("train --quiet " + kSoon + "--resume in/bad.safetensors");
    };
    for (const char* member : {"save", "log", "page"})
      for (const std::string& place :
           {std::string("../x.txt"), s.path("x.txt"), std::string("a/../../x.txt")}) {
        CAPTURE(member);
        CAPTURE(place);
        const Result r = run_with(member, place);
        CHECK(r.status == 1);
        CHECK(r.error_lines() == 1);
        CHECK(
            contains(r.err, std::string("outside of its own folder; give --") + member + " anew"));
      }
    CHECK_FALSE(fs::exists(s.path("x.txt")));
    std::ofstream(s.path("mine.txt")) << "mine";
    fs::create_symlink(s.path("mine.txt"), s.path("in/link.csv"));
    CHECK(contains(run_with("log", "link.csv").err, "outside of its own folder"));
    CHECK(tests::read_text(s.path("mine.txt")) == "mine");
    // What is given on the command line may lie anywhere.
    change(s, "in/n.checkpoint.safetensors", "in/bad.safetensors", "run",
           [&](json& run) { run["settings"]["log"] = "../x.txt"; });
    CHECK(s.run("train --quiet " + kSoon + "--resume in/bad.safetensors --log x.txt").status == 0);
    CHECK(fs::exists(s.path("x.txt")));
  }

  TEST_CASE("numbers and words that no training has are refused in a checkpoint in one line") {
    const Studio s;
    REQUIRE(s.run(kBegin + kSoon + "--save n.safetensors").status == 0);
    fs::rename(s.path("n.checkpoint.safetensors"), s.path("good.safetensors"));
    const auto check = [&](const std::string& key, const std::function<void(json&)>& how) {
      change(s, "good.safetensors", "bad.safetensors", key, how);
      const Result r = s.run("train --quiet " + kSoon + "--resume bad.safetensors");
      CAPTURE(r.err);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(contains(r.err, "bad.safetensors"));
      CHECK_FALSE(contains(r.err, "json.exception"));
    };
    const std::int64_t huge = std::int64_t{1} << 62;
    for (const json& value : {json(huge), json(-1), json(1.5), json("1"), json(), json::array()}) {
      CAPTURE(value);
      for (const char* member : {"epoch", "step", "correct", "seen"})
        check("checkpoint", [&](json& c) { c[member] = value; });
      for (const char* member : {"epochs", "batch", "warmup_epochs", "crop", "seed"})
        if (value != 1.5 && !(value == huge && std::string(member) == "seed"))
          check("run", [&](json& run) { run["settings"]["training"][member] = value; });
    }
    for (const char* member : {"recipe", "architecture", "data", "save", "log", "from"})
      check("run", [&](json& run) { run["settings"][member] = "a\nb"; });
    check("run", [](json& run) { run["settings"]["recipe"] = "\x1b[2J"; });
    check("run", [](json& run) { run["settings"]["architecture"] = "wrn-28-1000"; });
    for (const json& value : {json(-1), json("1"), json(1.5)})
      check("run", [&](json& run) { run["settings"]["limit"] = value; });
    for (const json& value : {json(1), json("no"), json()})
      check("run", [&](json& run) { run["settings"]["training"]["mirror"] = value; });
    check("run", [](json& run) { run["seconds"] = -1; });
    check("run", [](json& run) { run["settings"]["checkpoint_minutes"] = 0; });
    nn::Safetensors file = nn::read_safetensors(s.path("good.safetensors"));
    std::string deep = "null";
    for (int i = 0; i < 5000; ++i) deep = R"({"after":)" + deep + "}";
    file.metadata["run"] = deep;
    nn::write_safetensors(s.path("bad.safetensors"), file);
    const Result r = s.run("train --quiet --resume bad.safetensors");
    CHECK(r.error_lines() == 1);
    CHECK(contains(r.err, "nested more than 100 levels deep"));
  }

  TEST_CASE("a checkpoint of an older program, which names no mirroring and no limit, goes on") {
    const Studio s;
    const std::string train =
        "train --quiet --arch densenet-bc-10-2 --data folder:photos "
        "--batch 10 --epochs 30 --save ";
    REQUIRE(s.run(train + "whole.safetensors").status == 0);
    REQUIRE(s.run(train + "n.safetensors " + kSoon).status == 0);
    change(s, "n.checkpoint.safetensors", "n.checkpoint.safetensors", "run", [](json& run) {
      run["settings"].erase("limit");
      run["settings"]["training"].erase("mirror");
    });
    change(s, "n.checkpoint.safetensors", "n.checkpoint.safetensors", "checkpoint",
           [](json& checkpoint) { checkpoint["options"].erase("mirror"); });
    CHECK(s.run("train --quiet --resume n.checkpoint.safetensors --no-mirror").status == 1);
    CHECK(s.run("train --quiet --resume n.checkpoint.safetensors --mirror").status == 0);
    CHECK(tests::same_tensors(s.weights("n.safetensors"), s.weights("whole.safetensors")));
    // Nor does the model beside it.
    change(s, "n.safetensors", "n.safetensors", "training",
           [](json& record) { record.erase("mirror"); });
    CHECK(s.run("train --quiet --resume n.checkpoint.safetensors").status == 0);
  }

  TEST_CASE("a second training with the files of one that runs is refused") {
    const Studio s;
    fs::create_directories(s.path("sub"));
    const Process first(s, kBegin + "--save n.safetensors");
    wait_for(s.path("n.checkpoint.safetensors"));
    for (const char* save : {"n.safetensors", "sub/../n.safetensors"}) {
      const Result second = s.run(kBegin + "--save " + save);
      CHECK(second.status == 1);
      CHECK(second.error_lines() == 1);
      CHECK(contains(second.err, "another odin train is writing"));
    }
    CHECK(contains(s.run("train --quiet --resume n.checkpoint.safetensors").err,
                   "another odin train is writing"));
    CHECK(s.run(kBegin + kSoon + "--save m.safetensors").status == 0);
    first.send(SIGKILL);
    first.wait();
    CHECK(s.run("train --quiet " + kSoon + "--resume n.checkpoint.safetensors").status == 0);
  }

  TEST_CASE("an interrupted training ends with the status of its signal, and leaves no part file") {
    for (const auto& [signal, expected] : {std::pair{SIGINT, 130}, {SIGTERM, 143}}) {
      const Studio s;
      const Process process(s, kBegin + "--save n.safetensors --checkpoint-minutes 1e-9");
      wait_for(s.path("n.checkpoint.safetensors"));
      process.send(signal);
      CHECK(process.wait() == expected);
      CHECK(contains(tests::read_text(s.path("err.txt")), "go on with odin train --resume"));
      for (const auto& entry : fs::directory_iterator(s.folder()))
        CHECK(entry.path().extension() != ".part");
    }
  }

  TEST_CASE("trainings that go on from one another keep a record that can be read") {
    const Studio s;
    nn::Safetensors file;
    REQUIRE(
        s.run("train --quiet --arch densenet-bc-10-2 --data folder:photos --batch 30 --epochs 1 "
              "--save n.safetensors")
            .status == 0);
    file = nn::read_safetensors(s.path("n.safetensors"));
    const auto with_levels = [&](int levels) {
      std::string deep = file.metadata.at("training");
      for (int i = 0; i < levels; ++i) deep = R"({"after":)" + deep + "}";
      nn::Safetensors changed = file;
      changed.metadata["training"] = deep;
      nn::write_safetensors(s.path("deep.safetensors"), changed);
      return s.run(
          "train --quiet --arch densenet-bc-10-2 --data folder:photos --batch 30 --epochs 1 "
          "--from deep.safetensors --save next.safetensors");
    };
    REQUIRE(with_levels(95).status == 0);
    json record = s.record("next.safetensors");
    int depth = 0;
    for (const json* at = &record; at->is_object() && at->contains("after"); ++depth)
      at = &at->at("after");
    CHECK(depth == 32);
    CHECK(with_levels(5000).status == 0);  // counts as no record
    CHECK_FALSE(s.record("next.safetensors").contains("after"));
    // Members of other types are no reason to end with the words of a library.
    nn::Safetensors odd = file;
    odd.metadata["training"] = R"({"data":3,"validation":"x","seed":-1,"average_of":7,"after":[]})";
    nn::write_safetensors(s.path("odd.safetensors"), odd);
    const Result r = s.run(
        "train --quiet --arch densenet-bc-10-2 --data folder:photos --batch 30 "
        "--epochs 1 --from odd.safetensors --save next.safetensors");
    CHECK(r.status == 0);
    CHECK_FALSE(contains(r.err, "json"));
  }
}
