#include "odin/native/ranks/ranks.h"

#include <algorithm>

#include "odin/tensor/error.h"

namespace odin::native {
namespace {

class Finished final : public PendingSum {
 public:
  void progress() override {}
  void wait() override {}
};

class OneRank final : public Ranks {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  std::unique_ptr<PendingSum> begin_sum(std::vector<std::span<const float>> vectors,
                                        std::span<float> sum) override {
    sum_in_order(vectors, sum);
    return std::make_unique<Finished>();
  }
  std::vector<double> gather(std::span<const double> mine) override {
    return {mine.begin(), mine.end()};
  }
  std::vector<std::string> gather(const std::string& mine) override { return {mine}; }
  void meet() override {}
};

}  // namespace

Ranks& one_rank() {
  static OneRank rank;
  return rank;
}

bool Ranks::any(bool mine) {
  if (size() == 1) return mine;
  const double flag = mine ? 1 : 0;
  const auto flags = gather(std::span(&flag, 1));
  return std::any_of(flags.begin(), flags.end(), [](double f) { return f != 0; });
}

void Ranks::check_errors(const std::string& mine) {
  const auto errors = gather(mine);
  const auto found =
      std::find_if(errors.begin(), errors.end(), [](const auto& text) { return !text.empty(); });
  if (found == errors.end()) return;
  const bool everywhere = std::all_of(errors.begin(), errors.end(),
                                      [&](const std::string& text) { return text == *found; });
  fail(everywhere ? "" : "rank " + std::to_string(found - errors.begin()) + ": ", *found);
}

void Ranks::require_same(const std::string& what, const std::string& mine) {
  const auto texts = gather(mine);
  for (std::size_t i = 1; i < texts.size(); ++i)
    require(texts[i] == texts[0], "rank ", i, " has another ", what, " than rank 0: ", texts[i],
            ", expected ", texts[0]);
}

void sum_in_order(std::span<const std::span<const float>> vectors, std::span<float> sum) {
  require(!vectors.empty(), "sum_in_order: expected one vector or more");
  std::copy(vectors[0].begin(), vectors[0].end(), sum.begin());
  for (const auto& vector : vectors.subspan(1))
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += vector[i];
}

}  // namespace odin::native
