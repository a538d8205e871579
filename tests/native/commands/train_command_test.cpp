#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "odin/tests/capture_bound.h"
#include "odin/tests/native/commands/process.h"
#include "odin/tests/native/commands/studio.h"

// Tests of the command `odin train`.

using namespace odin;
using nlohmann::json;
using tests::contains;
using tests::Process;
using tests::Result;
using tests::same_tensors;
using tests::Studio;
using tests::wait_for;

namespace {

const std::string kTrain = "train --quiet --arch densenet-bc-10-2 --data folder:photos ";
/// Options that use every part of the training that has its own state.
const std::string kEverything =
    kTrain +
    "--validation 12 --epochs 5 --batch 8 --lr 0.05 --schedule one-cycle --ema 0.9 --clip 1 "
    "--no-norm-decay --label-smoothing 0.1 --checkpoint-minutes 0.00001 ";

/// The metrics without the times, which depend on the machine.
std::string without_times(std::vector<native::EpochFigures> log) {
  for (auto& f : log) f.seconds = f.images_per_second = f.waited_seconds = 0;
  return native::to_csv(log);
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("odin train on folders of pictures makes a model that judges pictures") {
    const Studio s;
    const Result r =
        s.run(kTrain +
              "--test folder:apart --recipe fast --epochs 6 --batch 10 --save n.safetensors "
              "--log log.csv --page page.html");
    CHECK(r.status == 0);
    CHECK(r.err == "");
    CHECK(contains(r.out, "last, epoch 6: test 100.00%, threshold 0.5"));
    const nn::ModelInfo info = nn::load_model(s.path("n.safetensors")).info;
    CHECK(info.classes == std::vector<std::string>{"bright", "dark"});
    CHECK(info.mean[0] == doctest::Approx(0.5).epsilon(0.01));
    const json record = s.record("n.safetensors");
    CHECK(record["recipe"] == "fast");
    CHECK(record["data"] == "folder:photos");
    CHECK(record["weight_decay"] == 5e-4);
    CHECK(record["test_accuracy"] == 1.0);
    CHECK(record["threshold_from"]["images"] == "test");
    CHECK_FALSE(record["commit"].get<std::string>().empty());
    CHECK_FALSE(std::filesystem::exists(s.path("n.best.safetensors")));

    const auto log = s.log("log.csv");
    CHECK(log.size() == 6);
    CHECK(log[5].test_accuracy == 1.0);
    CHECK_FALSE(log[5].validation_accuracy.has_value());
    const std::string page = tests::read_text(s.path("page.html"));
    CHECK(contains(page, "6 of 6 epochs are done"));
    CHECK_FALSE(contains(page, "http-equiv=\"refresh\""));

    const Result judged =
        s.run("detect --json --model n.safetensors apart/dark/0.png apart/bright/0.png");
    CHECK(contains(judged.out, R"("class": "dark")"));
    CHECK(contains(judged.out, R"("class": "bright")"));
    CHECK(contains(judged.out, R"("verdict": "in")"));
  }

  TEST_CASE("without a test set a tenth is held out, and the best epoch is chosen by it") {
    const Studio s;
    const Result r = s.run(kTrain + "--epochs 3 --save n.safetensors --float16 --log log.csv");
    CHECK(r.status == 0);
    CHECK(contains(r.out, "54 images, 6 held out") == false);  // --quiet
    const auto log = s.log("log.csv");
    const auto best = native::best_epoch(log);
    REQUIRE(best.has_value());
    const json record = s.record("n.best.safetensors");
    CHECK(record["epochs"] == *best + 1);
    CHECK(record["validation"] == 6);
    CHECK(record["validation_accuracy"] == *log[*best].validation_accuracy);
    CHECK(record["threshold_from"] ==
          json{{"images", "validation"}, {"count", 6}, {"true_positive_rate", 0.95}});
    CHECK(s.record("n.safetensors")["epochs"] == 3);
    // Every weight is exactly representable as float16.
    for (const auto& [name, t] : s.weights("n.safetensors"))
      for (const float v : t.to_vector<float>())
        CHECK(std::ldexp(v, 24) == std::round(std::ldexp(v, 24)));
    CHECK(s.run(kTrain + "--epochs 1 --validation 0 --save m.safetensors").status == 0);
    CHECK_FALSE(nn::load_model(s.path("m.safetensors")).info.threshold.has_value());
  }

  TEST_CASE("a training killed at any moments ends with the bits of one that was left alone") {
    const Studio s;
    CHECK(s.run(kEverything + "--save whole.safetensors --log whole.csv").status == 0);
    const std::string killed = kEverything + "--save killed.safetensors --log killed.csv";
    const tensor::Random random(7);
    int kills = 0;
    for (double patience = 10; kills < 100; patience *= 1.25) {
      const bool begun = std::filesystem::exists(s.path("killed.checkpoint.safetensors"));
      const Process process(
          s, begun ? "train --quiet --resume killed.checkpoint.safetensors" : killed);
      std::atomic<bool> ended = false;
      std::thread killer([&] {
        const auto wait =
            std::chrono::milliseconds(1 + random.below(static_cast<std::uint64_t>(kills),
                                                       static_cast<std::int64_t>(patience)));
        const auto end = std::chrono::steady_clock::now() + wait;
        while (!ended && std::chrono::steady_clock::now() < end)
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (!ended) process.send(SIGKILL);
      });
      const int status = process.wait();
      ended = true;
      killer.join();
      if (status == 0) break;
      CHECK(status == -1);
      ++kills;
    }
    CAPTURE(kills);
    CHECK(kills > 0);
    for (const std::string file : {".safetensors", ".best.safetensors"}) {
      CAPTURE(file);
      CHECK(same_tensors(s.weights("killed" + file), s.weights("whole" + file)));
      CHECK(nn::load_model(s.path("killed" + file)).info.threshold ==
            nn::load_model(s.path("whole" + file)).info.threshold);
    }
    CHECK(without_times(s.log("killed.csv")) == without_times(s.log("whole.csv")));
  }

  TEST_CASE("a model that has its threshold keeps it, whenever finishing it again is killed") {
    const Studio s;
    REQUIRE(s.run(kTrain + "--epochs 2 --save n.safetensors").status == 0);
    for (int i = 0; i < 20; ++i) {
      const Process process(s,
                            "train --quiet --resume n.checkpoint.safetensors --test folder:apart");
      std::this_thread::sleep_for(std::chrono::milliseconds(5 + 4 * i));
      process.send(SIGKILL);
      process.wait();
      CHECK(nn::load_model(s.path("n.safetensors")).info.threshold.has_value());
      CHECK(nn::load_model(s.path("n.best.safetensors")).info.threshold.has_value());
    }
  }

  TEST_CASE("SIGTERM stops a training with a checkpoint, from which it goes on") {
    const Studio s;
    CHECK(s.run(kEverything + "--save whole.safetensors").status == 0);
    const Process process(s, kEverything + "--save n.safetensors --page n.html");
    wait_for(s.path("n.checkpoint.safetensors"));
    process.send(SIGTERM);
    const int status = process.wait();
    const std::string err = tests::read_text(s.path("err.txt"));
    CHECK(status == (err.empty() ? 0 : 143));
    if (!err.empty()) {  // otherwise it had already ended
      CHECK(contains(err, "go on with odin train --resume n.checkpoint.safetensors"));
      CHECK(contains(tests::read_text(s.path("n.html")), "Stopped in epoch"));
    }
    // The original command with --resume added works as --resume alone does, on any number of
    // threads.
    CHECK(s.run(kEverything + "--save n.safetensors --threads 1 --resume n.checkpoint.safetensors")
              .status == 0);
    CHECK(same_tensors(s.weights("n.safetensors"), s.weights("whole.safetensors")));
  }

  TEST_CASE("a training stops when its time is up, and what it leaves is complete") {
    const Studio s;
    const Result r = s.run(kTrain + "--epochs 100000 --max-minutes 0.002 --save n.safetensors");
    CHECK(r.status == 0);
    CHECK(contains(r.err, "go on with odin train --resume n.checkpoint.safetensors"));
    const auto checkpoint = [&] {
      return nn::read_safetensors(s.path("n.checkpoint.safetensors")).tensors;
    };
    CHECK_FALSE(checkpoint().empty());

    const auto before = checkpoint();
    CHECK(s.run(kTrain + "--epochs 1 --save other.safetensors").status == 0);
    for (const std::string& another :
         {kTrain + "--epochs 1", std::string("train --resume other.checkpoint.safetensors ")}) {
      CAPTURE(another);
      const Result refused = s.run(another + " --save n.safetensors");
      CHECK(refused.status == 1);
      CHECK(refused.error_lines() == 1);
      CHECK(contains(refused.err,
                     "train: 'n.checkpoint.safetensors' is of a training that has done"));
      CHECK(same_tensors(checkpoint(), before));
    }

    const std::string copy = s.path("copy.safetensors");
    std::filesystem::copy_file(s.path("n.checkpoint.safetensors"), copy);
    CHECK(s.run("train --max-minutes 0.002 --resume " + copy).status == 0);
    CHECK_FALSE(same_tensors(checkpoint(), before));
  }

  TEST_CASE("only what leaves the training as it is may be changed when it goes on") {
    const Studio s;
    CHECK(s.run(kTrain + "--epochs 2 --lr 0.05 --save n.safetensors").status == 0);
    const auto resume = [&](const std::string& more) {
      return s.run("train --quiet --resume n.checkpoint.safetensors " + more);
    };
    CHECK(resume("--save other.safetensors --log l.csv").status == 0);
    CHECK(same_tensors(s.weights("other.safetensors"), s.weights("n.safetensors")));
    CHECK(s.log("l.csv").size() == 2);
    for (const auto& [option, message] : std::vector<std::pair<std::string, std::string>>{
             {"--lr 0.1",
              "--lr is 0.1, but the training in 'n.checkpoint.safetensors' was started "
              "with 0.05"},
             {"--seed 3", "--seed is 3, but"},
             {"--arch wrn-10-1", R"(--arch is "wrn-10-1", but)"},
             {"--recipe fast", R"(--recipe is "fast", but)"},
             {"--no-norm-decay",
              "--no-norm-decay is given, but the training in 'n.checkpoint.safetensors' was "
              "started "
              "without it"},
             {"--data folder:apart", "was trained on other images: images 54, now"}}) {
      CAPTURE_BOUND(option);
      const Result r = resume(option);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(contains(r.err, message));
    }
    const Result model = s.run("train --quiet --resume n.safetensors");
    CHECK(model.status == 1);
    CHECK(contains(model.err, "'n.safetensors' is not a training checkpoint"));
    const Result from = s.run(
        "train --quiet --arch wrn-10-1 --data folder:photos --save o.safetensors "
        "--from n.safetensors");
    CHECK(from.status == 1);
    CHECK(contains(from.err, "'n.safetensors' is a densenet-bc-10-2, --arch says wrn-10-1"));
  }

  TEST_CASE("classes that are mirror images of one another are learnt without mirroring") {
    // A bright bar on the left or on the right, as the stems of b and d.
    const Studio s;
    for (const char* folder : {"letters", "unseen"})
      for (const char* name : {"b", "d"}) {
        const std::string place = s.path(std::string(folder) + "/" + name);
        std::filesystem::create_directories(place);
        for (std::uint64_t i = 0; i < 20; ++i) {
          const auto seed = static_cast<std::uint64_t>(*name + *folder);
          const auto picture = tensor::affine(tensor::Random(seed, i).uniform({3, 32, 32}), 0.3, 0);
          const std::int64_t left = *name == 'b' ? 2 : 18;
          tensor::Tensor stem = picture.slice(2, left, left + 12);
          tensor::fill_(stem, 0.9);
          native::save_png(place + "/" + std::to_string(i) + ".png", picture);
        }
      }
    const std::string train =
        "train --arch densenet-bc-10-2 --data folder:letters --test folder:unseen "
        "--recipe fast --epochs 8 --batch 8 ";
    const Result r = s.run(train + "--no-mirror --save n.safetensors --page p.html");
    CHECK(r.status == 0);
    CHECK(contains(r.out, "epochs: 8, without mirroring"));
    CHECK(contains(tests::read_text(s.path("p.html")), "<dt>mirrored at random</dt><dd>no</dd>"));
    const json plain = s.record("n.safetensors");
    CHECK(plain["test_accuracy"] == 1.0);
    CHECK(plain["train_accuracy"] > 0.9);
    CHECK(plain["mirror"] == false);
    // Mirrored half of the time, both classes look the same.
    CHECK(s.run(train + "--quiet --save m.safetensors").status == 0);
    CHECK(s.record("m.safetensors")["train_accuracy"] < 0.75);
    CHECK(s.record("m.safetensors")["mirror"] == true);
    CHECK(s.run(train + "--quiet --mirror --save k.safetensors").status == 0);
    CHECK(same_tensors(s.weights("k.safetensors"), s.weights("m.safetensors")));
    CHECK(s.run("average --quiet n.safetensors n.safetensors --data folder:letters "
                "--test folder:unseen --save a.safetensors")
              .status == 0);
    CHECK(s.record("a.safetensors")["mirror"] == false);
    CHECK(s.record("a.safetensors")["test_accuracy"] == 1.0);
  }

  TEST_CASE("a training that goes on is mirrored and limited as it was begun") {
    const Studio s;
    const std::string train = kTrain + "--epochs 40 --batch 8 --no-mirror --limit 40 ";
    CHECK(s.run(train + "--save whole.safetensors").status == 0);
    CHECK(s.record("whole.safetensors")["limit"] == 40);
    CHECK(s.record("whole.safetensors")["validation"] == 4);
    CHECK(s.run(train + "--max-minutes 0.002 --save n.safetensors").status == 0);
    const auto resume = [&](const std::string& more) {
      return s.run("train --quiet --resume n.checkpoint.safetensors " + more);
    };
    for (const auto& [option, message] : std::vector<std::pair<std::string, std::string>>{
             {"--mirror",
              "train: --mirror is given, but the training in 'n.checkpoint.safetensors' was "
              "started without it"},
             {"--limit 41",
              "train: --limit is 41, but the training in "
              "'n.checkpoint.safetensors' was started with 40"},
             {"--data folder:photos#0-39", "was trained on other images"}}) {
      CAPTURE_BOUND(option);
      const Result r = resume(option);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(contains(r.err, message));
    }
    CHECK(resume("--no-mirror --limit 40").status == 0);
    CHECK(same_tensors(s.weights("n.safetensors"), s.weights("whole.safetensors")));

    CHECK(s.run(kTrain + "--epochs 1 --save m.safetensors").status == 0);
    for (const auto& [option, message] : std::vector<std::pair<std::string, std::string>>{
             {"--no-mirror", "--no-mirror is given, but"},
             {"--limit 9", "--limit is given, but"}}) {
      const Result r = s.run("train --quiet --resume m.checkpoint.safetensors " + option);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(contains(r.err, message));
    }
  }

  TEST_CASE("a training takes ranges of its sets and at most so many images") {
    const Studio s;
    const auto first_line = [&](const std::string& options) {
      const Result r =
          s.run("train --arch densenet-bc-10-2 --epochs 1 --save n.safetensors " + options);
      CHECK(r.status == 0);
      return r.out.substr(0, r.out.find('\n'));
    };
    CHECK(contains(first_line("--data folder:photos#20-49 --test folder:apart#4-11"),
                   "2 classes, 30 images, 8 to test on"));
    CHECK(s.record("n.safetensors")["data"] == "folder:photos#20-49");
    CHECK(s.record("n.safetensors")["test"] == "folder:apart#4-11");
    CHECK(contains(first_line("--data folder:photos --test folder:apart --limit 10"),
                   "10 images, 10 to test on"));
    CHECK(contains(first_line("--data folder:photos#10-49 --limit 20"),
                   "18 images, 2 held out for validation"));
    // Images that were held out from another range may have been learnt from.
    const std::string second =
        "train --arch densenet-bc-10-2 --epochs 1 --from n.safetensors --save m.safetensors "
        "--limit 20 --validation 2 --data folder:photos";
    CHECK(contains(s.run(second + "#15-49").err, "has learnt from images that are held out here"));
    CHECK_FALSE(contains(s.run(second + "#10-49").err, "has learnt from images"));
  }

  TEST_CASE("odin train --grow begins with what a shallower network has learnt") {
    const Studio s;
    REQUIRE(s.run(kTrain + "--epochs 4 --batch 8 --lr 0.05 --test folder:apart "
                           "--save n.safetensors")
                .status == 0);
    const std::string deeper =
        "train --quiet --arch densenet-bc-16-2 --data folder:photos --test folder:apart "
        "--epochs 1 --batch 8 --lr 1e-9 --save deep.safetensors ";
    REQUIRE(s.run(deeper + "--grow n.safetensors").status == 0);
    const json trained = s.record("n.safetensors"), grown = s.record("deep.safetensors");
    CHECK(grown["test_accuracy"] == trained["test_accuracy"]);
    CHECK(grown["after"]["grown_from"] == "densenet-bc-10-2");
    CHECK(grown["after"]["training"] == trained);

    const Result both = s.run(deeper + "--grow n.safetensors --from n.safetensors");
    CHECK(both.status == 2);
    CHECK(both.error_lines() == 1);
    const auto error = [&](const std::string& begin) {
      const Result r = s.run(begin + "--save o.safetensors --grow n.safetensors");
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      return r.err;
    };
    CHECK(contains(error(kTrain), "expected a densenet-bc-L-2 of 2 classes and L under 10"));
    CHECK(contains(error("train --quiet --arch wrn-10-1 --data folder:photos "),
                   "only a densenet-bc grows, from another one; 'n.safetensors' is a "
                   "densenet-bc-10-2, --arch says wrn-10-1"));
  }

  TEST_CASE("a loss that is not finite ends the training; the last good checkpoint stays") {
    const Studio s;
    const Result r = s.run(kTrain +
                           "--epochs 3 --batch 8 --lr 1e20 --checkpoint-minutes 0.00001 "
                           "--save n.safetensors --page n.html");
    CHECK(r.status == 1);
    CHECK(r.error_lines() == 1);
    CHECK(contains(r.err, "of epoch 1 (learning rate 1e+20); try a smaller"));
    CHECK(contains(tests::read_text(s.path("n.html")), "Stopped: train: "));
    for (const auto& [name, t] : s.weights("n.checkpoint.safetensors")) {
      CAPTURE_BOUND(name);
      if (t.dtype() == tensor::DType::f32)
        for (const float v : t.to_vector<float>()) CHECK(std::isfinite(v));
    }
  }

  TEST_CASE("unreadable pictures are named and skipped, or an error with --strict") {
    const Studio s;
    std::ofstream(s.path("photos/dark/broken.png")) << "no picture";
    const std::string train = kTrain + "--epochs 1 --save n.safetensors ";
    const Result skipped = s.run(train);
    CHECK(skipped.status == 0);
    CHECK(skipped.error_lines() == 2);
    CHECK(contains(skipped.err, "broken.png"));
    CHECK(contains(skipped.err, "odin train: skipped 1 picture\n"));
    std::filesystem::remove(s.path("n.safetensors"));
    const Result strict = s.run(train + "--strict");
    CHECK(strict.status == 1);
    CHECK(strict.error_lines() == 1);
    CHECK(contains(strict.err, "broken.png"));
    CHECK_FALSE(std::filesystem::exists(s.path("n.safetensors")));
  }

  TEST_CASE("when nothing more can be written, the checkpoint that is there stays") {
    const Studio s;
    CHECK(s.run(kTrain + "--epochs 2 --batch 8 --save n.safetensors").status == 0);
    const auto before = tests::read_text(s.path("n.checkpoint.safetensors"));
    const std::string command =
        "cd '" + s.folder().string() + "' && ulimit -f 4 && " +
        tests::call_of_odin(kTrain + "--epochs 3 --batch 8 --save n.safetensors") +
        " >out.txt 2>err.txt";
    const int status = std::system(command.c_str());
    CHECK(WEXITSTATUS(status) == 1);
    const std::string err = tests::read_text(s.path("err.txt"));
    CHECK(std::count(err.begin(), err.end(), '\n') == 1);
    CHECK(contains(err, "File too large"));
    CHECK(tests::read_text(s.path("n.checkpoint.safetensors")) == before);
    CHECK(nn::load_model(s.path("n.safetensors")).info.threshold.has_value());
    for (const auto& entry : std::filesystem::directory_iterator(s.folder()))
      CHECK(entry.path().extension() != ".part");
  }

  TEST_CASE("what odin train cannot begin with is said in one line") {
    const Studio s;
    for (const char* wrong :
         {"train --arch wrn-10-1 --data folder:photos",
          "train --data folder:photos --save n.safetensors",
          "train --arch wrn-10-1 --data folder:photos --save n --recipe slow",
          "train --arch wrn-10-1 --data folder:photos --save n --schedule wild",
          "train --arch wrn-10-1 --data folder:photos --save n --limit 0",
          "train --arch wrn-10-1 --data folder:photos --save n --limit -3",
          "train --arch wrn-10-1 --data folder:photos --save n --limit many",
          "train --arch wrn-10-1 --data folder:photos --save n --mirror --no-mirror",
          "train --arch wrn-10-1 --data folder:photos --save n --checkpoint-minutes nan",
          "train --arch wrn-10-1 --data folder:photos --save n --checkpoint-minutes inf"}) {
      CAPTURE(wrong);
      const Result r = s.run(wrong);
      CHECK(r.status == 2);
      CHECK(r.error_lines() == 1);
    }
    CHECK(contains(s.run("train --limit many").err, "--limit: expected a whole number, got many"));
    CHECK(contains(s.run("train --seed 1e3").err, "expected a whole number"));
    CHECK(contains(s.run("train --lr fast").err, "--lr: expected a number, got fast"));
    for (const char* bad : {"--save nowhere/n.safetensors",
                            "--save n.safetensors --log nowhere/l.csv",
                            "--save n.safetensors --epochs 0",
                            "--save n.safetensors --crop 30",
                            "--save n.safetensors --ema 1",
                            "--save photos",
                            "--save /dev/null",
                            "--save n.safetensors --log n.safetensors",
                            "--save n.safetensors --page ./n.checkpoint.safetensors",
                            "--save n.safetensors --log l\xfcge.csv",
                            "--save n.safetensors --clip inf",
                            "--save n.safetensors --factor inf",
                            "--save n.safetensors --epochs 9223372036854775807",
                            "--save n.safetensors --cutout 32",
                            "--save n.safetensors --recipe fast --factor 0.1",
                            "--save n.safetensors --schedule cosine --milestones 0.5",
                            "--save n.safetensors --schedule one-cycle --warmup-epochs 1",
                            "--save n.safetensors --recipe fast --epochs 2 --warmup-epochs 2",
                            "--save n.safetensors --validation 60",
                            "--save n.safetensors --limit 1",
                            "--save n.safetensors --limit 2",
                            "--save n.safetensors --test folder:apart#0-16",
                            "--save n.safetensors --test folder:apart#3",
                            "--save n.safetensors --from missing.safetensors",
                            "--save n.safetensors --test folder:photos/dark"}) {
      CAPTURE(bad);
      const Result r = s.run(kTrain + bad);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK_FALSE(std::filesystem::exists(s.path("n.safetensors")));
    }
  }
}
