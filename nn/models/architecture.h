#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "odin/nn/input_size.h"
#include "odin/nn/module.h"

namespace odin::nn {

/// How networks of a family are trained, where it differs from one family to another.
struct TrainingRecipe {
  std::string_view name;    ///< "paper", "fast"
  std::string_view source;  ///< where the numbers come from
  std::int64_t epochs = 0, batch = 0;
  std::string_view schedule;       ///< of the learning rate: "step" or "cosine" (down to 0)
  std::vector<double> milestones;  ///< step alone: fractions of the training
  double factor = 0.1;             ///< step alone: at each milestone
  std::int64_t warmup_epochs = 0;  ///< linear from 0
  double weight_decay = 0;
};

/// "fast", in a tenth of the papers' time.
/// No label smoothing, though it raises the accuracy: ODIN's score suffers from it. With a smaller
/// weight decay ODIN took noise for photographs (docs/training.md).
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

/// How well a score tells two sets apart, in percent.
struct PublishedFigures {
  double fpr95;
  std::optional<double> detection_error, auroc, aupr_in, aupr_out;
};

/// A row of the table in ODIN's paper (Liang et al. 2018, table 2). Sets have the paper's names.
struct PublishedRow {
  std::string_view in, out;
  PublishedFigures baseline, odin;
};

/// A row of the table of epsilons in the method's published code.
struct PublishedEpsilon {
  std::string_view out;
  double cifar10, cifar100;  ///< for networks of 10 and of 100 classes
};

/// What ODIN's authors report of a family.
struct PublishedResults {
  std::string_view family;   ///< as they call it: "DenseNet", "WRN"
  std::string_view network;  ///< which of the family they measured: "DenseNet-BC-100-12"
  std::vector<PublishedRow> rows;
  std::vector<PublishedEpsilon> epsilons;
};

/// Everything there is to know about a family of networks that differ in some numbers. The family's
/// pair of files defines it beside the network, and registry.cpp lists it.
///
/// Published checkpoints are loaded by the names of the module's state dict, so the network registers
/// its members under the names that those checkpoints use.
struct Architecture {
  std::string_view family;   ///< how the names of its networks begin: "densenet-bc"
  std::string_view options;  ///< what follows, a letter a number: "L-k"
  std::string_view example;  ///< "densenet-bc-100-12"
  std::string_view legal;    ///< which numbers are, for people: "L 4 more than a multiple of 6"

  /// The network in evaluation mode, its parameters 0 until initialised or loaded. `options` are the
  /// numbers of its name, each from 0 to 10000. Throws where they make no network.
  std::unique_ptr<Module> (*make)(std::span<const std::int64_t> options, std::int64_t classes,
                                  const InputSize& input);

  std::vector<TrainingRecipe> recipes;
  PublishedResults published;  ///< empty where nothing was published
};

}  // namespace odin::nn
