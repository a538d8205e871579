#pragma once

#include <string>

namespace odin::native::report {

/// A self-contained HTML file: style sheet and images are embedded. Browsers reload it after
/// `reload_seconds` unless that is 0.
std::string page(const std::string& title, const std::string& body, int reload_seconds = 0);

/// Makes the figures and tables of a page, numbered in the order of the calls.
class Captions {
 public:
  /// A <figure> with charts, side by side if there is room. `caption` is HTML.
  std::string figure(const std::string& charts, const std::string& caption);
  /// The same for large charts, two in a row.
  std::string pair_figure(const std::string& charts, const std::string& caption);
  /// The same for wide content, which scrolls sideways on a narrow screen.
  std::string wide_figure(const std::string& content, const std::string& caption);
  std::string table(const std::string& rows, const std::string& caption);

 private:
  int figures_ = 0, tables_ = 0;
};

/// One pair of a definition list; `value` is plain text.
std::string fact(const std::string& name, const std::string& value);

/// "12.3" of 0.1234.
std::string percent(double fraction, int decimals = 1);
/// A score with enough digits to distinguish scores at that scale: "0.997", "0.10093142".
std::string score_text(double score);

}  // namespace odin::native::report
