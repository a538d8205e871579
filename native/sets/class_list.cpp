#include "odin/native/sets/class_list.h"

#include <set>

#include "odin/native/system/text_file.h"
#include "odin/native/system/utf8.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {

std::vector<std::string> read_class_list(const std::filesystem::path& path,
                                         std::string_view operation) {
  const std::string text = read_text_file(path, operation);
  const std::string prefix = std::string(operation) + ": " + nn::quote(path.string());
  std::vector<std::string> names;
  std::set<std::string_view> seen;
  for (const TextLine& line : filled_lines(text)) {
    const std::string_view name = trimmed(line.text);
    const auto wrong = [&](const char* what) {
      fail(prefix, ", line ", line.number, ": ", nn::quote(name), what);
    };
    if (!is_utf8(std::string(name))) wrong(" is not UTF-8, as the names of classes are");
    if (!seen.insert(name).second) wrong(" names a class twice");
    names.emplace_back(name);
  }
  require(!names.empty(), prefix, ": expected one class name a line, found none");
  return names;
}

}  // namespace odin::native
