#include "odin/native/scoring/comparison.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "odin/model_options.h"
#include "odin/native/models/model_store.h"
#include "odin/native/models/same_model.h"
#include "odin/native/scoring/parameter_choice.h"
#include "odin/native/sets/set_reader.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/parallel.h"
#include "odin/threshold.h"

namespace odin::native {
namespace {

/// The scores of one set: [method][image].
struct ScoredSet {
  std::vector<std::vector<double>> scores;
  std::optional<double> accuracy;
  std::int64_t images = 0, skipped = 0;
};

struct NamedSet {
  std::string set;
  Distance distance;
};

std::vector<NamedSet> out_sets_of(const ComparisonOptions& o) {
  std::vector<NamedSet> sets;
  for (const std::string& set : o.near) sets.push_back({set, Distance::near});
  for (const std::string& set : o.far) sets.push_back({set, Distance::far});
  for (const std::string& set : o.other) sets.push_back({set, Distance::other});
  return sets;
}

std::vector<double> negated(std::vector<double> values) {
  for (double& v : values) v = -v;
  return values;
}

ComparedFigures figures_of(const std::vector<double>& in, const std::vector<double>& out) {
  ComparedFigures figures{compute_metrics(in, out),
                          compute_metrics(negated(out), negated(in)).fpr95};
  const auto finite = [](double s) { return std::isfinite(s); };
  if (std::ranges::all_of(in, finite) && std::ranges::all_of(out, finite))
    figures.histograms = score_histograms({in, out}, threshold_at_tpr(in, 0.95));
  return figures;
}

/// A row of each image: the class that it is taken for, and the score of each method.
ScoredSet scored(const MethodScorer& scorer, const SetPass& pass, const ScoringEvents& events) {
  ScoredSet found;
  found.scores.resize(scorer.options().methods.size());
  std::int64_t labelled = 0, right = 0;
  const auto compute = [&](const SetBatch& batch) {
    const MethodScores scores = scorer.score(batch.images);
    std::vector<double> values;
    for (std::size_t i = 0; i < batch.numbers.size(); ++i) {
      values.push_back(static_cast<double>(scores.labels[i]));
      for (const auto& of_method : scores.scores) values.push_back(of_method[i]);
    }
    return values;
  };
  found.skipped = for_each_batch(pass, events, compute, [&](const BatchRows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto row = rows.row(i);
      for (std::size_t m = 0; m < found.scores.size(); ++m) found.scores[m].push_back(row[m + 1]);
      const auto label = pass.set.label(rows.numbers[i]);
      labelled += label.has_value();
      right += label == static_cast<std::int64_t>(row[0]);
    }
    found.images += std::ssize(rows.numbers);
  });
  if (labelled > 0) found.accuracy = static_cast<double>(right) / static_cast<double>(labelled);
  return found;
}

}  // namespace

std::string name_of(Distance distance) {
  return distance == Distance::near ? "near" : distance == Distance::far ? "far" : "out";
}

Spread spread(const ComparisonResult& result, std::size_t method, std::size_t set,
              const std::function<double(const ComparedFigures&)>& figure) {
  std::vector<double> values;
  for (const ComparedModel& model : result.models)
    values.push_back(figure(model.figures[method][set]));
  return spread_of(values);
}

std::optional<Spread> mean_spread(const ComparisonResult& result, std::size_t method,
                                  Distance distance,
                                  const std::function<double(const ComparedFigures&)>& figure) {
  std::vector<double> values;
  for (const ComparedModel& model : result.models) {
    double sum = 0;
    int count = 0;
    for (std::size_t s = 0; s < result.sets.size(); ++s)
      if (result.sets[s].distance == distance) {
        sum += figure(model.figures[method][s]);
        ++count;
      }
    if (count == 0) return std::nullopt;
    values.push_back(sum / count);
  }
  return spread_of(values);
}

Comparison::Comparison(ComparisonOptions options) : options_(std::move(options)) {
  require(!out_sets_of(options_).empty(), "compare: no out-of-distribution set");
  require(options_.validation_in.empty() == options_.validation_out.empty(),
          "compare: parameters are chosen on two validation sets, in- and out-of-distribution; "
          "give both or neither");
  if (options_.models.empty()) options_.models.emplace_back();
  const std::vector<NamedSet> outs = out_sets_of(options_);
  parse_set(options_.in);
  for (const NamedSet& out : outs) parse_set(out.set);
}

namespace {

/// What the caller of Comparison::run() wants to hear.
struct ComparisonEvents {
  const std::function<void(std::int64_t, std::int64_t, const std::string&)>& progress;
  const std::function<void(const std::string&)>& skipped;
  const std::function<void(const std::string&)>& note;
};

/// One model's part of a comparison: its sets, made as it takes them, and its methods.
class ModelComparison {
 public:
  ModelComparison(const ComparisonOptions& options, const std::string& name,
                  const ComparisonEvents& events)
      : options_(options),
        events_(events),
        model_(nn::load_model(find_same_model(*options.ranks, name), options.device)),
        fit_(fit_of(model_)) {
    compared_.name = model_name(name);
    std::vector<std::string> notes;
    methods_ = methods_for(options.methods, model_, notes, options.step);
    in_ = open(options.in);
    for (const std::string& line : in_->use_classes_of_network(model_.info.classes))
      notes.push_back(line);
    total_ = in_->size();
    for (const NamedSet& out : out_sets_of(options)) {
      outs_.push_back(open(out.set));
      total_ += outs_.back()->size();
    }
    for (const std::string& line : notes) events.note(line);
  }

  std::vector<std::string> method_names() const {
    std::vector<std::string> names;
    for (const MethodChoice& c : methods_) names.push_back(to_string(c));
    return names;
  }

  /// Throws if a method lacks what it needs of this model.
  void check_methods() const { make_scorer_of(methods_, own_options()); }

  /// Scores all sets; puts the number of images into result.sets.
  ComparedModel run(ComparisonResult& result) {
    const MethodScorer scorer = make_scorer();
    const ScoredSet in = score(scorer, *in_);
    compared_.accuracy = in.accuracy;
    compared_.in_images = in.images;
    compared_.figures.resize(methods_.size());
    result.skipped += in.skipped;
    for (std::size_t s = 0; s < outs_.size(); ++s) {
      const ScoredSet out = score(scorer, *outs_[s]);
      result.sets[s].images = out.images;
      result.skipped += out.skipped;
      std::vector<ComparedFigures> figures(methods_.size());
      tensor::parallel_for(std::ssize(figures), 1, [&](std::int64_t first, std::int64_t last) {
        for (auto m = static_cast<std::size_t>(first); m < static_cast<std::size_t>(last); ++m)
          figures[m] = figures_of(in.scores[m], out.scores[m]);
      });
      for (std::size_t m = 0; m < figures.size(); ++m)
        compared_.figures[m].push_back(std::move(figures[m]));
    }
    return std::move(compared_);
  }

 private:
  std::unique_ptr<ImageSet> open(const std::string& set) const {
    auto images =
        open_set(parse_set(set), options_.seed, {model_.info.input, model_.info.preprocess});
    if (options_.limit) images->limit(*options_.limit);
    return images;
  }

  DetectorOptions own_options() const {
    return options_for(model_.info, options_.temperature, options_.epsilon);
  }
  MethodScorer make_scorer_of(const std::vector<MethodChoice>& methods,
                              const DetectorOptions& own) const {
    return {*model_.network,
            {model_.info.mean, model_.info.std},
            fit_,
            {methods, own.temperature, own.epsilon, options_.step},
            model_.info.input};
  }

  /// With the parameters that were chosen on the validation sets, if there are such.
  MethodScorer make_scorer() {
    const DetectorOptions own = own_options();
    MethodScorerOptions scoring{methods_, own.temperature, own.epsilon, options_.step};
    if (!options_.validation_in.empty())
      scoring.methods = choose_parameters(model_, fit_, scoring, *open(options_.validation_in),
                                          *open(options_.validation_out), options_.batch,
                                          events_.skipped, *options_.ranks);
    compared_.temperature = own.temperature;
    compared_.epsilon = own.epsilon;
    for (const MethodChoice& c : scoring.methods) compared_.chosen.push_back(to_string(c));
    return make_scorer_of(scoring.methods, own);
  }

  ScoredSet score(const MethodScorer& scorer, const ImageSet& set) {
    const std::string shown = shown_name(set.spec());
    const auto progress = [&](std::int64_t images) {
      if (events_.progress) events_.progress(done_ + images, total_, shown);
    };
    ScoredSet found = scored(scorer, {set, 0, set.size(), options_.batch, *options_.ranks},
                             {progress, events_.skipped});
    done_ += set.size();
    for (const std::string& line : set.conversions()) events_.note(shown + ": " + line);
    return found;
  }

  const ComparisonOptions& options_;
  const ComparisonEvents& events_;
  nn::Model model_;
  Fit fit_;
  std::vector<MethodChoice> methods_;
  std::unique_ptr<ImageSet> in_;
  std::vector<std::unique_ptr<ImageSet>> outs_;
  std::int64_t total_ = 0, done_ = 0;
  ComparedModel compared_;
};

/// Throws before hours of work unless all models can be compared. Returns the methods' names.
std::vector<std::string> checked_methods(const ComparisonOptions& options) {
  const ComparisonEvents silent{{}, {}, [](const std::string&) {}};
  std::vector<std::string> names;
  for (const std::string& name : options.models) {
    const ModelComparison comparison(options, name, silent);
    if (options.validation_in.empty()) comparison.check_methods();
    if (names.empty()) names = comparison.method_names();
    require(comparison.method_names() == names, "compare: ", nn::quote(model_name(name)),
            " does not have what the same methods need as the models before it; name the methods, "
            "or fit all models");
  }
  return names;
}

}  // namespace

ComparisonResult Comparison::run(
    const std::function<void(std::int64_t, std::int64_t, const std::string&)>& progress,
    const std::function<void(const std::string&)>& skipped,
    const std::function<void(const std::string&)>& note) const {
  const auto start = std::chrono::steady_clock::now();
  const ComparisonEvents events{progress, skipped, note};
  ComparisonResult result;
  result.in = options_.in;
  for (const NamedSet& out : out_sets_of(options_)) result.sets.push_back({out.set, out.distance});
  result.methods = checked_methods(options_);
  for (const std::string& name : options_.models)
    result.models.push_back(ModelComparison(options_, name, events).run(result));
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace odin::native
