#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "odin/native/system/utf8.h"
#include "odin/tensor/error.h"
#include "odin/tests/native/temp_dir.h"

// What the fuzzers have in common. A fuzzer is a file NAME_fuzz.cpp that defines fuzz(), which
// reads the input as the program would. Bad input may only end in an odin::Error with a readable
// message: other exceptions, sanitizers' reports, time and memory without end are findings.

namespace odin::tests {

void fuzz(std::span<const std::byte> input);

/// Ends the program, which libFuzzer reports as a finding, unless `ok`. The parts of the message are
/// put together only then: fuzzers call this millions of times.
template <class... Parts>
void must(bool ok, const Parts&... what) {
  if (ok) return;
  std::ostringstream text;
  (text << ... << what);
  std::fprintf(stderr, "finding: %s\n", text.str().c_str());
  __builtin_trap();
}

/// An error is one line of UTF-8 that a person will still read and a terminal survives.
inline void check_message(const std::string& message) {
  constexpr std::size_t kLongest = 2000;
  must(!message.empty(), "an error without a message");
  must(message.size() <= kLongest, "a message of ", message.size(), " bytes");
  must(native::is_utf8(message), "a message that is not UTF-8");
  must(!native::has_control_characters(message), "control characters in: ", message);
}

/// Calls f; an odin::Error is the expected end of bad input. Returns whether there was none.
template <class F>
bool ends_well(F&& f) {
  try {
    std::forward<F>(f)();
    return true;
  } catch (const Error& error) {
    check_message(error.what());
    return false;
  }
}

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The parts of an input between zero bytes.
inline std::vector<std::string> parts_of(std::span<const std::byte> input) {
  std::vector<std::string> parts(1);
  for (const char c : text_of(input))
    if (c == '\0')
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

/// A folder for readers that take files, for as long as the program runs.
inline const TempDir& folder() {
  static const TempDir dir;
  return dir;
}

}  // namespace odin::tests

extern "C" inline __attribute__((used)) int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                                                   std::size_t size) {
  odin::tests::fuzz(std::as_bytes(std::span(data, size)));
  return 0;
}
