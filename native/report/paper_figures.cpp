#include "odin/native/report/paper_figures.h"

#include "odin/native/sets/display_name.h"
#include "odin/native/sets/paper_sets.h"
#include "odin/nn/models/densenet_bc.h"
#include "odin/nn/models/registry.h"
#include "odin/tensor/error.h"

namespace odin::native::report {
namespace {

/// The set of the paper's table that a set can be compared with. The paper's resized images were
/// made without a low-pass filter, which makes them easier to detect than filtered ones.
std::string comparable_name(const std::string& set) {
  const auto spec = parse_set_if_valid(set);
  return spec && filter_of(spec->transform).empty() ? paper_name(*spec) : "";
}

/// The results of the family whose name occurs in `architecture`, which may also be the file name
/// of the model if an evaluation lacks the architecture. The paper's main network if there is none.
const nn::PublishedResults& results_for(const std::string& architecture) {
  for (const nn::Architecture* a : nn::architectures())
    if (architecture.find(a->family) != architecture.npos) return a->published;
  return nn::densenet_bc().published;
}

}  // namespace

std::string method_title(const std::string& method) { return method == "odin" ? "ODIN" : method; }

std::optional<PaperRow> paper_row(const std::string& architecture, const std::string& in_set,
                                  const std::string& out_set) {
  const std::string in = comparable_name(in_set), out = comparable_name(out_set);
  const nn::PublishedResults& published = results_for(architecture);
  for (const nn::PublishedRow& row : published.rows)
    if (in == row.in && out == row.out)
      return PaperRow{std::string(published.network), row.baseline, row.odin};
  return std::nullopt;
}

}  // namespace odin::native::report
