#include "odin/native/system/text_file.h"

#include <cstdint>

#include "odin/nn/io/atomic_file.h"

namespace odin::native {
namespace {

constexpr std::string_view kBlank = " \t\r\n\v\f";

std::string_view without(std::string_view blanks, std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  const auto add_rest = [&](int shift) { add(0x80 | (code >> shift & 0x3f)); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      add(0xe0 | code >> 12);
    } else {
      add(0xf0 | code >> 18);
      add_rest(12);
    }
    add_rest(6);
  }
  add_rest(0);
}

/// Text of UTF-16 after its byte order mark; lone surrogates become U+FFFD.
std::string from_utf16(std::string_view bytes, bool big_endian) {
  std::string text;
  const auto unit = [&](std::size_t at) -> std::uint32_t {
    const auto a = static_cast<unsigned char>(bytes[at]);
    const auto b = static_cast<unsigned char>(bytes[at + 1]);
    return big_endian ? a << 8 | b : b << 8 | a;
  };
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    std::uint32_t code = unit(at);
    const bool pair = code >= 0xd800 && code < 0xdc00 && at + 3 < bytes.size() &&
                      unit(at + 2) >= 0xdc00 && unit(at + 2) < 0xe000;
    if (pair) {
      at += 2;
      code = 0x10000 + ((code - 0xd800) << 10) + (unit(at) - 0xdc00);
    } else if (code >= 0xd800 && code < 0xe000) {
      code = 0xfffd;
    }
    append_utf8(text, code);
  }
  return text;
}

/// CRLF and CR to LF.
std::string with_line_feeds(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      result += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      result += '\n';
    }
  }
  return result;
}

}  // namespace

std::string plain_text(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return with_line_feeds(bytes.substr(3));
  if (bytes.starts_with("\xFF\xFE")) return with_line_feeds(from_utf16(bytes.substr(2), false));
  if (bytes.starts_with("\xFE\xFF")) return with_line_feeds(from_utf16(bytes.substr(2), true));
  return with_line_feeds(bytes);
}

std::string read_text_file(const std::filesystem::path& path, std::string_view operation,
                           std::size_t most) {
  const auto bytes = nn::read_file(path, operation, most);
  return plain_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::vector<TextLine> filled_lines(std::string_view text) {
  std::vector<TextLine> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    // Tabs stay: a row of a table may begin with an empty cell.
    if (!trimmed(line).empty()) lines.push_back({number, without(" ", line)});
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return lines;
}

std::string_view trimmed(std::string_view text) { return without(kBlank, text); }

char separator_of(std::string_view line) {
  for (const char separator : {'\t', ';', ','})
    if (line.find(separator) != line.npos) return separator;
  return ' ';
}

std::vector<std::string> table_cells(std::string_view line, char separator) {
  constexpr char kQuote = '"';
  std::vector<std::string> cells;
  std::string cell;
  bool quoted = false, had_quotes = false;
  const auto end_cell = [&] {
    if (separator != ' ' || !cell.empty() || had_quotes) cells.emplace_back(trimmed(cell));
    cell.clear();
    had_quotes = false;
  };
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == kQuote && quoted && i + 1 < line.size() && line[i + 1] == kQuote) {
      cell += kQuote;  // "" inside of quotation marks is one
      ++i;
    } else if (c == kQuote && (quoted || trimmed(cell).empty())) {
      quoted = !quoted;
      had_quotes = true;
    } else if (c == separator && !quoted) {
      end_cell();
    } else {
      cell += c;
    }
  }
  end_cell();
  return cells;
}

}  // namespace odin::native
