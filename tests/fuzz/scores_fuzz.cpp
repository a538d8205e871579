#include <algorithm>
#include <cmath>

#include "odin/metrics.h"
#include "odin/native/scoring/score_file.h"
#include "odin/tests/fuzz/fuzz_target.h"

void odin::tests::fuzz(std::span<const std::byte> input) {
  const auto file = folder().write("scores.csv", input);
  for (const char* column : {"", "score", "2"}) {
    ends_well([&] {
      const std::vector<double> scores = native::read_scores(file, column);
      must(!scores.empty(), "no scores and no error");
      must(std::none_of(scores.begin(), scores.end(), [](double s) { return std::isnan(s); }),
           "a score that is no number");
      const Metrics metrics = compute_metrics(scores, scores);
      must(std::abs(metrics.auroc - 0.5) < 1e-9, "a set that differs from itself");
    });
  }
}
