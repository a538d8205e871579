#include "odin/native/streams/name_list.h"

#include <array>
#include <string_view>

#include "odin/native/system/said_of.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

constexpr std::size_t kBeginning = 8192;  // more than the longest path has
constexpr std::size_t kLongestName = 4096;

}  // namespace

NameList::NameList(const std::string& file)
    : file_(file),
      input_(said_of(prefix(), [&] { return std::make_unique<WaitingInput>(file); })) {}

std::string NameList::prefix() const {
  return file_ == "-" ? "list on standard input: " : "list " + nn::quote(file_) + ": ";
}

/// Returns false at the end, and when stopped.
bool NameList::read_more() {
  if (ended_) return false;
  std::array<char, 1 << 16> block;
  const auto count = said_of(prefix(), [&] { return input_->read(block, stopped_); });
  if (!count) return false;
  ended_ = *count == 0;
  buffer_.append(block.data(), *count);
  return *count > 0;
}

void NameList::begin() {
  begun_ = true;
  while (buffer_.size() < kBeginning && read_more()) {
  }
  require(!buffer_.starts_with("\xff\xfe") && !buffer_.starts_with("\xfe\xff"), prefix(),
          "it is UTF-16, expected names in UTF-8, as the files have them");
  if (buffer_.starts_with("\xef\xbb\xbf")) at_ = 3;
  using namespace std::string_view_literals;
  const std::string_view beginning = std::string_view(buffer_).substr(0, kBeginning);
  if (beginning.find('\0') == beginning.npos) return;
  separator_ = '\0';
  require(!beginning.starts_with('\0') && beginning.find("\0\0"sv) == beginning.npos, prefix(),
          "it is no text, expected names of pictures, one a line or separated by NUL");
}

std::optional<std::string> NameList::next() {
  if (!begun_) begin();
  while (!stopped_) {
    const std::size_t end = buffer_.find(separator_, at_);
    const bool whole = end != buffer_.npos;
    const std::size_t length = (whole ? end : buffer_.size()) - at_;
    require(length <= kLongestName, prefix(), "entry ", count_ + 1, " has more than ", kLongestName,
            " bytes, expected names of pictures, one a line or separated by NUL");
    if (!whole && !ended_) {
      buffer_.erase(0, at_);
      at_ = 0;
      read_more();
      continue;
    }
    std::string name = buffer_.substr(at_, length);
    at_ = whole ? end + 1 : buffer_.size();
    if (separator_ == '\n' && name.ends_with('\r')) name.pop_back();
    if (!name.empty()) {
      ++count_;
      return name;
    }
    require(!whole || separator_ == '\n', prefix(), "entry ", count_ + 1, " is empty");
    if (whole) continue;
    require(count_ > 0, prefix(), "there is no name in it");
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace odin::native
