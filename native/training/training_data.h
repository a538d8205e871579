#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "odin/native/sets/labelled_images.h"
#include "odin/normalization.h"

namespace odin::native {

struct TrainingDataOptions {
  std::string test = {};   ///< the test set, named like the training set; empty: see `test` below
  bool strict = false;     ///< a picture that would be skipped is an error
  std::uint64_t seed = 1;  ///< of @crop
  /// Told now and then how many pictures of a folder have been looked at.
  std::function<void(std::int64_t done, std::int64_t all)> progress = {};
};

/// What a training works on.
struct TrainingData {
  Dataset train;
  /// CIFAR's test split, or the set that the options name.
  std::optional<Dataset> test;
  /// kCifarNormalization for CIFAR, otherwise the training images' own.
  Normalization normalization;
  /// One line for each picture that is unreadable or in no class, which names it.
  std::vector<std::string> skipped;
};

/// Reads a training set, named as on the command line:
///
///     cifar10:DIR, cifar100:DIR   the published binary version
///     folder:DIR, then @resize, @center, @crop, @resize-box or @resize-aliased
///                                 one folder a class (class_folders.h); without a transform every
///                                 picture must be 32x32
///
/// Throws Error, which names the set, when it cannot be used, and when the test set has not the very
/// classes of the training set.
TrainingData load_training_data(const std::string& spec, const TrainingDataOptions& options = {});

/// A paragraph on these names for --help.
extern const char* const kTrainingSetHelp;

}  // namespace odin::native
