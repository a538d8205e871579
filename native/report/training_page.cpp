#include "odin/native/report/training_page.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "odin/native/report/chart.h"
#include "odin/native/report/svg.h"
#include "odin/native/system/progress.h"

namespace odin::native::report {
namespace {

constexpr int kReloadSeconds = 20;
constexpr double kWidth = 480, kHeight = 300, kSmallHeight = 220;
constexpr std::size_t kTableRows = 10;

using Log = std::vector<EpochFigures>;

/// The points (epoch, value) of all epochs that have the value.
template <class F>
std::vector<Point> curve(const Log& log, F&& value) {
  std::vector<Point> points;
  for (const EpochFigures& f : log)
    if (const std::optional<double> v = value(f); v && std::isfinite(*v))
      points.emplace_back(static_cast<double>(f.epoch), *v);
  return points;
}

struct Curve {
  std::vector<Point> points;
  std::string classes, name;
};

Axis epoch_axis(const TrainingView& t) {
  const std::int64_t last = t.log.empty() ? 1 : t.log.back().epoch;
  return {.label = "epoch",
          .low = 0,
          .high = static_cast<double>(std::max(last, t.planned_epochs)),
          .whole = true};
}

double lowest(const std::vector<Curve>& curves, double otherwise) {
  double low = otherwise;
  for (const Curve& c : curves)
    for (const auto& [x, y] : c.points) low = std::min(low, y);
  return low;
}

double highest(const std::vector<Curve>& curves) {
  double high = 0;
  for (const Curve& c : curves)
    for (const auto& [x, y] : c.points) high = std::max(high, y);
  return high;
}

/// A line chart. The last point gets a dot, so that a single point is visible too.
std::string chart_of(const TrainingView& t, const std::string& title, Axis y, double height,
                     const std::vector<Curve>& curves) {
  Chart chart(title, epoch_axis(t), std::move(y), kWidth, height);
  for (const Curve& c : curves) {
    if (c.points.empty()) continue;
    chart.line(c.points, c.classes, c.name);
    chart.points({c.points.back()}, c.classes + " strong", "", 2.5);
  }
  if (const auto best = best_epoch(t.log); best && curves.size() > 1)
    chart.marker(static_cast<double>(t.log[*best].epoch), "best");
  return chart.render();
}

/// A chart of one positive value over the epochs, with its y axis from 0.
std::string chart_from_zero(const TrainingView& t, const char* title, const char* label,
                            double EpochFigures::*figure, double height) {
  const std::vector<Curve> curves{
      {curve(t.log, [&](const auto& f) { return std::optional(f.*figure); }), "in", ""}};
  const double top = highest(curves);
  return chart_of(t, title, {.label = label, .low = 0, .high = top > 0 ? 1.05 * top : 1}, height,
                  curves);
}

std::string accuracy_chart(const TrainingView& t) {
  const auto percents = [&](auto member) {
    return curve(t.log, [&](const EpochFigures& f) {
      const std::optional<double> share = f.*member;
      return share ? std::optional(100 * *share) : std::nullopt;
    });
  };
  const std::vector<Curve> curves{
      {curve(t.log, [](const auto& f) { return std::optional(100 * f.train_accuracy); }),
       "baseline", "training"},
      {percents(&EpochFigures::validation_accuracy), "in", "validation"},
      {percents(&EpochFigures::test_accuracy), "in", "test"},
      {percents(&EpochFigures::ema_validation_accuracy), "out", "validation, averaged weights"},
      {percents(&EpochFigures::ema_test_accuracy), "out", "test, averaged weights"}};
  const double low = 10 * std::floor(lowest(curves, 90) / 10);
  return chart_of(t, "Accuracy", {.label = "classified correctly (%)", .low = low, .high = 100},
                  kHeight, curves);
}

std::string loss_text(double loss) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", loss);
  return text;
}

std::string percent_text(const std::optional<double>& share) {
  return share ? percent(*share, 2) + "%" : "–";
}

std::string facts(const TrainingView& t) {
  const EpochFigures& now = t.log.back();
  std::string html = "<dl class=\"facts large\">" + fact("loss", loss_text(now.loss)) +
                     fact("training accuracy", percent_text(now.train_accuracy));
  if (validation_of(now)) {
    const EpochFigures& best = t.log[*best_epoch(t.log)];
    html += fact("validation accuracy", percent_text(validation_of(now))) +
            fact("best, epoch " + std::to_string(best.epoch), percent_text(validation_of(best)));
  }
  if (test_of(now)) html += fact("test accuracy", percent_text(test_of(now)));
  return html + fact("images a second", short_number(now.images_per_second, 0)) +
         fact("waited for images", short_number(now.waited_seconds, 2) + " s") +
         fact("time so far", format_duration(now.seconds)) + "</dl>\n";
}

/// The last epochs, the newest first.
std::string epoch_table(const TrainingView& t, Captions& captions) {
  std::string rows =
      "<thead><tr><th>epoch</th><th>learning rate</th><th>loss</th><th>training</th>"
      "<th>validation</th><th>test</th><th>images/s</th><th>time</th></tr></thead>\n<tbody>\n";
  const std::size_t shown = std::min(kTableRows, t.log.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const EpochFigures& f = t.log[t.log.size() - 1 - i];
    rows += "<tr><td class=\"name\">" + std::to_string(f.epoch) + "</td><td>" +
            short_number(f.learning_rate, 6) + "</td><td>" + loss_text(f.loss) + "</td><td>" +
            percent_text(f.train_accuracy) + "</td><td>" + percent_text(validation_of(f)) +
            "</td><td>" + percent_text(test_of(f)) + "</td><td>" +
            short_number(f.images_per_second, 0) + "</td><td>" + format_duration(f.seconds) +
            "</td></tr>\n";
  }
  return captions.table(rows + "</tbody>\n", shown < t.log.size()
                                                 ? "The last epochs; the CSV log has all."
                                                 : "The epochs so far.");
}

std::string settings_list(const TrainingView& t) {
  if (t.settings.empty()) return "";
  std::string html = "<h3>Settings</h3>\n<dl class=\"facts\">";
  for (const auto& [name, value] : t.settings) html += fact(escape(name), value);
  return html + "</dl>\n";
}

std::string progress_bar(const TrainingView& t) {
  if (t.planned_epochs == 0) return "";
  return "<progress max=\"" + std::to_string(t.planned_epochs) + "\" value=\"" +
         std::to_string(t.log.empty() ? 0 : t.log.back().epoch) +
         "\" aria-label=\"epochs done\"></progress>\n";
}

/// Everything under the heading.
std::string content(const TrainingView& t, Captions& captions) {
  std::string html = "<p class=\"lead\">" + escape(t.status) + "</p>\n" + progress_bar(t);
  if (t.log.empty())
    html += "<p>The first figures come after the first epoch.</p>\n";
  else
    html += facts(t) +
            captions.pair_figure(
                chart_from_zero(t, "Loss of the training images", "cross-entropy (nats)",
                                &EpochFigures::loss, kHeight) +
                    accuracy_chart(t) +
                    chart_from_zero(t, "Learning rate", "at the epoch's end",
                                    &EpochFigures::learning_rate, kSmallHeight) +
                    chart_from_zero(t, "Speed", "images a second", &EpochFigures::images_per_second,
                                    kSmallHeight),
                "Loss and training accuracy are averages over the epoch's augmented images, each "
                "measured before the step that it takes part in; the others are measured after the "
                "epoch, on images that the network was not trained on.") +
            epoch_table(t, captions);
  return html + settings_list(t);
}

}  // namespace

std::string training_section(const TrainingView& t, Captions& captions) {
  return "<section>\n<h2>" + escape(t.title) + "</h2>\n" + content(t, captions) + "</section>\n";
}

std::string training_page(const TrainingView& t, bool running) {
  Captions captions;
  return page(t.title,
              "<header>\n<h1>" + escape(t.title) + "</h1>\n</header>\n<main>\n" +
                  content(t, captions) + "</main>\n",
              running ? kReloadSeconds : 0);
}

}  // namespace odin::native::report
