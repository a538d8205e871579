#pragma once

#include <string>

#include "odin/native/report/report_data.h"

namespace odin::native::report {

/// The report as one HTML file. Deterministic: the same data gives the same bytes.
std::string render_report(const ReportData& data);

}  // namespace odin::native::report
