#include "odin/native/report/report.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "odin/native/report/sections.h"
#include "odin/native/report/svg.h"
#include "odin/native/sets/display_name.h"
#include "odin/tensor/error.h"

namespace odin::native::report {
namespace {

/// The name without its folders and its extension.
std::string model_name(const std::string& model) {
  std::string name = model.substr(model.find_last_of('/') + 1);
  const std::string ending = ".safetensors";
  if (name.ends_with(ending)) name.resize(name.size() - ending.size());
  return name;
}

std::string evaluation_section(const Evaluation& e, Captions& captions) {
  std::string html = "<section>\n<h2>" + escape(model_name(e.model)) + " on " +
                     escape(display_name(e.in_set)) + "</h2>\n<dl class=\"facts\">";
  if (!e.architecture.empty()) html += fact("architecture", e.architecture);
  html += fact("in-distribution set", display_name(e.in_set)) +
          fact("images", std::to_string(e.in_count));
  if (e.accuracy) html += fact("accuracy", percent(*e.accuracy, 2) + "%");
  html +=
      fact("temperature", compact_number(e.temperature)) +
      (e.method == "odin" ? fact("ε", e.epsilon ? compact_number(*e.epsilon) : "each set its own")
                          : "");
  if (!e.protocol.empty()) html += fact("protocol", e.protocol);
  if (!e.seed.empty()) html += fact("seed", e.seed);
  if (!e.commit.empty()) html += fact("commit of odin", e.commit);
  html += "</dl>\n";
  html += results_table(e, captions);
  html += score_charts(e, captions);
  html += gradient_charts(e, captions);
  if (e.calibration) html += calibration_charts(*e.calibration, captions);
  return html + picture_strips(e, captions) + "</section>\n";
}

std::string tuning_section(const Tuning& t, bool with_calibration, Captions& captions) {
  std::string html = "<section>\n<h2>Temperature, step and threshold of " +
                     escape(model_name(t.model)) + "</h2>\n" + tuning_charts(t, captions);
  if (with_calibration && t.calibration) html += calibration_charts(*t.calibration, captions);
  return html + "</section>\n";
}

constexpr const char* kLead =
    "<p class=\"lead\">Does an image belong to what the network was trained on? The maximum "
    "softmax "
    "probability (baseline) and ODIN, measured.</p>\n";

constexpr const char* kFooter =
    "<footer>\n"
    "<p>ODIN: S. Liang, Y. Li, R. Srikant, <i>Enhancing the reliability of out-of-distribution "
    "image detection in neural networks</i>, ICLR 2018. Baseline: D. Hendrycks, K. Gimpel, <i>A "
    "baseline for detecting misclassified and out-of-distribution examples in neural networks</i>, "
    "ICLR 2017. Choice of the step without out-of-distribution images: Y.-C. Hsu, Y. Shen, H. Jin, "
    "Z. Kira, <i>Generalized ODIN</i>, CVPR 2020. Calibration: C. Guo, G. Pleiss, Y. Sun, K. Q. "
    "Weinberger, <i>On calibration of modern neural networks</i>, ICML 2017.</p>\n</footer>\n";

/// The sections of a page, as far as there is room.
class Body {
 public:
  Body(std::string html, std::size_t most_bytes) : html_(std::move(html)), most_(most_bytes) {}

  /// Returns whether the section has been added.
  bool add(const std::string& section, const std::string& name) {
    if (html_.size() + section.size() > most_) {
      left_out_.push_back(name);
      return false;
    }
    html_ += section;
    return true;
  }

  std::string finish() const {
    if (left_out_.empty()) return html_;
    constexpr std::size_t kMostNamed = 10;
    std::string names;
    for (std::size_t i = 0; i < std::min(kMostNamed, left_out_.size()); ++i)
      names += (i ? "; " : "") + left_out_[i];
    return html_ + "<section>\n<h2>Left out</h2>\n<p>" + std::to_string(left_out_.size()) +
           (left_out_.size() == 1 ? " section, which" : " sections, which") +
           " would make this page larger than " + std::to_string(most_ >> 20) +
           " MiB: " + escape(names) + (left_out_.size() > kMostNamed ? "; ..." : "") +
           ". A report of fewer files shows them.</p>\n</section>\n";
  }

 private:
  std::string html_;
  std::size_t most_;
  std::vector<std::string> left_out_;
};

}  // namespace

std::string render_report(const ReportData& data, std::size_t most_bytes) {
  const bool detection =
      !data.evaluations.empty() || !data.tunings.empty() || !data.comparisons.empty();
  require(detection || !data.trainings.empty(), "report: nothing to report on");
  const std::string title = detection ? "Out-of-distribution detection" : "Training";
  Captions captions;
  Body body("<header>\n<h1>" + title + "</h1>\n" + (detection ? kLead : "") + "</header>\n",
            most_bytes);
  for (const TrainingView& t : data.trainings) body.add(training_section(t, captions), t.title);
  for (const Comparison& c : data.comparisons)
    body.add(comparison_section(c, captions), "methods on " + display_name(c.in_set));
  bool calibration_shown = false;
  for (const Evaluation& e : data.evaluations)
    if (body.add(evaluation_section(e, captions),
                 model_name(e.model) + " on " + display_name(e.in_set)))
      calibration_shown = calibration_shown || e.calibration.has_value();
  for (const Tuning& t : data.tunings)
    body.add(tuning_section(t, !calibration_shown, captions),
             "the tuning of " + model_name(t.model));
  return page(title, body.finish() + (detection ? kFooter : ""));
}

}  // namespace odin::native::report
