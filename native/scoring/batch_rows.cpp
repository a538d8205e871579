#include "odin/native/scoring/batch_rows.h"

#include <algorithm>

#include "odin/native/ranks/text_lines.h"
#include "odin/nn/inference.h"
#include "odin/nn/input_size.h"
#include "odin/nn/io/quote.h"

namespace odin::native {
namespace {

using Compute = std::function<std::vector<double>(const SetBatch& batch)>;
using Take = std::function<void(BatchRows rows, const std::vector<std::string>& skipped)>;

void read_part(const SetPass& pass, std::int64_t first, std::int64_t last, const Compute& compute,
               const Take& take) {
  SetReader reader(pass.set, first, last, pass.batch);
  while (const auto batch = reader.next()) {
    BatchRows rows;
    std::vector<std::string> skipped = batch->skipped;
    try {
      if (!batch->numbers.empty()) {
        rows.values = compute(*batch);
        rows.numbers = batch->numbers;
        rows.width = rows.values.size() / rows.size();
      }
    } catch (const Error& e) {
      const auto lines = impossible_images(pass.set, *batch, e);
      skipped.insert(skipped.end(), lines.begin(), lines.end());
    }
    take(std::move(rows), skipped);
  }
}

/// How many images a rank takes at a time: some batches, so that reading stays ahead.
std::int64_t images_of_a_turn(const SetPass& pass) {
  constexpr std::int64_t kBatches = 4;
  const nn::InputSize& input = pass.set.input();
  const nn::InputSize one = input.any() ? nn::InputSize{} : input;
  return kBatches * pass.batch.value_or(nn::images_at_once(one, 64));
}

/// Adds rows as numbers that travel: how many, their width, positions, values.
void pack(const BatchRows& rows, std::vector<double>& all) {
  all.push_back(static_cast<double>(rows.size()));
  all.push_back(static_cast<double>(rows.width));
  for (const std::int64_t number : rows.numbers) all.push_back(static_cast<double>(number));
  all.insert(all.end(), rows.values.begin(), rows.values.end());
}

/// Takes the first rows off.
BatchRows unpacked(std::span<const double>& all) {
  BatchRows rows;
  const auto count = static_cast<std::size_t>(all[0]);
  rows.width = static_cast<std::size_t>(all[1]);
  all = all.subspan(2);
  for (const double number : all.first(count))
    rows.numbers.push_back(static_cast<std::int64_t>(number));
  all = all.subspan(count);
  const auto values = all.first(count * rows.width);
  rows.values.assign(values.begin(), values.end());
  all = all.subspan(values.size());
  return rows;
}

/// The ranks take turns of some batches each.
void read_on_ranks(const SetPass& pass, const Compute& compute, const Take& take) {
  pass.ranks.require_same(
      "set", pass.set.spec().text + " of " + std::to_string(pass.set.size()) + " images");
  const std::int64_t turn = images_of_a_turn(pass);
  for (std::int64_t round = pass.first; round < pass.last; round += turn * pass.ranks.size()) {
    const std::int64_t first = std::min(pass.last, round + turn * pass.ranks.rank());
    std::vector<double> mine;
    std::vector<std::string> skipped;
    read_part(pass, first, std::min(pass.last, first + turn), compute,
              [&](const BatchRows& rows, const std::vector<std::string>& lines) {
                pack(rows, mine);
                skipped.insert(skipped.end(), lines.begin(), lines.end());
              });
    for (const std::string& lines : pass.ranks.gather(joined_lines(skipped)))
      take({}, split_lines(lines));
    const std::vector<double> all = pass.ranks.gather(mine);
    for (std::span<const double> left = all; !left.empty();) take(unpacked(left), {});
  }
}

}  // namespace

std::vector<std::string> impossible_images(const ImageSet& set, const SetBatch& batch,
                                           const Error& error) {
  if (!set.input().any()) throw error;
  std::vector<std::string> lines;
  for (const std::int64_t image : batch.numbers)
    lines.push_back("image: " + nn::quote(set.name(image)) + ": " + error.what());
  return lines;
}

std::int64_t for_each_batch(const SetPass& pass, const ScoringEvents& events,
                            const Compute& compute,
                            const std::function<void(const BatchRows& rows)>& use) {
  std::int64_t images = 0, left_out = 0;
  const auto take = [&](const BatchRows& rows, const std::vector<std::string>& skipped) {
    if (rows.size() > 0) use(rows);
    images += std::ssize(rows.numbers);
    left_out += std::ssize(skipped);
    if (events.skipped)
      for (const std::string& line : skipped) events.skipped(line);
    if (events.progress) events.progress(images + left_out);
  };
  if (pass.ranks.size() == 1)
    read_part(pass, pass.first, pass.last, compute, take);
  else
    read_on_ranks(pass, compute, take);
  require(images > 0, "set '", pass.set.spec().text, "': not one of its images could be read");
  return left_out;
}

}  // namespace odin::native
