#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace odin::native {

/// One line on stderr that says how far a long task is, redrawn in place at most ten times a
/// second. Nothing is written unless `enabled` and stderr is a terminal.
class Progress {
 public:
  /// `total`: how many steps there are, of which `before` were done earlier.
  Progress(std::string title, std::int64_t total, bool enabled, std::int64_t before = 0);
  /// Without finish() (an error is on its way) the line is wiped.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(std::int64_t done, const std::string& detail = "");
  /// Leaves the last state on its line and goes on to the next one. Only the first call counts.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  void draw(Clock::time_point now);

  std::string title_, detail_;
  std::int64_t total_, before_, done_;
  bool enabled_;
  Clock::time_point start_, next_draw_;
};

/// What a progress line shows.
struct ProgressState {
  std::string title;
  std::int64_t done = 0;
  std::int64_t total = 0;
  double seconds = 0;  ///< since the start
  std::string detail = {};
  std::int64_t before = 0;  ///< of done: what `seconds` does not count
};

/// "title [=====>    ]  53%  118/s  0:42 left  detail" of at most `width` columns: what does not
/// fit, from the bar on, is shortened or left out.
std::string render_progress(const ProgressState& state, int width);

/// "[====>     ]": `width` columns in all, filled in proportion to `fraction` (clamped to [0,1]).
std::string render_bar(double fraction, int width);

/// "0:42", "12:05", "3:07:09", "2d 03:07"; "-:--" for what is negative or not finite.
std::string format_duration(double seconds);

/// Three significant digits: "0.25/s", "11.8/s", "118/s", "24.1k/s"; "-/s" as above.
std::string format_rate(double per_second);

}  // namespace odin::native
