#pragma once

#include <optional>
#include <string>

#include "odin/nn/models/architecture.h"

namespace odin::native::report {

/// "ODIN" of "odin"; other methods keep their name.
std::string method_title(const std::string& method);

/// Of the paper's table (Liang et al. 2018, table 2); of Wide ResNets only the FPR is given here.
using PaperFigures = nn::PublishedFigures;
struct PaperRow {
  std::string network;  ///< "DenseNet-BC-100-12" or "WRN-28-10"
  PaperFigures baseline, odin;
};

/// The paper's row for a pair of sets, if it has one that can be compared: its resized images are
/// aliased, not filtered. A network is put beside the one of its family (nn/models/registry.h), one of
/// unknown family beside the DenseNet.
std::optional<PaperRow> paper_row(const std::string& architecture, const std::string& in_set,
                                  const std::string& out_set);

}  // namespace odin::native::report
