#include "odin/native/site/site_answer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "odin/native/site/site_policy.h"

namespace odin::native {

namespace fs = std::filesystem;

namespace {

const char* reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 206: return "Partial Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 416: return "Range Not Satisfiable";
    case 421: return "Misdirected Request";
    case 431: return "Request Header Fields Too Large";
    case 505: return "HTTP Version Not Supported";
    default: return "Error";
  }
}

/// Builds the head of an answer.
class Head {
 public:
  explicit Head(int status)
      : text_("HTTP/1.1 " + std::to_string(status) + " " + reason_of(status) + "\r\n") {
    // Browsers give WebAssembly threads to isolated pages alone.
    add("Cross-Origin-Opener-Policy", "same-origin");
    add("Cross-Origin-Embedder-Policy", "require-corp");
    add("Cross-Origin-Resource-Policy", "same-origin");
    add("X-Content-Type-Options", "nosniff");
    add("Referrer-Policy", "no-referrer");
  }
  void add(const char* name, const std::string& value) {
    text_ += std::string(name) + ": " + value + "\r\n";
  }
  std::string finish(bool keep_alive) {
    add("Connection", keep_alive ? "keep-alive" : "close");
    return std::move(text_) + "\r\n";
  }

 private:
  std::string text_;
};

/// A short text, such as "404 Not Found".
SiteAnswer text_answer(int status, Head head, bool keep_alive, bool head_only) {
  const std::string text = std::to_string(status) + " " + reason_of(status) + "\n";
  head.add("Content-Security-Policy", content_policy({}));
  head.add("Content-Type", "text/plain; charset=utf-8");
  head.add("Content-Length", std::to_string(text.size()));
  return {.head = head.finish(keep_alive) + (head_only ? "" : text), .keep_alive = keep_alive};
}

/// From the size and the time of the last change.
std::string entity_tag(const OpenFile& file) {
  char tag[64];
  std::snprintf(tag, sizeof tag, "\"%jx-%jx\"", std::uintmax_t{file.size()},
                std::uintmax_t{file.changed()});
  return tag;
}

/// Whether an If-None-Match header has the tag, or is "*".
bool names_tag(const std::string& header, const std::string& tag) {
  return header == "*" || (!header.empty() && header.find(tag) != header.npos);
}

}  // namespace

OpenFile::OpenFile(const fs::path& path)
    : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  struct stat found;
  if (descriptor_ < 0) return;
  if (::fstat(descriptor_, &found) == 0 && S_ISREG(found.st_mode)) {
    size_ = static_cast<std::size_t>(found.st_size);
    changed_ = static_cast<std::uint64_t>(found.st_mtim.tv_sec) * 1'000'000'000 +
               static_cast<std::uint64_t>(found.st_mtim.tv_nsec);
  } else {
    ::close(std::exchange(descriptor_, -1));
  }
}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

OpenFile::OpenFile(OpenFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      changed_(other.changed_) {}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  size_ = other.size_;
  changed_ = other.changed_;
  return *this;
}

std::size_t OpenFile::read(std::size_t offset, char* to, std::size_t bytes) const {
  ssize_t count = 0;
  do count = ::pread(descriptor_, to, bytes, static_cast<off_t>(offset));
  while (count < 0 && errno == EINTR);
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

SiteAnswer refuse_request(int status, bool head_only) {
  Head head(status);
  if (status == 405) head.add("Allow", "GET, HEAD");
  return text_answer(status, std::move(head), false, head_only);
}

SiteAnswer answer_request(const SiteFolders& folders, const HttpRequest& request) {
  const auto text = [&](int status, Head head) {
    return text_answer(status, std::move(head), request.keep_alive, request.head_only);
  };
  const auto path = find_site_file(folders, request.path);
  if (!path) return text(404, Head(404));
  SiteAnswer answer{.head = "", .file = OpenFile(*path), .keep_alive = request.keep_alive};
  if (!answer.file) return text(403, Head(403));

  const std::size_t size = answer.file.size();
  const std::string tag = entity_tag(answer.file);
  const bool unchanged = names_tag(request.if_none_match, tag);
  const bool ranges = request.if_range.empty() || request.if_range == tag;
  const ByteRange range = parse_range(ranges ? request.range : "", size);
  if (!unchanged && range.outside) {
    Head head(416);
    head.add("Content-Range", "bytes */" + std::to_string(size));
    return text(416, std::move(head));
  }
  const bool part = range.end - range.first < size && !unchanged;
  const int status = unchanged ? 304 : part ? 206 : 200;
  answer.first = range.first;
  answer.end = range.end;
  Head head(status);
  head.add("ETag", tag);
  head.add("Cache-Control", cache_control(request.path));
  if (!unchanged) {
    const std::string type = media_type(*path);
    head.add("Content-Security-Policy",
             content_policy(type.starts_with("text/html") ? inline_scripts(*path)
                                                          : std::set<std::string>()));
    head.add("Accept-Ranges", "bytes");
    head.add("Content-Type", type);
    head.add("Content-Length", std::to_string(answer.end - answer.first));
  }
  if (part)
    head.add("Content-Range", "bytes " + std::to_string(answer.first) + "-" +
                                  std::to_string(answer.end - 1) + "/" + std::to_string(size));
  answer.head = head.finish(request.keep_alive);
  if (unchanged || request.head_only) answer.end = answer.first;
  return answer;
}

}  // namespace odin::native
