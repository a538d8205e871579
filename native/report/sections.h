#pragma once

#include <string>

#include "odin/native/report/page.h"
#include "odin/native/report/report_data.h"

namespace odin::native::report {

// Each returns a section of the page as HTML; empty if the evaluation lacks the details it needs.

std::string results_table(const Evaluation& evaluation, Captions& captions);
std::string score_charts(const Evaluation& evaluation, Captions& captions);
std::string gradient_charts(const Evaluation& evaluation, Captions& captions);
std::string picture_strips(const Evaluation& evaluation, Captions& captions);
std::string calibration_charts(const CalibrationCurve& calibration, Captions& captions);
std::string comparison_section(const Comparison& comparison, Captions& captions);
std::string tuning_charts(const Tuning& tuning, Captions& captions);

/// Histograms of the scores of the in- and an out-of-distribution set, with the threshold.
std::string score_histogram(const std::string& title, const std::string& label,
                            const ScoreCurves& curves);

}  // namespace odin::native::report
