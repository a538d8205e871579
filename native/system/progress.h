#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace odin::native {

/// A progress line on stderr, redrawn in place at most ten times a second. Nothing is written
/// unless `enabled` and stderr is a terminal that can erase a line (TERM is set, and not "dumb").
/// Not thread-safe. What is written by console.h erases it first.
class Progress {
 public:
  /// `total` is the number of steps, of which `before` were done in earlier runs; -1: nobody knows.
  Progress(std::string title, std::int64_t total, bool enabled, std::int64_t before = 0);
  /// Erases the line unless finish() was called, so that an error message can follow.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(std::int64_t done, const std::string& detail = "");
  /// Leaves the last state visible and starts a new line. Only the first call has an effect.
  void finish();

  /// Erases the line that is being shown, if any, until its next update.
  static void hide_current();

 private:
  using Clock = std::chrono::steady_clock;

  void draw(Clock::time_point now);

  std::string title_, detail_;
  std::int64_t total_, before_, done_;
  bool enabled_, drawn_ = false;
  Progress* outer_;  ///< the line that was being shown before
  Clock::time_point start_, next_draw_;
};

/// The state that a progress line shows.
struct ProgressState {
  std::string title;
  std::int64_t done = 0;
  std::int64_t total = 0;
  double seconds = 0;  ///< since the start
  std::string detail = {};
  std::int64_t before = 0;  ///< part of `done` from earlier runs, not included in `seconds`
};

/// "title [=====>    ]  53%  118/s  0:42 left  detail" in at most `width` columns: parts that do
/// not fit, from the bar on, are shortened or left out. With an unknown total: "title  530  118/s  0:05".
std::string render_progress(const ProgressState& state, int width);

/// "[====>     ]": `width` columns in all, filled in proportion to `fraction` (clamped to [0,1]).
std::string render_bar(double fraction, int width);

/// "0:42", "12:05", "3:07:09", "2d 03:07"; "-:--" if negative or not finite.
std::string format_duration(double seconds);

/// Three significant digits: "0.25/s", "11.8/s", "118/s", "24.1k/s"; "-/s" if negative or not
/// finite.
std::string format_rate(double per_second);

}  // namespace odin::native
