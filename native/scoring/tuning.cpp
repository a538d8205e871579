#include "odin/native/scoring/tuning.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "odin/native/models/model_store.h"
#include "odin/native/models/same_model.h"
#include "odin/native/ranks/text_lines.h"
#include "odin/native/scoring/set_scores.h"
#include "odin/native/sets/set_reader.h"
#include "odin/native/system/digest.h"
#include "odin/native/system/json_text.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/io/safetensors.h"
#include "odin/score.h"
#include "odin/tensor/ops/reduce.h"

namespace odin::native {
namespace {

constexpr const char* kFormat = "odin-tuning-2";
constexpr std::int64_t kBatchOfSmall = 32;  // each image is computed once for every setting
/// Changes the seed of noise that stands in for an out-set, so that it differs from the noise that
/// `odin evaluate` makes from the same seed for testing.
constexpr std::uint64_t kStandIn = std::uint64_t{1} << 63;

std::vector<std::string> out_sets(const TuningOptions& options, std::int64_t in_images) {
  if (options.stand_in.empty()) return options.out;
  return {options.stand_in + ":" + std::to_string(in_images)};
}

std::string prefix(std::size_t set) { return "set" + std::to_string(set) + "."; }

/// A tensor with one row for each setting.
tensor::Tensor stacked(const std::vector<std::vector<double>>& rows) {
  std::vector<double> all;
  for (const auto& row : rows) all.insert(all.end(), row.begin(), row.end());
  return tensor::Tensor::from(all, {std::ssize(rows), std::ssize(rows.front())});
}

void put(nn::Safetensors& file, std::size_t place, const TunedSet& set) {
  const std::string name = prefix(place);
  file.metadata[name + "next"] = std::to_string(set.next);
  if (set.numbers.empty()) return;
  file.tensors[name + "numbers"] = tensor::Tensor::from(set.numbers, {std::ssize(set.numbers)});
  file.tensors[name + "scores"] = stacked(set.scores.scores);
  file.tensors[name + "logits"] = set.scores.logits_tensor();
}

/// What a state file must agree with.
struct Expected {
  std::int64_t images;    ///< of the set
  std::int64_t settings;  ///< of the grid
  std::int64_t classes;
};

/// The tensor of that name. Throws unless it has this type and shape and is finite.
tensor::Tensor tensor_of(const nn::Safetensors& file, const std::string& name, tensor::DType type,
                         const tensor::Shape& shape) {
  const auto found = file.tensors.find(name);
  require(found != file.tensors.end(), "no ", name);
  const tensor::Tensor& t = found->second;
  require(t.dtype() == type && t.shape() == shape, name, " is ", t.dtype(), " ", t.shape(),
          ", expected ", type, " ", shape);
  require(!tensor::is_floating(type) || tensor::all_finite(t), name, " holds NaN or infinity");
  return t;
}

std::int64_t next_image(const nn::Safetensors& file, const std::string& name, std::int64_t images) {
  const auto found = file.metadata.find(name);
  require(found != file.metadata.end(), "no ", name);
  const std::string& text = found->second;
  std::int64_t next = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), next);
  require(error == std::errc() && end == text.data() + text.size() && next >= 0 && next <= images,
          name, " is ", nn::quote(text), ", expected 0 to ", images);
  return next;
}

/// Throws if the file holds anything that save_state() would not have written.
TunedSet taken(const nn::Safetensors& file, std::size_t place, const Expected& expected) {
  const std::string name = prefix(place);
  TunedSet set;
  set.next = next_image(file, name + "next", expected.images);
  const auto numbers = file.tensors.find(name + "numbers");
  if (numbers == file.tensors.end()) return set;
  const std::int64_t count = numbers->second.numel();
  set.numbers =
      tensor_of(file, name + "numbers", tensor::DType::i64, {count}).to_vector<std::int64_t>();
  for (std::size_t i = 0; i < set.numbers.size(); ++i)
    require(set.numbers[i] >= 0 && set.numbers[i] < set.next &&
                (i == 0 || set.numbers[i] > set.numbers[i - 1]),
            name, "numbers has ", set.numbers[i], " at ", i, ", expected images below ", set.next,
            " in order");
  const auto scores =
      tensor_of(file, name + "scores", tensor::DType::f64, {expected.settings, count});
  for (std::int64_t i = 0; i < expected.settings; ++i)
    set.scores.scores.push_back(scores.select(0, i).to_vector<double>());
  set.scores.classes = expected.classes;
  set.scores.logits =
      tensor_of(file, name + "logits", tensor::DType::f32, {count, expected.classes})
          .to_vector<float>();
  return set;
}

}  // namespace

std::string name_of(Selection selection) {
  switch (selection) {
    case Selection::out_set: return "out-set";
    case Selection::stand_in: return "stand-in";
    case Selection::in_set: return "in-set";
  }
  fail("tune: unknown selection ", static_cast<int>(selection));
}

Tuning::Tuning(TuningOptions options)
    : options_(std::move(options)),
      model_file_(find_same_model(*options_.ranks, options_.model)),
      model_(nn::load_model(model_file_, options_.device)) {
  require(options_.grid.size() > 0, "tune: no temperatures or no epsilons");
  require(options_.stand_in.empty() || options_.out.empty(),
          "tune: --stand-in takes the place of --out; give one of them");
  require(selection() != Selection::in_set || options_.grid.temperatures.size() == 1,
          "tune: without --out scores at different temperatures cannot be compared; give one "
          "temperature, or noise in place of images with --stand-in");
  open(options_.in, options_.seed);
  class_notes_ = sets_.front().images->use_classes_of_network(model_.info.classes);
  const std::uint64_t seed = options_.seed ^ (options_.stand_in.empty() ? 0 : kStandIn);
  for (const std::string& name : out_sets(options_, sets_.front().last)) open(name, seed);
}

void Tuning::open(const std::string& name, std::uint64_t seed) {
  auto images = open_set(parse_set(name), seed, {model_.info.input, model_.info.preprocess});
  if (options_.limit) images->limit(*options_.limit);
  const std::int64_t last = images->size();
  sets_.push_back({std::move(images), last, {}});
  sets_.back().found.set = name;
}

std::vector<std::string> Tuning::notes() const {
  std::vector<std::string> notes = class_notes_;
  for (const OpenSet& set : sets_)
    if (const std::string others = set.images->others_note(); !others.empty())
      notes.push_back(set.found.set + ": " + others);
  return notes;
}

std::vector<std::string> Tuning::conversions() const {
  std::vector<std::string> lines;
  for (const OpenSet& set : sets_)
    for (const std::string& line : set.images->conversions())
      lines.push_back(set.found.set + ": " + line);
  return lines;
}

Selection Tuning::selection() const {
  if (!options_.stand_in.empty()) return Selection::stand_in;
  return options_.out.empty() ? Selection::in_set : Selection::out_set;
}

std::int64_t Tuning::image_count() const {
  std::int64_t count = 0;
  for (const OpenSet& set : sets_) count += set.last;
  return count;
}

std::int64_t Tuning::images_done() const {
  std::int64_t count = 0;
  for (const OpenSet& set : sets_) count += set.found.next;
  return count;
}

std::int64_t Tuning::images_skipped() const {
  std::int64_t count = 0;
  for (const OpenSet& set : sets_) count += set.found.next - std::ssize(set.found.numbers);
  return count;
}

std::int64_t Tuning::images_gone() const {
  std::int64_t count = 0;
  for (const OpenSet& set : sets_) {
    if (set.images->spec().kind != SetSpec::Kind::folder) continue;
    const auto& numbers = set.found.numbers;
    std::error_code ignored;
    for (std::int64_t i = 0; i < set.found.next; ++i)
      count += !std::binary_search(numbers.begin(), numbers.end(), i) &&
               !std::filesystem::exists(set.images->name(i), ignored);
  }
  return count;
}

std::int64_t Tuning::total_work() const { return image_count() * options_.grid.passes(); }

bool Tuning::run(const TuningEvents& events) {
  for (OpenSet& set : sets_)
    if (!score(set, events)) return false;
  return true;
}

bool Tuning::score(OpenSet& set, const TuningEvents& events) {
  if (options_.ranks->size() > 1) {
    if (!score_on_ranks(set, events)) return false;
  } else {
    SetReader reader(*set.images, set.found.next, set.last, options_.batch, kBatchOfSmall);
    while (const auto batch = reader.next()) {
      TunedPart part;
      score_batch(set, *batch, part, events);
      if (events.skipped)
        for (const std::string& line : part.skipped) events.skipped(line);
      if (part.stopped) return false;
      if (part.numbers.empty()) continue;
      append(set, part);
      set.found.next = part.numbers.back() + 1;
    }
  }
  set.found.next = set.last;
  require(!set.found.numbers.empty(), "set ", nn::quote(set.found.set),
          ": not one of its images could be read");
  return true;
}

/// Adds the scores of a batch to a part.
void Tuning::score_batch(const OpenSet& set, const SetBatch& batch, TunedPart& part,
                         const TuningEvents& events) const {
  part.skipped.insert(part.skipped.end(), batch.skipped.begin(), batch.skipped.end());
  if (batch.numbers.empty()) return;
  // The ranks advance together.
  std::int64_t done = (images_done() + std::ssize(part.numbers)) * options_.grid.passes();
  const auto go_on = [&](std::int64_t images) {
    done += images * options_.ranks->size();
    return !events.pass || events.pass(std::min(done, total_work()), set.found.set);
  };
  try {
    const auto scores = score_grid(*model_.network, {model_.info.mean, model_.info.std},
                                   batch.images, options_.grid, go_on);
    part.stopped = !scores;
    if (!scores) return;
    part.scores.append(*scores);
    part.numbers.insert(part.numbers.end(), batch.numbers.begin(), batch.numbers.end());
  } catch (const Error& e) {
    const auto lines = impossible_images(*set.images, batch, e);
    part.skipped.insert(part.skipped.end(), lines.begin(), lines.end());
  }
}

void Tuning::append(OpenSet& set, const TunedPart& part) const {
  if (part.numbers.empty()) return;
  set.found.scores.append(part.scores);
  set.found.numbers.insert(set.found.numbers.end(), part.numbers.begin(), part.numbers.end());
}

/// In every round each rank scores one batch of images, and then all have all scores.
bool Tuning::score_on_ranks(OpenSet& set, const TuningEvents& events) {
  Ranks& ranks = *options_.ranks;
  const nn::InputSize& input = set.images->input();
  const std::int64_t turn = options_.batch.value_or(
      nn::images_at_once(input.any() ? nn::InputSize{} : input, kBatchOfSmall));
  while (set.found.next < set.last) {
    const std::int64_t first = std::min(set.last, set.found.next + turn * ranks.rank());
    TunedPart mine;
    SetReader reader(*set.images, first, std::min(set.last, first + turn), options_.batch,
                     kBatchOfSmall);
    while (const auto batch = mine.stopped ? std::nullopt : reader.next())
      score_batch(set, *batch, mine, events);
    if (ranks.any(mine.stopped)) return false;
    const TunedPart all = gathered(mine);
    append(set, all);
    if (events.skipped)
      for (const std::string& line : all.skipped) events.skipped(line);
    set.found.next = std::min(set.last, set.found.next + turn * ranks.size());
  }
  return true;
}

/// The parts of all ranks together. Images travel as rows of numbers: position, scores, logits.
Tuning::TunedPart Tuning::gathered(const TunedPart& mine) const {
  Ranks& ranks = *options_.ranks;
  const std::size_t settings = options_.grid.size(), classes = model_.info.classes.size();
  std::vector<double> rows;
  for (std::size_t i = 0; i < mine.numbers.size(); ++i) {
    rows.push_back(static_cast<double>(mine.numbers[i]));
    for (const auto& scores : mine.scores.scores) rows.push_back(scores[i]);
    for (std::size_t c = 0; c < classes; ++c)
      rows.push_back(static_cast<double>(mine.scores.logits[i * classes + c]));
  }
  const std::vector<double> all = ranks.gather(rows);
  TunedPart part;
  part.scores.scores.resize(settings);
  part.scores.classes = std::ssize(model_.info.classes);
  for (auto value = all.begin(); value != all.end();) {
    part.numbers.push_back(static_cast<std::int64_t>(*value++));
    for (auto& scores : part.scores.scores) scores.push_back(*value++);
    for (std::size_t c = 0; c < classes; ++c)
      part.scores.logits.push_back(static_cast<float>(*value++));
  }
  for (const std::string& lines : ranks.gather(joined_lines(mine.skipped)))
    for (std::string& line : split_lines(lines)) part.skipped.push_back(std::move(line));
  return part;
}

TuningResult Tuning::result() const {
  TuningResult r{};
  r.model = model_name(options_.model);
  r.architecture = model_.info.architecture;
  r.selection = selection();
  r.in = sets_.front().found;
  r.labels = labels_of(*sets_.front().images, r.in.numbers);
  std::vector<GridScores> out;
  const auto baseline = [](const TunedSet& set) {
    return max_softmax(set.scores.logits_tensor(), 1);
  };
  for (std::size_t i = 1; i < sets_.size(); ++i) {
    r.out.push_back(sets_[i].found);
    out.push_back(sets_[i].found.scores);
    const ScoreRanking ranking(baseline(r.in), baseline(r.out.back()));
    r.baseline.push_back(ranking.metrics());
    r.baseline_intervals.push_back(bootstrap_intervals(ranking, options_.seed));
  }
  r.points = measure_grid(options_.grid, r.in.scores, out);
  r.chosen = r.selection == Selection::in_set ? best_point_without_out_set(r.points)
                                              : best_point(r.points, options_.objective);
  const std::vector<double>& in = r.in.scores.scores[r.chosen];
  for (const GridScores& scores : out)
    r.intervals.push_back(
        bootstrap_intervals(ScoreRanking(in, scores.scores[r.chosen]), options_.seed));
  r.threshold = estimate_threshold(in, 0.95);
  return r;
}

/// Everything that the scores depend on, as text.
std::string Tuning::request() const {
  nlohmann::ordered_json sets = nlohmann::ordered_json::array();
  for (const OpenSet& set : sets_) sets.push_back({{"set", set.found.set}, {"images", set.last}});
  const nlohmann::ordered_json request{{"model", sha256_hex_of_file(model_file_)},
                                       {"sets", sets},
                                       {"temperatures", options_.grid.temperatures},
                                       {"epsilons", options_.grid.epsilons},
                                       {"seed", options_.seed}};
  return json_text(request, BadText::replace);
}

std::string Tuning::identity() const {
  std::string text = request();
  for (const OpenSet& set : sets_) text += ", from image " + std::to_string(set.found.next);
  return text;
}

void Tuning::save_state(const std::filesystem::path& path) const {
  nn::Safetensors file;
  file.metadata["format"] = kFormat;
  file.metadata["request"] = request();
  for (std::size_t i = 0; i < sets_.size(); ++i) put(file, i, sets_[i].found);
  nn::write_safetensors(path, file);
}

void Tuning::load_state(const std::filesystem::path& path) {
  const nn::Safetensors file = nn::read_safetensors(path);
  const auto value = [&](const char* key) {
    const auto found = file.metadata.find(key);
    return found == file.metadata.end() ? "" : found->second;
  };
  require(value("format") == kFormat, "tune: ", nn::quote(path.string()),
          " is not what an interrupted odin tune leaves");
  require(value("request") == request(), "tune: ", nn::quote(path.string()),
          " was left by a run with another model, other sets or another grid: ",
          nn::quote(value("request")));
  try {
    std::vector<TunedSet> found;
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      found.push_back(
          taken(file, i,
                {sets_[i].last,
                 std::ssize(options_.grid.temperatures) * std::ssize(options_.grid.epsilons),
                 std::ssize(model_.info.classes)}));
      found.back().set = sets_[i].found.set;
    }
    for (std::size_t i = 0; i < sets_.size(); ++i) sets_[i].found = std::move(found[i]);
  } catch (const Error& e) {
    fail("tune: ", nn::quote(path.string()), " is damaged: ", e.what());
  }
}

}  // namespace odin::native
