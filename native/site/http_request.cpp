#include "odin/native/site/http_request.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace odin::native {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  return result;
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Empty if an escape is malformed or hides a NUL.
std::string decoded(std::string_view path) {
  std::string result;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      result += path[i];
      continue;
    }
    const int high = i + 2 < path.size() ? digit_of(path[i + 1]) : -1;
    const int low = i + 2 < path.size() ? digit_of(path[i + 2]) : -1;
    if (high < 0 || low < 0 || high * 16 + low == 0) return "";
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

/// The host of "host:port", which may be an IPv6 address in brackets. Empty if it is malformed.
std::string host_of(std::string_view authority) {
  const bool bracketed = authority.starts_with('[');
  const auto end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && end == authority.npos) return "";
  const auto host = authority.substr(0, bracketed ? end + 1 : end);
  const auto rest = authority.substr(host.size());
  const bool port = rest.empty() ||
                    (rest.starts_with(':') && rest.find_first_not_of("0123456789", 1) == rest.npos);
  return port ? lower(host) : "";
}

class HeadParser {
 public:
  explicit HeadParser(std::string_view input) : input_(input) {}

  HttpHead operator()() {
    std::size_t at = skip_blank_lines();
    const std::size_t first = at;
    for (int line = 0;; ++line) {
      const auto end = input_.find('\n', at);
      const bool complete = end != input_.npos;
      const auto text = line_of(at, complete ? end : input_.size());
      if (text.size() > kMostLineBytes) return refuse(line == 0 ? 414 : 431);
      if (line == 0) {
        if (const int problem = check_method(text, complete)) return refuse(problem);
      }
      if (at - first > kMostHeadBytes || line > kMostHeaders + 1) return refuse(431);
      if (!complete) return {};
      at = end + 1;
      if (line > 0 && text.empty()) break;
      if (const int problem = line == 0 ? take_request_line(text) : take_header(text))
        return refuse(problem);
    }
    if (const int problem = check_all()) return refuse(problem);
    head_.bytes = at;
    return std::move(head_);
  }

 private:
  static HttpHead refuse(int status) {
    HttpHead head;
    head.problem = status;
    return head;
  }

  /// Some clients send an empty line after a request.
  std::size_t skip_blank_lines() const {
    std::size_t at = 0;
    while (at < input_.size() && at < 4 && (input_[at] == '\r' || input_[at] == '\n')) ++at;
    return at;
  }

  std::string_view line_of(std::size_t first, std::size_t end) const {
    auto text = input_.substr(first, end - first);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
  }

  /// Refuses a wrong method as soon as it can be told.
  static int check_method(std::string_view line, bool complete) {
    const auto end = line.find(' ');
    const auto method = line.substr(0, end);
    if (!method.empty() && !is_token(method)) return 400;
    if (end == line.npos && !complete) {
      const bool may_become = std::string_view("GET").starts_with(method) ||
                              std::string_view("HEAD").starts_with(method);
      return may_become || method.size() < 5 ? 0 : 405;
    }
    if (end == line.npos) return 400;
    return method == "GET" || method == "HEAD" ? 0 : 405;
  }

  int take_request_line(std::string_view line) {
    const auto one = line.find(' '), two = line.rfind(' ');
    if (one == two) return 400;
    HttpRequest& r = head_.request;
    r.head_only = line.starts_with("HEAD");
    const auto version = line.substr(two + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
      return version.starts_with("HTTP/") ? 505 : 400;
    needs_host_ = r.keep_alive = version == "HTTP/1.1";
    auto target = line.substr(one + 1, two - one - 1);
    if (lower(target.substr(0, 7)) == "http://") {
      target.remove_prefix(7);
      const auto slash = std::min(target.find('/'), target.size());
      absolute_host_ = std::string(target.substr(0, slash));
      target.remove_prefix(slash);
      if (target.empty()) target = "/";
    }
    const auto is_blank_or_control = [](unsigned char c) { return c <= 0x20 || c == 0x7f; };
    if (!target.starts_with('/') || std::any_of(target.begin(), target.end(), is_blank_or_control))
      return 400;
    r.path = decoded(target.substr(0, target.find_first_of("?#")));
    return r.path.empty() ? 400 : 0;
  }

  int take_header(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == line.npos || !is_token(line.substr(0, colon))) return 400;
    const std::string name = lower(line.substr(0, colon));
    const auto value = without_blanks(line.substr(colon + 1));
    for (const char c : value)
      if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return 400;
    HttpRequest& r = head_.request;
    if (name == "host") {
      if (hosts_++ > 0) return 400;
      r.host = host_of(value);
      if (r.host.empty()) return 400;
    } else if (name == "content-length") {
      return value == "0" ? 0 : 413;
    } else if (name == "transfer-encoding") {
      return 413;
    } else if (name == "connection") {
      const std::string wish = lower(value);
      if (wish == "close") r.keep_alive = false;
      if (wish == "keep-alive") r.keep_alive = true;
    } else if (name == "range") {
      r.range = value;
    } else if (name == "if-range") {
      r.if_range = value;
    } else if (name == "if-none-match") {
      r.if_none_match = value;
    }
    return 0;
  }

  int check_all() {
    if (needs_host_ && hosts_ == 0) return 400;
    if (!absolute_host_) return 0;
    head_.request.host = host_of(*absolute_host_);
    return head_.request.host.empty() ? 400 : 0;
  }

  std::string_view input_;
  HttpHead head_;
  bool needs_host_ = true;
  int hosts_ = 0;
  std::optional<std::string> absolute_host_;
};

std::optional<std::size_t> parse_position(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return static_cast<std::size_t>(-1);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

}  // namespace

HttpHead parse_http_head(std::string_view input) { return HeadParser(input)(); }

ByteRange parse_range(std::string_view header, std::size_t size) {
  const ByteRange whole{0, size}, outside{0, 0, true};
  if (lower(header.substr(0, 6)) != "bytes=") return whole;
  const auto range = without_blanks(header.substr(6));
  const auto dash = range.find('-');
  if (dash == range.npos || range.find(',') != range.npos) return whole;
  const auto from = range.substr(0, dash), to = range.substr(dash + 1);
  const auto first = parse_position(from), last = parse_position(to);
  if ((!first && !from.empty()) || (!last && !to.empty()) || (!first && !last)) return whole;
  if (!first)  // the last bytes
    return *last == 0 || size == 0 ? outside : ByteRange{size - std::min(*last, size), size};
  if (*first >= size || last.value_or(size) < *first) return outside;
  return {*first, last ? std::min(*last, size - 1) + 1 : size};
}

}  // namespace odin::native
