#pragma once

#include <exception>
#include <sstream>
#include <string>

namespace odin::native {

// What a command says. Text out of files is in it, so every line passes the gate
// (nn::printable): no control character reaches a terminal. A progress line that is being shown is
// erased first. Numbers and text are written as by operator<<.

/// From here on this process says nothing, or speaks again: of several ranks the first one speaks.
void set_silent(bool silent);

/// One line on stderr: errors, notes.
void tell_line(const std::string& line);
/// One line on stdout: results. It is there when the function returns.
void show_line(const std::string& line);

template <class... Parts>
void tell(const Parts&... parts) {
  std::ostringstream line;
  (line << ... << parts);
  tell_line(line.str());
}

template <class... Parts>
void show(const Parts&... parts) {
  std::ostringstream line;
  (line << ... << parts);
  show_line(line.str());
}

/// What to say of an error. The standard library's words about files become "'NAME': reason".
std::string error_text(const std::exception& error);

/// Text out of files as an argument of printf.
class Shown {
 public:
  explicit Shown(const std::string& text);
  const char* c_str() const { return text_.c_str(); }

 private:
  std::string text_;
};

}  // namespace odin::native
