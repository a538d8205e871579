#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "odin/native/scoring/comparison.h"
#include "odin/native/scoring/metrics_json.h"
#include "odin/native/system/json_text.h"
#include "odin/native/system/number_text.h"
#include "odin/nn/io/quote.h"

// A comparison as text, CSV and JSON.

namespace odin::native {
namespace {

using json = nlohmann::ordered_json;
using Figure = std::function<double(const ComparedFigures&)>;

struct NamedFigure {
  const char* title;
  Figure figure;
};

const std::array<NamedFigure, 3>& shown_figures() {
  static const std::array<NamedFigure, 3> all{
      NamedFigure{"AUROC", [](const ComparedFigures& f) { return f.metrics.auroc; }},
      NamedFigure{"FPR at 95% TPR, the in-set positive: share of the out-set accepted",
                  [](const ComparedFigures& f) { return f.metrics.fpr95; }},
      NamedFigure{"FPR at 95% TPR, the out-set positive: share of the in-set rejected",
                  [](const ComparedFigures& f) { return f.fpr95_out_positive; }}};
  return all;
}

/// A column: a set, or the mean over the sets of a distance.
struct Column {
  std::string title;
  std::optional<std::size_t> set;
  Distance distance;
};

std::vector<Column> columns_of(const ComparisonResult& r) {
  std::vector<Column> columns;
  for (const Distance distance : {Distance::near, Distance::far, Distance::other}) {
    std::size_t count = 0;
    for (std::size_t s = 0; s < r.sets.size(); ++s)
      if (r.sets[s].distance == distance) {
        columns.push_back({shown_name(parse_set(r.sets[s].set)), s, distance});
        ++count;
      }
    if (count > 0 && (distance != Distance::other || count > 1))
      columns.push_back({name_of(distance) + " mean", std::nullopt, distance});
  }
  return columns;
}

Spread value_in(const ComparisonResult& r, std::size_t method, const Column& column,
                const Figure& figure) {
  return column.set ? spread(r, method, *column.set, figure)
                    : *mean_spread(r, method, column.distance, figure);
}

std::string percent_of(const Spread& s, bool several) {
  char text[48];
  if (several)
    std::snprintf(text, sizeof text, "%.1f±%.1f", 100 * s.mean, 100 * s.deviation);
  else
    std::snprintf(text, sizeof text, "%.1f", 100 * s.mean);
  return text;
}

/// The end of a long name, which says more than its beginning.
std::string column_title(const std::string& name, std::size_t most) {
  const std::string text = nn::printable(name);
  if (text.size() <= most) return text;
  std::size_t first = text.size() - most + 3;
  while (first < text.size() && (static_cast<unsigned char>(text[first]) & 0xc0) == 0x80) ++first;
  return "..." + text.substr(first);
}

std::size_t columns_on_screen(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string padded(const std::string& text, std::size_t width, bool left) {
  const std::size_t used = columns_on_screen(text);
  const std::string space(width > used ? width - used : 0, ' ');
  return left ? text + space : space + text;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",;\"\r\n\t") == text.npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

/// The method with the parameters that all models use; the name alone where they differ.
std::string method_in_table(const ComparisonResult& r, std::size_t method) {
  const std::string& first = r.models.front().chosen[method];
  for (const ComparedModel& model : r.models)
    if (model.chosen[method] != first) return r.methods[method];
  return first;
}

std::optional<Spread> accuracy_of(const ComparisonResult& r) {
  std::vector<double> values;
  for (const ComparedModel& model : r.models)
    if (model.accuracy) values.push_back(*model.accuracy);
  if (values.size() != r.models.size()) return std::nullopt;
  return spread_of(values);
}

/// "cifar10 (10000 images), 94.9% classified right"
std::string in_line(const ComparisonResult& r) {
  std::string text =
      shown_name(parse_set(r.in)) + ", " + std::to_string(r.models.front().in_images) + " images";
  if (const auto accuracy = accuracy_of(r))
    text += ", " + percent_of(*accuracy, r.models.size() > 1) + "% classified right";
  return text;
}

json spread_json(const Spread& s) { return {{"mean", s.mean}, {"std", s.deviation}}; }

json figures_json(const ComparedFigures& f) {
  json row = metrics_json(f.metrics);
  row["fpr95_out_positive"] = f.fpr95_out_positive;
  if (f.histograms)
    row["histogram"] = {{"lowest", f.histograms->low},
                        {"highest", f.histograms->high},
                        {"threshold", f.histograms->threshold},
                        {"in", f.histograms->counts[0]},
                        {"out", f.histograms->counts[1]}};
  return row;
}

}  // namespace

std::string comparison_text(const ComparisonResult& r) {
  const std::vector<Column> columns = columns_of(r);
  const bool several = r.models.size() > 1;
  std::size_t first = 6;
  for (std::size_t m = 0; m < r.methods.size(); ++m)
    first = std::max(first, method_in_table(r, m).size());
  std::string text = "in: " + nn::printable(in_line(r)) + "\n";
  if (several)
    text += "mean and standard deviation of " + std::to_string(r.models.size()) + " models\n";
  for (const NamedFigure& figure : shown_figures()) {
    text += "\n" + std::string(figure.title) + ", percent\n" + padded("method", first, true);
    std::vector<std::size_t> widths;
    for (const Column& c : columns) {
      const std::string title = column_title(c.title, 24);
      widths.push_back(std::max<std::size_t>(columns_on_screen(title), several ? 10 : 6));
      text += "  " + padded(title, widths.back(), false);
    }
    text += "\n";
    for (std::size_t m = 0; m < r.methods.size(); ++m) {
      text += padded(method_in_table(r, m), first, true);
      for (std::size_t c = 0; c < columns.size(); ++c)
        text += "  " + padded(percent_of(value_in(r, m, columns[c], figure.figure), several),
                              widths[c], false);
      text += "\n";
    }
  }
  return text;
}

std::string comparison_csv(const ComparisonResult& r) {
  std::string text = "method,dataset,FPR@95,AUROC,AUPR_IN,AUPR_OUT,ACC,FPR@95_in_positive";
  if (r.models.size() > 1)
    text += ",FPR@95_std,AUROC_std,AUPR_IN_std,AUPR_OUT_std,ACC_std,FPR@95_in_positive_std";
  text += "\n";
  const std::array<Figure, 4> figures{[](const ComparedFigures& f) { return f.fpr95_out_positive; },
                                      [](const ComparedFigures& f) { return f.metrics.auroc; },
                                      [](const ComparedFigures& f) { return f.metrics.aupr_in; },
                                      [](const ComparedFigures& f) { return f.metrics.aupr_out; }};
  const auto accuracy = accuracy_of(r);
  for (std::size_t m = 0; m < r.methods.size(); ++m)
    for (const Column& c : columns_of(r)) {
      // OpenOOD names its rows nearood and farood.
      const std::string name = c.set                           ? c.title
                               : c.distance == Distance::other ? "mean"
                                                               : name_of(c.distance) + "ood";
      std::vector<std::optional<Spread>> cells;
      for (const Figure& figure : figures) cells.emplace_back(value_in(r, m, c, figure));
      cells.push_back(accuracy);
      cells.emplace_back(
          value_in(r, m, c, [](const ComparedFigures& f) { return f.metrics.fpr95; }));
      text += csv_field(method_in_table(r, m)) + "," + csv_field(name);
      for (const auto& cell : cells) text += "," + (cell ? shortest_text(100 * cell->mean) : "");
      if (r.models.size() > 1)
        for (const auto& cell : cells)
          text += "," + (cell ? shortest_text(100 * cell->deviation) : "");
      text += "\n";
    }
  return text;
}

std::string comparison_json(const ComparisonOptions& options, const ComparisonResult& r) {
  json object;
  put_name(object, "in", r.in);
  object["in_images"] = r.models.front().in_images;
  json sets = json::array();
  for (const ComparedSet& set : r.sets) {
    json row;
    put_name(row, "set", set.set);
    row["distance"] = name_of(set.distance);
    row["n"] = set.images;
    sets.push_back(row);
  }
  object["sets"] = sets;
  json models = json::array();
  for (const ComparedModel& model : r.models) {
    json row;
    put_name(row, "model", model.name);
    row["temperature"] = model.temperature;
    row["epsilon"] = model.epsilon;
    row["accuracy"] = model.accuracy ? json(*model.accuracy) : json();
    json methods = json::array();
    for (std::size_t m = 0; m < r.methods.size(); ++m) {
      json figures = json::array();
      for (const ComparedFigures& f : model.figures[m]) figures.push_back(figures_json(f));
      methods.push_back(
          {{"method", r.methods[m]}, {"with", model.chosen[m]}, {"results", figures}});
    }
    row["methods"] = methods;
    models.push_back(row);
  }
  object["models"] = models;
  json means = json::array();
  for (std::size_t m = 0; m < r.methods.size(); ++m) {
    json row{{"method", r.methods[m]}};
    for (const Distance distance : {Distance::near, Distance::far, Distance::other})
      if (mean_spread(r, m, distance, shown_figures()[0].figure))
        row[name_of(distance)] = {
            {"auroc", spread_json(*mean_spread(r, m, distance, shown_figures()[0].figure))},
            {"fpr95", spread_json(*mean_spread(r, m, distance, shown_figures()[1].figure))},
            {"fpr95_out_positive",
             spread_json(*mean_spread(r, m, distance, shown_figures()[2].figure))}};
    means.push_back(row);
  }
  object["means"] = means;
  object["step"] = step_json(options.step);
  const bool chosen = !options.validation_in.empty();
  object["parameters"] = chosen ? "by AUROC on validation sets" : "defaults, or as given";
  if (chosen) {
    put_name(object, "validation_in", options.validation_in);
    put_name(object, "validation_out", options.validation_out);
  }
  object["limit"] = options.limit ? json(*options.limit) : json();
  object["seed"] = options.seed;
  object["commit"] = options.commit.empty() ? json() : json(options.commit);
  object["seconds"] = r.seconds;
  return json_text(object, BadText::replace, 2) + "\n";
}

}  // namespace odin::native
