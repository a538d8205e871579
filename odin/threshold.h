#pragma once

#include <vector>

namespace odin {

/// The largest threshold above which at least the share `tpr` of the in-distribution scores lies:
/// 0.95 for the operating point of the method's paper. Throws unless there are scores, all of them
/// are finite and 0 < tpr <= 1.
double threshold_at_tpr(std::vector<double> in_scores, double tpr);

}  // namespace odin
