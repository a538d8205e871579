#include "odin/native/system/progress.h"

#include <doctest/doctest.h>

#include <limits>

using namespace odin::native;

TEST_SUITE("native") {
  TEST_CASE("durations are printed in the units that matter") {
    CHECK(format_duration(0) == "0:00");
    CHECK(format_duration(41.6) == "0:42");
    CHECK(format_duration(59.6) == "1:00");
    CHECK(format_duration(725) == "12:05");
    CHECK(format_duration(3 * 3600 + 7 * 60 + 9) == "3:07:09");
    CHECK(format_duration(2 * 86400 + 3 * 3600 + 7 * 60 + 9) == "2d 03:07");
    CHECK(format_duration(-1) == "-:--");
    CHECK(format_duration(std::numeric_limits<double>::quiet_NaN()) == "-:--");
    CHECK(format_duration(std::numeric_limits<double>::infinity()) == "-:--");
  }

  TEST_CASE("rates keep three significant digits") {
    CHECK(format_rate(0) == "0.00/s");
    CHECK(format_rate(0.254) == "0.25/s");
    CHECK(format_rate(9.994) == "9.99/s");
    CHECK(format_rate(9.996) == "10.0/s");
    CHECK(format_rate(118.4) == "118/s");
    CHECK(format_rate(999.4) == "999/s");
    CHECK(format_rate(999.6) == "1.00k/s");
    CHECK(format_rate(24100) == "24.1k/s");
    CHECK(format_rate(3.2e6) == "3.20M/s");
    CHECK(format_rate(-1) == "-/s");
  }

  TEST_CASE("a bar is filled in proportion and keeps its width") {
    CHECK(render_bar(0, 12) == "[>         ]");
    CHECK(render_bar(0.5, 12) == "[=====>    ]");
    CHECK(render_bar(0.999, 12) == "[=========>]");
    CHECK(render_bar(1, 12) == "[==========]");
    CHECK(render_bar(7, 12) == "[==========]");
    CHECK(render_bar(-1, 12) == "[>         ]");
    CHECK(render_bar(0.5, 2) == "[]");
    CHECK(render_bar(0.5, 0) == "[]");
  }

  TEST_CASE("a progress line shows title, bar, percent, rate, time left and detail") {
    const ProgressState state{"scoring", 530, 1000, 5, "loss 0.71"};
    CHECK(render_progress(state, 70) ==
          "scoring [=============>            ]  53%  106/s  0:04 left  loss 0.71");
  }

  TEST_CASE("a progress line fits the terminal") {
    const ProgressState state{"scoring", 530, 1000, 5, "loss 0.71"};
    for (int width = 0; width < 120; ++width)
      CHECK(render_progress(state, width).size() <= static_cast<std::size_t>(width));
    CHECK(render_progress(state, 49) == "scoring  53%  106/s  0:04 left  loss 0.71");
    CHECK(render_progress(state, 20) == "scoring  53%  106/s ");
  }

  TEST_CASE("what was done before a pause counts for the bar, not for the rate") {
    CHECK(render_progress({"t", 530, 1000, 5, "", 430}, 40) ==
          "t [======>     ]  53%  20.0/s  0:24 left");
  }

  TEST_CASE("a progress line without a known end counts") {
    CHECK(render_progress({"t", 530, -1, 65, ""}, 70) == "t  530  8.15/s  1:05");
    CHECK(render_progress({"t", 530, -1, 65, "x"}, 12) == "t  530  8.15");
  }

  TEST_CASE("a progress line makes sense before the first step and of nothing to do") {
    CHECK(render_progress({"t", 0, 10, 0, ""}, 36) == "t [>          ]   0%  -/s  -:-- left");
    CHECK(render_progress({"t", 0, 0, 0, ""}, 22) == "t 100%  -/s  -:-- left");
  }

  TEST_CASE("a progress line that is not enabled writes nothing and may be finished twice") {
    Progress progress("quiet", 10, false);
    progress.update(5, "half");
    progress.finish();
    progress.finish();
  }
}
