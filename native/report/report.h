#pragma once

#include <string>

#include "odin/native/report/report_data.h"

namespace odin::native::report {

/// The whole report as one HTML file. The same data gives the same bytes.
std::string render_report(const ReportData& data);

}  // namespace odin::native::report
