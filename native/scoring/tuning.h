#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "odin/bootstrap.h"
#include "odin/native/ranks/ranks.h"
#include "odin/native/sets/data_set.h"
#include "odin/native/sets/set_reader.h"
#include "odin/nn/io/model_file.h"
#include "odin/threshold.h"
#include "odin/tune.h"

namespace odin::native {

struct TuningOptions {
  std::string model;  ///< as on the command line
  std::string in;
  std::vector<std::string> out;
  /// "uniform" or "gaussian": use as many noise images as there are in-distribution images in place
  /// of an out-set. The noise differs from that of the set of this name.
  std::string stand_in;
  std::optional<std::int64_t> limit;  ///< maximum number of images of each set
  TuningGrid grid = default_grid();
  Objective objective = Objective::fpr95;
  std::optional<std::int64_t> batch = {};  ///< as of SetReader
  std::uint64_t seed = 1;
  tensor::Device device = tensor::Device::cpu;
  Ranks* ranks = &one_rank();
};

/// The kind of data by which a setting was chosen.
enum class Selection { out_set, stand_in, in_set };
/// "out-set", "stand-in", "in-set".
std::string name_of(Selection selection);

/// The scores of a set so far.
struct TunedSet {
  std::string set;
  std::int64_t next = 0;              ///< the first image that has not been processed
  std::vector<std::int64_t> numbers;  ///< positions of the scored images; unreadable ones left out
  GridScores scores;
};

struct TuningResult {
  std::string model, architecture;
  Selection selection;
  TunedSet in;
  std::vector<TunedSet> out;
  std::optional<std::vector<std::int64_t>> labels;  ///< of the in-distribution images
  std::vector<GridPoint> points;
  std::vector<Metrics> baseline;  ///< maximum softmax at T = 1, for each out-set
  std::size_t chosen;             ///< index of the chosen point
  /// For each out-set, of the baseline and at the chosen point. They know nothing of the choice,
  /// which makes the figures on these images look better than on others.
  std::vector<MetricsIntervals> baseline_intervals, intervals;
  ThresholdEstimate threshold;  ///< at the chosen point, for 95% TPR
};

struct TuningEvents {
  /// Called after each pass of some images, by one thread at a time, with the part of total_work()
  /// that is done and the current set. Returns whether to continue.
  std::function<bool(std::int64_t done, const std::string& set)> pass;
  std::function<void(const std::string& line)> skipped;
};

/// Scores sets at every setting of a grid and chooses the best setting. It can be stopped, saved to
/// a file and resumed with the same result. Several ranks divide the images: each has a Tuning of
/// the same options, run() is collective, and all have the result. Not thread-safe.
class Tuning {
 public:
  /// Loads the model and opens every set. Throws if anything is wrong with them, before the work
  /// starts.
  explicit Tuning(TuningOptions options);

  /// The total number of passes, counted for single images.
  std::int64_t total_work() const;
  std::int64_t images_done() const;
  /// How many of them could not be read, including earlier runs.
  std::int64_t images_skipped() const;
  /// How many of those that could not be read are no longer there: they were when the run began.
  std::int64_t images_gone() const;
  std::int64_t image_count() const;
  /// Lines about the classes of the in-set and about pictures that are not read.
  std::vector<std::string> notes() const;
  /// After run(): lines about the conversions of pictures ("folder:x: 3 pictures: gray to RGB").
  std::vector<std::string> conversions() const;

  /// Returns false if it was stopped. All scores are kept except those of the unfinished batch.
  bool run(const TuningEvents& events = {});
  /// The result; only after run() has returned true.
  TuningResult result() const;

  void save_state(const std::filesystem::path& path) const;
  /// What has to be the same on all ranks: everything that the scores depend on, and what is done.
  std::string identity() const;
  /// Throws unless the file is the state of this model, these sets and this grid.
  void load_state(const std::filesystem::path& path);

  const TuningOptions& options() const { return options_; }
  const std::filesystem::path& model_file() const { return model_file_; }
  const nn::ModelInfo& model_info() const { return model_.info; }

 private:
  struct OpenSet {
    std::unique_ptr<ImageSet> images;
    std::int64_t last;  ///< images [0, last) are scored
    TunedSet found;
  };

  /// Scores of some images of a set.
  struct TunedPart {
    std::vector<std::int64_t> numbers;
    GridScores scores;
    std::vector<std::string> skipped;
    bool stopped = false;
  };

  void open(const std::string& name, std::uint64_t seed);
  bool score(OpenSet& set, const TuningEvents& events);
  bool score_on_ranks(OpenSet& set, const TuningEvents& events);
  void score_batch(const OpenSet& set, const SetBatch& batch, TunedPart& part,
                   const TuningEvents& events) const;
  void append(OpenSet& set, const TunedPart& part) const;
  TunedPart gathered(const TunedPart& mine) const;
  std::string request() const;
  Selection selection() const;

  TuningOptions options_;
  std::filesystem::path model_file_;
  nn::Model model_;
  std::vector<OpenSet> sets_;  ///< the in-set first
  std::vector<std::string> class_notes_;
};

/// The object that `odin tune --json` writes.
std::string to_json(const TuningOptions& options, const TuningResult& result);

/// Writes a copy of a model file with temperature, epsilon and threshold set in its metadata, and
/// with a record of how they were found ("tuning"). Nothing else changes; `to` may be the same
/// file.
void save_settings(const std::filesystem::path& model, const std::filesystem::path& to,
                   const TuningOptions& options, const TuningResult& result);

}  // namespace odin::native
