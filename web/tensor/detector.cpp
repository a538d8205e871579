#include "calls.h"
#include "odin/threshold.h"

namespace odin::web {
namespace {

constexpr Function kDetectorFunctions[] = {
    // scores, the part of them that is to be above -> the threshold, its interval and standard error
    {"estimateThreshold",
     [](Arguments& in, Results& out) {
       const std::vector<double> scores = in.numbers();
       const ThresholdEstimate found = estimate_threshold(scores, in.number());
       for (const double value : {found.threshold, found.low, found.high, found.standard_error})
         out.number(value);
     }},
};

}  // namespace

std::span<const Function> detector_functions() { return kDetectorFunctions; }

}  // namespace odin::web
