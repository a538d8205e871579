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
std::string tuning_charts(const Tuning& tuning, Captions& captions);

}  // namespace odin::native::report
