#pragma once

#include <string>

namespace odin::native::report {

/// One HTML file that needs nothing else: style sheet and pictures stand in it. Browsers load it anew
/// after `reload_seconds`, unless that is 0.
std::string page(const std::string& title, const std::string& body, int reload_seconds = 0);

/// Numbers the figures and tables of a page in the order in which they are asked for.
class Captions {
 public:
  /// <figure> around charts, side by side where there is room. `caption` is HTML.
  std::string figure(const std::string& charts, const std::string& caption);
  /// The same for large charts, two in a row.
  std::string pair_figure(const std::string& charts, const std::string& caption);
  /// The same around something wide, which scrolls sideways on a narrow screen.
  std::string wide_figure(const std::string& content, const std::string& caption);
  std::string table(const std::string& rows, const std::string& caption);

 private:
  int figures_ = 0, tables_ = 0;
};

/// One pair of a definition list; `value` is plain text.
std::string fact(const std::string& name, const std::string& value);

/// "12.3" of 0.1234.
std::string percent(double fraction, int decimals = 1);
/// A score with the digits that tell it from its neighbours: "0.997", "0.10093142".
std::string score_text(double score);

}  // namespace odin::native::report
