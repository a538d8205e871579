#include "odin/native/sets/image_list.h"

#include <charconv>

#include "odin/native/system/text_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {

ClassFolders read_image_list(const std::filesystem::path& list, const std::filesystem::path& root) {
  constexpr std::int64_t kMostLabel = 1'000'000;
  std::error_code ignored;
  require(std::filesystem::is_directory(root, ignored), "list: ", nn::quote(root.string()),
          ", the folder that the paths begin at, is none");
  const std::string text = read_text_file(list, "list");
  ClassFolders found;
  for (const TextLine& line : filled_lines(text)) {
    const std::string_view row = trimmed(line.text);
    const std::size_t space = row.find_last_of(" \t");
    std::int64_t label = 0;
    const std::string_view number = space == row.npos ? std::string_view() : row.substr(space + 1);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), label);
    require(space != row.npos && error == std::errc() && end == number.data() + number.size(),
            "list: ", nn::quote(list.string()), ", line ", line.number,
            ": expected a path and a whole number, its label, got ", nn::quote(row));
    require(label >= -1 && label <= kMostLabel, "list: ", nn::quote(list.string()), ", line ",
            line.number, ": expected a label of -1 (unknown) or 0 to ", kMostLabel, ", got ",
            label);
    found.files.push_back(root / std::filesystem::path(trimmed(row.substr(0, space))));
    found.labels.push_back(label);
  }
  require(!found.files.empty(), "list: ", nn::quote(list.string()), " names no image");
  return found;
}

}  // namespace odin::native
