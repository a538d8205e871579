#include "odin/native/streams/result_lines.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "odin/native/system/json_text.h"
#include "odin/native/system/output_file.h"
#include "odin/native/system/said_of.h"
#include "odin/native/system/utf8.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {

std::string name_in_json(const std::string& name) {
  std::string text = "\"file\": " + json_quoted(name);
  if (!is_utf8(name)) text += ", \"file_hex\": \"" + hex_digits(name) + "\"";
  return text;
}

namespace {

std::string bytes_of_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
    unsigned value = 0;
    std::from_chars(digits.data() + at, digits.data() + at + 2, value, 16);
    bytes += static_cast<char>(value);
  }
  return bytes;
}

}  // namespace

ResultLines::ResultLines(const std::string& file, bool resume) : file_(file) {
  check_output_file(file, "detect");
  said_of(prefix(), [&] { lines_ = std::make_unique<LockedFile>(file); });
  require(resume || lines_->size() == 0, prefix(),
          "it has lines of an earlier run; --resume goes on with them");
  read_lines();
  said_of(prefix(), [&] { lines_->cut_to(size_); });
}

std::string ResultLines::prefix() const { return "detect: " + nn::quote(file_) + ": "; }

void ResultLines::read_lines() {
  std::string left;  // the beginning of a line
  std::array<char, 1 << 16> block;
  std::int64_t number = 0;
  said_of(prefix(), [&] { lines_->go_to(0); });
  for (;;) {
    const std::size_t count = said_of(prefix(), [&] { return lines_->read(block); });
    if (count == 0) return;
    left.append(block.data(), count);
    std::size_t at = 0;
    for (std::size_t end; (end = left.find('\n', at)) != left.npos; at = end + 1)
      take_line(left.substr(at, end - at), ++number);
    size_ += static_cast<std::int64_t>(at);
    left.erase(0, at);
    constexpr std::size_t kLongestLine = std::size_t{16} << 20;
    require(left.size() < kLongestLine, prefix(), "line ", number + 1, " is no result of detect");
  }
}

void ResultLines::take_line(const std::string& line, std::int64_t number) {
  const auto object = parse_json_if_valid(line);
  const bool is_result = object.is_object() && object.contains("file") &&
                         object["file"].is_string() &&
                         (!object.contains("file_hex") || object["file_hex"].is_string());
  require(is_result, prefix(), "line ", number,
          " is no result of odin detect --json: ", nn::quote(line));
  done_.add(object.contains("file_hex") ? bytes_of_hex(object["file_hex"].get<std::string>())
                                        : object["file"].get<std::string>());
  has_errors_ = has_errors_ || object.contains("error");
}

void ResultLines::append(const std::string& lines) {
  said_of(prefix(), [&] { lines_->go_to(size_); });
  try {
    lines_->write(lines);
  } catch (const Error& error) {
    bool cut = true;
    try {
      lines_->cut_to(size_);
    } catch (const Error&) {
      cut = false;
    }
    fail(prefix(), "can not be written: ", error.what(),
         cut ? "; --resume goes on with what is there" : "");
  }
  size_ += static_cast<std::int64_t>(lines.size());
}

}  // namespace odin::native
