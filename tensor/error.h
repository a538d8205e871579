#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace odin {

/// Thrown by every function of the library for invalid arguments. what() is one line: the
/// operation, what was expected, what it got, and the shapes.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown where the system has no memory, thread or file descriptor to give: the same input may be
/// good at another time, so that nobody may take it for a bad one and go on without it.
class ResourceError : public Error {
 public:
  using Error::Error;
};

/// Throws `Kind`; its message is the parts, printed to a stream one after another.
template <class Kind = Error, class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  std::ostringstream text;
  text.precision(9);
  (text << ... << parts);
  throw Kind(text.str());
}

/// fail(parts...) unless `ok`. The parts are only formatted on failure.
template <class... Parts>
void require(bool ok, const Parts&... parts) {
  if (!ok) [[unlikely]]
    fail(parts...);
}

}  // namespace odin
