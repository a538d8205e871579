#include "odin/native/site/site_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

constexpr std::size_t kMostConnections = 1000;
constexpr int kWaitMilliseconds = 50;  // between two calls of `stop`
constexpr std::size_t kSpace = 64 * 1024;

/// Each connection takes a socket and a file; others are left for the rest of the program.
std::size_t connection_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return kMostConnections;
  const auto files = static_cast<std::size_t>(limit.rlim_cur);
  return std::clamp<std::size_t>(files > 32 ? (files - 32) / 2 : 0, 4, kMostConnections);
}

// Addresses are numbers, so that nothing asks for names: a program without shared libraries could not.

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

Address numeric_address(const SiteAddress& at) {
  Address found;
  const in_port_t port = htons(static_cast<in_port_t>(at.port));
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, at.address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = port;
    std::memcpy(&found.bytes, &v4, found.size = sizeof v4);
  } else if (::inet_pton(AF_INET6, at.address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = port;
    std::memcpy(&found.bytes, &v6, found.size = sizeof v6);
  } else {
    fail("serve: ", nn::quote(at.address),
         " is no address, expected one such as 127.0.0.1, 0.0.0.0 or ::1");
  }
  return found;
}

int listen_at(const Address& at) {
  const int listener =
      ::socket(at.bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
  if (listener < 0) return -1;
  const int yes = 1;  // a server that was just stopped does not block its port
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const auto* address = reinterpret_cast<const sockaddr*>(&at.bytes);
  if (::bind(listener, address, at.size) == 0 && ::listen(listener, SOMAXCONN) == 0)
    return listener;
  ::close(listener);
  return -1;
}

/// Address (IPv6 in brackets) and port of this end of a socket.
std::pair<std::string, int> own_end(int socket) {
  sockaddr_storage end{};
  socklen_t size = sizeof end;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&end), &size) != 0) return {"", 0};
  char host[INET6_ADDRSTRLEN] = "";
  if (end.ss_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &end, sizeof v4);
    ::inet_ntop(AF_INET, &v4.sin_addr, host, sizeof host);
    return {host, ntohs(v4.sin_port)};
  }
  sockaddr_in6 v6;
  std::memcpy(&v6, &end, sizeof v6);
  ::inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof host);
  std::string text = host;
  constexpr const char* kMapped = "::ffff:";  // IPv4 at a socket of both
  if (text.starts_with(kMapped) && text.find('.') != text.npos) text.erase(0, std::strlen(kMapped));
  return {text.find(':') == text.npos ? text : "[" + text + "]", ntohs(v6.sin6_port)};
}

}  // namespace

void require_site_server() {}

SiteServer::SiteServer(SiteFolders folders, SiteAddress address)
    : folders_(std::move(folders)),
      address_(std::move(address)),
      most_connections_(connection_limit()),
      space_(kSpace) {
  for (std::string& host : address_.hosts)
    for (char& c : host)
      if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  listener_ = listen_at(numeric_address(address_));
  require(listener_ >= 0, "serve: port ", address_.port, " of ", address_.address,
          " is taken or not allowed (", std::strerror(errno), "); --port 0 picks a free one");
  address_.port = own_end(listener_).second;
}

SiteServer::~SiteServer() { ::close(listener_); }

std::string SiteServer::url() const {
  return "http://" + own_end(listener_).first + ":" + std::to_string(address_.port) + "/";
}

void SiteServer::run(const std::function<bool()>& stop) {
  std::vector<pollfd> waiting;
  std::vector<short> ready;
  while (!stop()) {
    // Without a free file no connection can be accepted: then time passes before it is tried again.
    waiting.assign(1, {no_file_ ? -1 : listener_, POLLIN, 0});
    no_file_ = false;
    for (const SiteConnection& c : connections_)
      waiting.push_back({c.socket(), static_cast<short>(c.wants_to_send() ? POLLOUT : POLLIN), 0});
    const int count = ::poll(waiting.data(), waiting.size(), kWaitMilliseconds);
    require(count >= 0 || errno == EINTR, "serve: ", std::strerror(errno));
    const auto now = Clock::now();
    ready.clear();
    for (std::size_t i = 1; i < waiting.size(); ++i)
      ready.push_back(count > 0 ? waiting[i].revents : short{0});
    advance_all(ready, now);
    if (count > 0 && waiting.front().revents != 0) accept_all(now);
  }
  connections_.clear();
}

void SiteServer::accept_all(Clock::time_point now) {
  // Many at once, but those that are already here have their turn.
  for (int i = 0; i < 64; ++i) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket < 0) {
      if (errno != EMFILE && errno != ENFILE) return;
      no_file_ = connections_.empty();
      drop_slowest();
      return;
    }
    if (connections_.size() >= most_connections_) drop_slowest();
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connections_.emplace_back(socket, now);
  }
}

/// Makes room: the connection that is nearest to being too slow goes, of those that have no answer
/// to take if there is one.
void SiteServer::drop_slowest() {
  const auto slowest = std::min_element(connections_.begin(), connections_.end(),
                                        [](const SiteConnection& a, const SiteConnection& b) {
                                          return std::pair(a.wants_to_send(), a.deadline()) <
                                                 std::pair(b.wants_to_send(), b.deadline());
                                        });
  if (slowest == connections_.end()) return;
  *slowest = std::move(connections_.back());
  connections_.pop_back();
}

void SiteServer::advance_all(const std::vector<short>& ready, Clock::time_point now) {
  std::vector<SiteConnection> kept;
  kept.reserve(connections_.size());
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    SiteConnection& c = connections_[i];
    bool goes_on = true;
    if (ready[i] != 0)
      goes_on = c.advance([&](const HttpRequest& request) { return answer(request, c.socket()); },
                          space_, now);
    if (goes_on && now > c.deadline()) goes_on = c.expire(space_, now);
    if (goes_on) kept.push_back(std::move(c));
  }
  connections_ = std::move(kept);
}

SiteAnswer SiteServer::answer(const HttpRequest& request, int socket) const {
  if (!request.host.empty() && !is_allowed(request.host, socket))
    return refuse_request(421, request.head_only);
  return answer_request(folders_, request);
}

bool SiteServer::is_allowed(const std::string& host, int socket) const {
  const auto& names = address_.hosts;
  if (host == "localhost" || host == "127.0.0.1" || host == "[::1]") return true;
  if (std::find(names.begin(), names.end(), "*") != names.end()) return true;
  return std::find(names.begin(), names.end(), host) != names.end() ||
         host == own_end(socket).first;
}

}  // namespace odin::native
