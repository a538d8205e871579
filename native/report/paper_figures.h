#pragma once

#include <optional>
#include <string>

namespace odin::native::report {

/// "ODIN" of "odin"; other methods keep their name.
std::string method_title(const std::string& method);

/// The five figures of the paper's table (Liang et al. 2018, table 2), in percent, for the baseline
/// and for ODIN; of Wide ResNets it is only given FPR here.
struct PaperFigures {
  double fpr95;
  std::optional<double> detection_error, auroc, aupr_in, aupr_out;
};
struct PaperRow {
  std::string network;  ///< "DenseNet-BC-100-12" or "WRN-28-10"
  PaperFigures baseline, odin;
};

/// The paper's row for a pair of sets, if it has one that can be compared: its resized images are
/// aliased, not filtered. Networks with "wrn" in their architecture are put beside its Wide ResNet,
/// all others beside its DenseNet.
std::optional<PaperRow> paper_row(const std::string& architecture, const std::string& in_set,
                                  const std::string& out_set);

}  // namespace odin::native::report
