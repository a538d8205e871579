#include "odin/native/system/text_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tests/fuzz/fuzz_target.h"

void odin::tests::fuzz(std::span<const std::byte> input) {
  // The gate before a terminal.
  check_message(nn::quote(text_of(input)));
  const std::string shown = nn::printable(text_of(input));
  must(native::is_utf8(shown) && !native::has_control_characters(shown), "the gate is open");
  must(nn::printable(shown) == shown, "the gate changes what has passed it");

  const std::string text = native::plain_text(text_of(input));
  must(text.find('\r') == text.npos, "a carriage return in plain text");
  std::size_t before = 0;
  for (const native::TextLine& line : native::filled_lines(text)) {
    must(line.number > before, "lines that are not counted upwards");
    before = line.number;
    must(!native::trimmed(line.text).empty(), "a blank line that is filled");
    must(!native::table_cells(line.text, native::separator_of(line.text)).empty(), "no cells");
  }
}
