#include "odin/native/system/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

#include "odin/native/system/terminal.h"
#include "odin/nn/io/quote.h"

namespace odin::native {
namespace {

constexpr auto kRedrawInterval = std::chrono::milliseconds(100);
constexpr int kMinBar = 8, kMaxBar = 32;

template <class... Args>
std::string printed(const char* format, Args... args) {
  char text[64];
  std::snprintf(text, sizeof text, format, args...);
  return text;
}

/// The line that was begun last.
Progress* current = nullptr;

/// At most `width` characters of UTF-8.
std::string cut(const std::string& text, int width) {
  std::size_t end = 0;
  for (int left = width; end < text.size(); ++end)
    if ((static_cast<unsigned char>(text[end]) & 0xc0) != 0x80 && left-- <= 0) break;
  return text.substr(0, end);
}

double fraction_done(const ProgressState& state) {
  if (state.total <= 0) return 1;
  return std::clamp(static_cast<double>(state.done) / static_cast<double>(state.total), 0.0, 1.0);
}

}  // namespace

std::string format_duration(double seconds) {
  if (!(seconds >= 0 && seconds < 1e9)) return "-:--";
  const auto whole = static_cast<long long>(std::llround(seconds));
  const long long days = whole / 86400, hours = whole / 3600 % 24, minutes = whole / 60 % 60;
  if (days > 0) return printed("%lldd %02lld:%02lld", days, hours, minutes);
  if (hours > 0) return printed("%lld:%02lld:%02lld", hours, minutes, whole % 60);
  return printed("%lld:%02lld", minutes, whole % 60);
}

std::string format_rate(double per_second) {
  if (!(per_second >= 0 && per_second < 1e12)) return "-/s";
  constexpr const char* kUnits[] = {"", "k", "M", "G"};
  int unit = 0;
  for (; per_second >= 999.5 && unit < 3; ++unit) per_second /= 1000;
  const int decimals = per_second >= 99.95 ? 0 : per_second >= 9.995 ? 1 : 2;
  return printed("%.*f%s/s", decimals, per_second, kUnits[unit]);
}

std::string render_bar(double fraction, int width) {
  const int inside = std::max(width - 2, 0);
  const int filled = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * inside);
  std::string bar(static_cast<std::size_t>(filled), '=');
  if (filled < inside) bar += '>';
  bar.resize(static_cast<std::size_t>(inside), ' ');
  return "[" + bar + "]";
}

std::string render_progress(const ProgressState& state, int width) {
  const double fraction = fraction_done(state);
  const auto done = static_cast<double>(state.done - state.before);
  const double rate = state.seconds > 0 ? done / state.seconds : -1;
  if (state.total < 0) {
    std::string line = state.title + printed("  %lld  ", static_cast<long long>(state.done)) +
                       format_rate(rate) + "  " + format_duration(state.seconds);
    if (!state.detail.empty()) line += "  " + state.detail;
    return cut(line, width);
  }
  const double left = rate > 0 ? static_cast<double>(state.total - state.done) / rate : -1;

  std::string after = printed("%3d%%  ", static_cast<int>(fraction * 100)) + format_rate(rate) +
                      "  " + format_duration(left) + " left";
  if (!state.detail.empty()) after += "  " + state.detail;
  const int room = width - static_cast<int>(state.title.size() + after.size()) - 2;
  std::string line = state.title + " ";
  if (room >= kMinBar) line += render_bar(fraction, std::min(room, kMaxBar)) + " ";
  line += after;
  return cut(line, width);
}

Progress::Progress(std::string title, std::int64_t total, bool enabled, std::int64_t before)
    : title_(std::move(title)),
      total_(total),
      before_(before),
      done_(before),
      enabled_(enabled && terminal_erases_lines()),
      outer_(std::exchange(current, this)),
      start_(Clock::now()),
      next_draw_(start_) {}

Progress::~Progress() {
  if (current != this) return;
  hide_current();
  current = outer_;
}

void Progress::hide_current() {
  if (!current || !std::exchange(current->drawn_, false)) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

void Progress::update(std::int64_t done, const std::string& detail) {
  if (!enabled_) return;
  done_ = done;
  detail_ = detail;
  const auto now = Clock::now();
  if (now >= next_draw_) draw(now);
}

void Progress::finish() {
  if (!enabled_) return;
  draw(Clock::now());
  std::fputc('\n', stderr);
  drawn_ = enabled_ = false;
}

void Progress::draw(Clock::time_point now) {
  next_draw_ = now + kRedrawInterval;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  // One column less than the terminal has, because some terminals wrap a full line.
  const std::string line = render_progress(
      {nn::printable(title_), done_, total_, seconds, nn::printable(detail_), before_},
      terminal_width() - 1);
  drawn_ = true;
  std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
  std::fflush(stderr);
}

}  // namespace odin::native
