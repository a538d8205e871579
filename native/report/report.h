#pragma once

#include <string>

#include "odin/native/report/report_data.h"

namespace odin::native::report {

/// The report as one HTML file. Deterministic: the same data gives the same bytes.
/// Sections that would make the page larger than `most_bytes` are left out, which it says.
std::string render_report(const ReportData& data, std::size_t most_bytes = std::size_t{64} << 20);

}  // namespace odin::native::report
