#pragma once

#include <optional>
#include <string>

#include "odin/nn/models/architecture.h"

namespace odin::native::report {

/// "ODIN" for "odin"; the name itself for other methods.
std::string method_title(const std::string& method);

/// From the paper's table (Liang et al. 2018, table 2); for Wide ResNets only the FPR is given
/// here.
using PaperFigures = nn::PublishedFigures;
struct PaperRow {
  std::string network;  ///< "DenseNet-BC-100-12" or "WRN-28-10"
  PaperFigures baseline, odin;
};

/// The paper's row for a pair of sets, if there is a comparable one: the paper's resized images are
/// aliased, not filtered. A network is compared with the paper's network of its family
/// (nn/models/registry.h), or with the DenseNet if its family is unknown.
std::optional<PaperRow> paper_row(const std::string& architecture, const std::string& in_set,
                                  const std::string& out_set);

}  // namespace odin::native::report
