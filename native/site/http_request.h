#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace odin::native {

// The head of an HTTP/1 request, as far as a server of files needs it (RFC 9110 and 9112).

/// More than any browser sends, little enough to hold for hundreds of connections.
inline constexpr std::size_t kMostHeadBytes = 16 * 1024, kMostLineBytes = 8 * 1024;
inline constexpr int kMostHeaders = 100;

struct HttpRequest {
  bool head_only = false;  ///< HEAD instead of GET
  bool keep_alive = true;  ///< the client may send another request on the connection
  std::string path;        ///< decoded, without the query; begins with '/'
  std::string host;        ///< without the port, in lower case; empty if there is none
  std::string range, if_range, if_none_match;  ///< empty if there are none
};

/// What the first bytes of a connection are.
struct HttpHead {
  std::size_t bytes = 0;  ///< of the whole head; 0 if it has not all come yet
  int problem = 0;        ///< the status to refuse it with, which may be known before its end; or 0
  HttpRequest request;    ///< if there is no problem and the head is complete
};

/// Parses `input`, the bytes that have come so far. Refuses methods other than GET and HEAD (405),
/// bodies (413), lines and heads beyond the limits (414, 431), other versions (505) and whatever is
/// malformed (400).
HttpHead parse_http_head(std::string_view input);

/// The bytes [first, end) of a file of `size` bytes that a Range header asks for: all if it is no
/// range, or several.
struct ByteRange {
  std::size_t first = 0, end = 0;
  bool outside = false;  ///< no byte of the file is in the range
};
ByteRange parse_range(std::string_view header, std::size_t size);

}  // namespace odin::native
