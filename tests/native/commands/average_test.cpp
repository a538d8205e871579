#include <doctest/doctest.h>

#include "odin/tests/capture_bound.h"
#include "odin/tests/native/commands/studio.h"

// Tests of the command `odin average`.

using namespace odin;
using tests::contains;
using tests::Result;
using tests::same_tensors;
using tests::Studio;

namespace {

const std::string kTrainOne =
    "train --quiet --arch wrn-10-1 --data folder:photos --test folder:apart --epochs 2 --batch 8 "
    "--lr 0.02 ";
const std::string kAverage = "average --data folder:photos --test folder:apart ";

/// Runs two trainings, of which the second starts from the first's weights.
void train_two(const Studio& s) {
  REQUIRE(s.run(kTrainOne + "--save first.safetensors").status == 0);
  REQUIRE(s.run(kTrainOne + "--from first.safetensors --seed 2 --save second.safetensors").status ==
          0);
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("the average of two trainings is a model with figures, threshold and record") {
    const Studio s;
    train_two(s);
    const std::string average = kAverage + "first.safetensors second.safetensors ";
    const Result r = s.run(average + "--seed 5 --save both.safetensors");
    CHECK(r.err == "");
    REQUIRE(r.status == 0);
    CHECK(contains(r.out, "average of 2: test "));
    CHECK(contains(r.out, "of the test images (T = 1000, eps = 0.0014), both.safetensors"));

    const auto first = s.weights("first.safetensors"), second = s.weights("second.safetensors"),
               both = s.weights("both.safetensors");
    for (const auto& [name, t] : both) {
      const auto a = first.at(name).to_vector<float>(), b = second.at(name).to_vector<float>(),
                 c = t.to_vector<float>();
      float apart = 0;
      for (std::size_t i = 0; i < c.size(); ++i)
        apart = std::max(apart, std::abs(c[i] - (a[i] + b[i]) / 2));
      CAPTURE_BOUND(name);
      CAPTURE(apart);
      CHECK((apart < 1e-6) == !contains(name, "running"));
    }
    const auto record = s.record("both.safetensors");
    CHECK(record.at("average_of").size() == 2);
    CHECK(record.at("average_of")[1] == s.record("second.safetensors"));
    CHECK(record.at("data") == "folder:photos");
    CHECK(record.at("seed") == 5);
    CHECK(record.at("threshold_from").at("count") == 16);
    CHECK(s.run("detect --model both.safetensors p.png").status == 0);

    // On one thread too, and as float16: then metrics and threshold are those of the rounded
    // weights.
    CHECK(s.run(average + "--seed 5 --threads 1 --save again.safetensors").status == 0);
    CHECK(same_tensors(both, s.weights("again.safetensors")));
    CHECK(s.run(average + "--seed 5 --float16 --save half.safetensors").status == 0);
    CHECK(s.run("convert --quiet both.safetensors converted.safetensors --float16").status == 0);
    CHECK(same_tensors(s.weights("half.safetensors"), s.weights("converted.safetensors")));
    CHECK(nn::load_model(s.path("half.safetensors")).info.threshold !=
          nn::load_model(s.path("both.safetensors")).info.threshold);
  }

  TEST_CASE("models that cannot be averaged are refused, and nothing is written") {
    Studio s;
    train_two(s);
    REQUIRE(s.run("train --quiet --arch wrn-10-2 --data folder:photos --test folder:apart "
                  "--epochs 1 --warmup-epochs 0 --save wide.safetensors")
                .status == 0);
    s.draw("others/a", 3, 0, 5);
    s.draw("others/b", 3, 0, 6);
    for (const auto& [arguments, message] : std::vector<std::pair<std::string, std::string>>{
             {"first.safetensors wide.safetensors",
              "average: 'wide.safetensors' is a wrn-10-2, 'first.safetensors' a wrn-10-1"},
             {"first.safetensors m.safetensors", "'m.safetensors' is a densenet-bc-10-2"},
             {"first.safetensors lost.safetensors", "'lost.safetensors' is neither a file nor"},
             {"first.safetensors second.safetensors --data folder:others --test folder:others",
              "'folder:others': the network has no class '"},
             {"first.safetensors second.safetensors --save lost/x.safetensors", "lost"}}) {
      CAPTURE_BOUND(arguments);
      std::string command = arguments;
      if (!contains(command, "--data")) command += " --data folder:photos --test folder:apart";
      if (!contains(command, "--save")) command += " --save x.safetensors";
      const Result r = s.run("average " + command);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(contains(r.err, message));
      CHECK_FALSE(std::filesystem::exists(s.path("x.safetensors")));
    }
    CHECK(s.run("average first.safetensors --data folder:photos --save x.safetensors").status == 2);
  }
}
