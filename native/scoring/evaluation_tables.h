#pragma once

#include <string>

#include "odin/native/scoring/evaluation.h"

namespace odin::native {

/// The figures as CSV: a line for each out-set and method, shares as fractions, each figure with
/// the ends of its 95% interval ("auroc,auroc_low,auroc_high").
std::string evaluation_csv(const EvaluationResult& result, const std::string& method);

/// The figures as a LaTeX table (package booktabs), in percent, the better method of each pair in
/// bold, with the 95% intervals in small print.
std::string evaluation_latex(const EvaluationResult& result, const std::string& method);

}  // namespace odin::native
