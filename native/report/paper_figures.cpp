#include "odin/native/report/paper_figures.h"

#include <array>

#include "odin/native/sets/display_name.h"
#include "odin/native/sets/paper_sets.h"

namespace odin::native::report {
namespace {

/// The row of the paper's table that figures for a set can be put beside: its resized images were
/// made without a low-pass filter, which makes them easier to tell than filtered ones.
std::string comparable_name(const std::string& set) {
  const auto spec = parse_set_if_valid(set);
  return spec && filter_of(spec->transform).empty() ? paper_name(*spec) : "";
}

struct TableRow {
  const char *in, *out;
  std::array<double, 5> baseline, odin;
};

// FPR at 95% TPR, detection error, AUROC, AUPR-In, AUPR-Out.
constexpr TableRow kDenseNet[] = {
    {"CIFAR-10",
     "TinyImageNet (crop)",
     {34.7, 10.0, 95.3, 96.4, 93.8},
     {4.3, 4.7, 99.1, 99.1, 99.1}},
    {"CIFAR-10",
     "TinyImageNet (resize)",
     {40.8, 11.5, 94.1, 95.1, 92.4},
     {7.5, 6.1, 98.5, 98.6, 98.5}},
    {"CIFAR-10", "LSUN (crop)", {39.3, 10.2, 94.8, 96.0, 93.1}, {11.4, 7.2, 97.9, 98.0, 97.9}},
    {"CIFAR-10", "LSUN (resize)", {33.6, 9.8, 95.4, 96.4, 94.0}, {3.8, 4.4, 99.2, 99.3, 99.2}},
    {"CIFAR-10", "Uniform", {23.5, 5.3, 96.5, 97.8, 93.0}, {0.0, 0.5, 99.0, 100.0, 99.0}},
    {"CIFAR-10", "Gaussian", {12.3, 4.7, 97.5, 98.3, 95.9}, {0.0, 0.2, 100.0, 100.0, 100.0}},
    {"CIFAR-100",
     "TinyImageNet (crop)",
     {67.8, 36.4, 83.0, 85.3, 80.8},
     {26.9, 12.9, 94.5, 94.7, 94.5}},
    {"CIFAR-100",
     "TinyImageNet (resize)",
     {82.2, 43.6, 70.4, 71.4, 68.6},
     {57.0, 22.7, 85.5, 86.0, 84.8}},
    {"CIFAR-100", "LSUN (crop)", {69.4, 37.2, 83.7, 86.2, 80.9}, {18.6, 9.7, 96.6, 96.8, 96.5}},
    {"CIFAR-100", "LSUN (resize)", {83.3, 44.1, 70.6, 72.5, 68.0}, {58.0, 22.3, 86.0, 87.1, 84.8}},
    {"CIFAR-100", "Uniform", {100.0, 35.9, 43.1, 63.2, 41.9}, {100.0, 17.9, 99.5, 87.5, 65.1}},
    {"CIFAR-100", "Gaussian", {100.0, 41.2, 30.6, 53.4, 37.6}, {100.0, 38.0, 40.5, 60.5, 40.9}},
};

struct WideResNetRow {
  const char *in, *out;
  double baseline_fpr95, odin_fpr95;
};

constexpr WideResNetRow kWideResNet[] = {
    {"CIFAR-10", "TinyImageNet (crop)", 38.9, 23.4},
    {"CIFAR-10", "TinyImageNet (resize)", 45.6, 25.5},
    {"CIFAR-10", "LSUN (crop)", 35.0, 21.8},
    {"CIFAR-10", "LSUN (resize)", 35.0, 17.6},
    {"CIFAR-100", "TinyImageNet (crop)", 67.1, 42.7},
    {"CIFAR-100", "TinyImageNet (resize)", 79.3, 51.6},
    {"CIFAR-100", "LSUN (crop)", 74.0, 35.7},
    {"CIFAR-100", "LSUN (resize)", 76.7, 46.5},
};

PaperFigures figures(const std::array<double, 5>& v) { return {v[0], v[1], v[2], v[3], v[4]}; }

}  // namespace

std::string method_title(const std::string& method) { return method == "odin" ? "ODIN" : method; }

std::optional<PaperRow> paper_row(const std::string& architecture, const std::string& in_set,
                                  const std::string& out_set) {
  const std::string in = comparable_name(in_set), out = comparable_name(out_set);
  if (architecture.find("wrn") != architecture.npos) {
    for (const WideResNetRow& row : kWideResNet)
      if (in == row.in && out == row.out)
        return PaperRow{
            "WRN-28-10", {row.baseline_fpr95, {}, {}, {}, {}}, {row.odin_fpr95, {}, {}, {}, {}}};
    return std::nullopt;
  }
  for (const TableRow& row : kDenseNet)
    if (in == row.in && out == row.out)
      return PaperRow{"DenseNet-BC-100-12", figures(row.baseline), figures(row.odin)};
  return std::nullopt;
}

}  // namespace odin::native::report
