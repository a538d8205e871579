#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "odin/nn/input_size.h"
#include "odin/nn/module.h"

namespace odin::nn {

/// How the networks of a family are trained: the settings that differ between families.
struct TrainingRecipe {
  std::string_view name;    ///< "paper", "fast"
  std::string_view source;  ///< paper or document that the numbers come from
  std::int64_t epochs = 0, batch = 0;
  std::string_view schedule;       ///< learning-rate schedule: "step" or "cosine" (down to 0)
  std::vector<double> milestones;  ///< "step" only: fractions of the training
  double factor = 0.1;             ///< "step" only: multiplies the learning rate at each milestone
  std::int64_t warmup_epochs = 0;  ///< the learning rate rises linearly from 0
  double weight_decay = 0;
};

/// The recipe "fast": about a tenth of the papers' training time. No label smoothing: it raises the
/// accuracy but worsens ODIN's score. With a smaller weight decay, noise got in-distribution scores
/// (docs/training.md).
inline TrainingRecipe fast_recipe() {
  return {.name = "fast",
          .source = "docs/training.md",
          .epochs = 30,
          .batch = 64,
          .schedule = "cosine",
          .milestones = {},
          .warmup_epochs = 1,
          .weight_decay = 5e-4};
}

/// How well a score separates in-distribution from out-of-distribution images, in percent.
struct PublishedFigures {
  double fpr95;
  std::optional<double> detection_error, auroc, aupr_in, aupr_out;
};

/// A row of table 2 in ODIN's paper (Liang et al. 2018). `in` and `out` are the paper's names of
/// the data sets.
struct PublishedRow {
  std::string_view in, out;
  PublishedFigures baseline, odin;
};

/// The epsilon for one out-of-distribution set, from the authors' published code.
struct PublishedEpsilon {
  std::string_view out;
  double cifar10, cifar100;  ///< for networks of 10 and of 100 classes
};

/// What ODIN's authors report for a family.
struct PublishedResults {
  std::string_view family;   ///< the paper's name of it: "DenseNet", "WRN"
  std::string_view network;  ///< the network they measured: "DenseNet-BC-100-12"
  std::vector<PublishedRow> rows;
  std::vector<PublishedEpsilon> epsilons;
};

/// A family of networks that differ only in some numbers, such as depth and width. The family's own
/// pair of files (densenet_bc.h and .cpp) defines it, and registry.cpp lists it.
///
/// A network must register its members under the names in published checkpoints, so that these can
/// be loaded.
struct Architecture {
  std::string_view family;  ///< prefix of its networks' names: "densenet-bc"
  /// The rest of the name, one letter for each number: "L-k". Empty: the family has one network,
  /// whose name is the family's; ending in "...": any number of numbers.
  std::string_view options;
  std::string_view example;  ///< "densenet-bc-100-12"
  std::string_view legal;    ///< legal numbers, for messages: "L 4 more than a multiple of 6"

  /// Makes a network in evaluation mode, its parameters 0 until initialized or loaded. `options`
  /// are the numbers in its name, each from 0 to 10000. Throws if they are not legal.
  std::unique_ptr<Module> (*make)(std::span<const std::int64_t> options, std::int64_t classes,
                                  const InputSize& input);

  std::vector<TrainingRecipe> recipes;
  PublishedResults published;  ///< empty where nothing was published

  /// The network's own name of a tensor that a checkpoint has under another one; null: the same.
  std::string (*our_name)(std::string name) = nullptr;
};

}  // namespace odin::nn
