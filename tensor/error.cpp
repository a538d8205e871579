#include "odin/tensor/error.h"

#include <array>
#include <cstdio>

namespace odin::detail {

void append_literal(const void* value, std::string& message) {
  message += static_cast<const char*>(value);
}

void append_text(std::string_view text, std::string& message) { message += text; }

void append_integer(long long number, std::string& message) { message += std::to_string(number); }

void append_unsigned(unsigned long long number, std::string& message) {
  message += std::to_string(number);
}

void append_floating(double number, std::string& message) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.9g", number);
  message += text.data();
}

std::string message_of(std::initializer_list<MessagePart> parts) {
  std::string message;
  for (const MessagePart& part : parts) part.append(part.value, message);
  return message;
}

void throw_error(std::initializer_list<MessagePart> parts) { throw Error(message_of(parts)); }

}  // namespace odin::detail
