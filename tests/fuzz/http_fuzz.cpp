#include "odin/native/site/http_request.h"
#include "odin/native/site/site_files.h"
#include "odin/tests/fuzz/fuzz_target.h"

// The input is what a client sends to `odin serve`.
void odin::tests::fuzz(std::span<const std::byte> input) {
  constexpr std::size_t kFile = 1000;
  const std::string_view text = text_of(input);
  const native::HttpHead head = native::parse_http_head(text);
  if (head.problem != 0) {
    must(head.problem >= 400 && head.problem <= 505, "a status of ", head.problem);
    return;
  }
  if (head.bytes == 0) {
    must(text.size() <= native::kMostHeadBytes + native::kMostLineBytes, "a head without end");
    return;
  }
  must(head.bytes <= text.size(), "a head longer than its bytes");
  const native::HttpRequest& request = head.request;
  must(request.path.starts_with('/'), "a path from nowhere");
  must(request.path.find('\0') == std::string::npos, "a path with a NUL");
  native::cache_control(request.path);
  const native::ByteRange range = native::parse_range(request.range, kFile);
  must(range.first <= range.end && range.end <= kFile, "bytes outside of the file");
  must(!range.outside || range.first == range.end, "bytes of no range");

  // However it arrives, it is the same.
  const auto part = native::parse_http_head(text.substr(0, head.bytes / 2));
  must(part.problem == 0 && part.bytes == 0, "half a head is not what the whole is");
  const auto again = native::parse_http_head(text.substr(0, head.bytes));
  must(again.bytes == head.bytes && again.request.path == request.path, "another request");
}
