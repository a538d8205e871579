#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "odin/native/sets/labelled_images.h"
#include "odin/nn/io/preprocess.h"
#include "odin/normalization.h"

namespace odin::native {

struct TrainingDataOptions {
  std::string test = {};  ///< the test set, as the training set; empty: see TrainingData::test
  std::optional<std::int64_t> limit = {};  ///< maximum number of images of each set
  bool strict = false;                     ///< throw for an image that would be skipped
  std::uint64_t seed = 1;                  ///< for @crop
  nn::InputSize input = {};                ///< what the images become, not any(), and how
  nn::Preprocess preprocess = {};
  /// Called now and then with the number of images of a folder that have been processed.
  std::function<void(std::int64_t done, std::int64_t all)> progress = {};
};

/// The data of a training.
struct TrainingData {
  Dataset train;
  /// The set named in the options; without one, CIFAR's test split, and nothing for a folder.
  std::optional<Dataset> test;
  std::int64_t shared = 0;  ///< test images that are training images as well
  /// kCifarNormalization for CIFAR in color, otherwise computed from the training images.
  Normalization normalization;
  /// One line for each image that is unreadable or in no class, naming it.
  std::vector<std::string> skipped;
  /// Lines about conversions of pictures, about pictures that are not read, and about the classes
  /// of the test set and those without a training image.
  std::vector<std::string> notes;
};

/// Reads a training set, named as on the command line:
///
///     cifar10:DIR, cifar100:DIR   the published binary version
///     folder:DIR, then @resize, @center, @crop, @resize-box or @resize-aliased
///                                 one folder a class (class_folders.h); without a transform they
///                                 are converted by the preprocessing, and for networks of 32x32
///                                 that squeeze every picture must be 32x32 (image_fit.h)
///
/// #FIRST-LAST takes a range of the images and #train says that of CIFAR the training split is meant,
/// as it is for a training set anyway (set_spec.h). A limit keeps the images that ImageChoice does.
///
/// The classes of the test set are joined to those of the training set by join_classes
/// (class_join.h); it may have some of them only. Throws Error, which names the set, if it cannot be
/// used, if the images chosen for training are all of one class, or if the test set has a class that
/// the training set has not.
TrainingData load_training_data(const std::string& spec, const TrainingDataOptions& options = {});

/// A paragraph about these names for --help.
extern const char* const kTrainingSetHelp;

}  // namespace odin::native
