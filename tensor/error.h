#pragma once

#include <concepts>
#include <initializer_list>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

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

namespace detail {

/// A part of an error message, and how it is written.
struct MessagePart {
  const void* value;
  void (*append)(const void* value, std::string& message);
};

void append_literal(const void* value, std::string& message);
void append_text(std::string_view text, std::string& message);
void append_integer(long long number, std::string& message);
void append_unsigned(unsigned long long number, std::string& message);
void append_floating(double number, std::string& message);
std::string message_of(std::initializer_list<MessagePart> parts);
[[noreturn]] void throw_error(std::initializer_list<MessagePart> parts);

template <class T>
concept HasToString = requires(const T& value) {
  { to_string(value) } -> std::convertible_to<std::string>;
};

/// Without a stream where there is a way: streams would be a tenth of the page's module.
template <class T>
void append_as(const void* pointer, std::string& message) {
  const T& value = *static_cast<const T*>(pointer);
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    append_text(value, message);
  } else if constexpr (std::is_floating_point_v<T>) {
    append_floating(static_cast<double>(value), message);
  } else if constexpr (std::is_integral_v<T> && sizeof(T) == 1 && !std::is_same_v<T, bool>) {
    message += static_cast<char>(value);
  } else if constexpr (std::is_unsigned_v<T>) {
    append_unsigned(value, message);
  } else if constexpr (std::is_integral_v<T>) {
    append_integer(value, message);
  } else if constexpr (HasToString<T>) {
    append_text(to_string(value), message);
  } else {
    std::ostringstream text;
    text.precision(9);
    text << value;
    append_text(text.str(), message);
  }
}

template <class T>
MessagePart part_of(const T& value) {
  if constexpr (std::is_array_v<T>)
    return {value, append_literal};
  else
    return {&value, append_as<T>};
}

}  // namespace detail

/// Throws `Kind`; its message is the parts, one after another, written as to_string() writes them or
/// else as a stream does, numbers with nine digits.
template <class Kind = Error, class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  if constexpr (std::is_same_v<Kind, Error>)
    detail::throw_error({detail::part_of(parts)...});
  else
    throw Kind(detail::message_of({detail::part_of(parts)...}));
}

/// fail(parts...) unless `ok`. The parts are only formatted on failure.
template <class... Parts>
void require(bool ok, const Parts&... parts) {
  if (!ok) [[unlikely]]
    fail(parts...);
}

}  // namespace odin
