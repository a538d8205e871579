#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "odin/native/sets/data_set.h"
#include "odin/nn/io/model_file.h"
#include "odin/threshold.h"
#include "odin/tune.h"

namespace odin::native {

struct TuningOptions {
  std::string model;  ///< as on the command line
  std::string in;
  std::vector<std::string> out;
  /// "uniform" or "gaussian": as much noise as there are in-images takes the place of an out-set.
  /// It is other noise than that of the set of this name.
  std::string stand_in;
  std::optional<std::int64_t> limit;  ///< of the images of each set
  TuningGrid grid = default_grid();
  Objective objective = Objective::fpr95;
  std::int64_t batch = 32;
  std::uint64_t seed = 1;
  tensor::Device device = tensor::Device::cpu;
};

/// What a setting was chosen by.
enum class Selection { out_set, stand_in, in_set };
/// "out-set", "stand-in", "in-set".
std::string name_of(Selection selection);

/// What has been scored of a set.
struct TunedSet {
  std::string set;
  std::int64_t next = 0;              ///< the first image that has not been looked at
  std::vector<std::int64_t> numbers;  ///< of the images scored; unreadable ones are missing
  GridScores scores;
};

struct TuningResult {
  std::string model, architecture;
  Selection selection;
  TunedSet in;
  std::vector<TunedSet> out;
  std::optional<std::vector<std::int64_t>> labels;  ///< of the in-images
  std::vector<GridPoint> points;
  std::vector<Metrics> baseline;  ///< maximum softmax at T = 1, against each out-set
  std::size_t chosen;             ///< of the points
  ThresholdEstimate threshold;    ///< at the chosen point, for 95% TPR
};

struct TuningEvents {
  /// After each pass of some images, by one thread at a time: how much of total_work() is done, and
  /// the set under way. Says whether to go on.
  std::function<bool(std::int64_t done, const std::string& set)> pass;
  std::function<void(const std::string& line)> skipped;
};

/// Scores sets at every setting of a grid and chooses one. Can be stopped anywhere, written to a
/// file and resumed; the result is the same.
class Tuning {
 public:
  /// Loads the model and opens every set; whatever is wrong with them is thrown here, before the
  /// work starts.
  explicit Tuning(TuningOptions options);

  /// In passes of one image.
  std::int64_t total_work() const;
  std::int64_t images_done() const;
  /// Of them, those that could not be read, in earlier runs too.
  std::int64_t images_skipped() const;
  std::int64_t image_count() const;

  /// False when it was stopped. What was scored is kept, but for the batch under way.
  bool run(const TuningEvents& events = {});
  /// After a run that was not stopped.
  TuningResult result() const;

  void save_state(const std::filesystem::path& path) const;
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

  void open(const std::string& name, std::uint64_t seed);
  bool score(OpenSet& set, const TuningEvents& events);
  std::string request() const;
  Selection selection() const;

  TuningOptions options_;
  std::filesystem::path model_file_;
  nn::Model model_;
  std::vector<OpenSet> sets_;  ///< the in-set first
};

/// The object that `odin tune --json` writes.
std::string to_json(const TuningOptions& options, const TuningResult& result);

/// Writes a copy of a model file with temperature, epsilon and threshold set in its metadata, and
/// how they were found ("tuning"). All else in it stays as it is; `to` may be the same file.
void save_settings(const std::filesystem::path& model, const std::filesystem::path& to,
                   const TuningOptions& options, const TuningResult& result);

}  // namespace odin::native
