#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "odin/method_scorer.h"
#include "odin/native/ranks/ranks.h"
#include "odin/native/scoring/batch_rows.h"
#include "odin/native/sets/data_set.h"
#include "odin/nn/io/model_file.h"

namespace odin::native {

/// A method with parameters of its grid, and the AUROC with them, the mean over the out-sets.
struct ParameterPoint {
  MethodChoice choice;
  double auroc = 0;
};

/// All combinations of the values in the method's grid. Parameters that the choice has stay.
std::vector<MethodChoice> grid_of(const MethodChoice& choice);

/// The AUROC of every point of the methods' grids, [method][point], in one pass over all sets, behind
/// the step of the options. Points that cannot be (more neighbors than the bank has images) are left
/// out. `events.progress` gets the number of images of all sets so far.
std::vector<std::vector<ParameterPoint>> measure_parameters(
    const nn::Model& model, const Fit& fit, const MethodScorerOptions& options, const ImageSet& in,
    const std::vector<const ImageSet*>& outs, std::optional<std::int64_t> batch,
    const ScoringEvents& events, Ranks& ranks = one_rank());

/// The point with the highest AUROC, the first of equal ones.
const ParameterPoint& best_of(const std::vector<ParameterPoint>& points);

/// Of each method the best point on one out-set.
std::vector<MethodChoice> choose_parameters(const nn::Model& model, const Fit& fit,
                                            const MethodScorerOptions& options, const ImageSet& in,
                                            const ImageSet& out, std::optional<std::int64_t> batch,
                                            const std::function<void(const std::string&)>& skipped,
                                            Ranks& ranks = one_rank());

}  // namespace odin::native
