#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "odin/native/site/site_connection.h"
#include "odin/native/site/site_files.h"

namespace odin::native {

/// Where the server listens, and for whom.
struct SiteAddress {
  std::string address = "127.0.0.1";  ///< a number: IPv4, or IPv6 without brackets
  int port = 8080;                    ///< 0: any free port
  /// Names under which browsers may ask for the site, besides localhost and the addresses of this
  /// machine: otherwise a page from elsewhere could reach it through a name of its own. "*": any.
  std::vector<std::string> hosts = {};
};

/// Throws where there is no such server: on Windows.
void require_site_server();

/// An HTTP server for the web page: GET and HEAD of files, one thread for all connections. It sends
/// the headers for cross-origin isolation, which browsers require for WebAssembly threads, and a
/// policy that keeps the page to this server. Clients may be many, slow or hostile: heads,
/// connections and times are limited (site_connection.cpp, http_request.h), nothing waits for one
/// client.
class SiteServer {
 public:
  /// Binds the port. Throws if that fails.
  SiteServer(SiteFolders folders, SiteAddress address);
  SiteServer(SiteFolders folders, int port) : SiteServer(std::move(folders), {.port = port}) {}
  ~SiteServer();
  SiteServer(const SiteServer&) = delete;
  SiteServer& operator=(const SiteServer&) = delete;

  int port() const { return address_.port; }
  /// "http://127.0.0.1:8080/"
  std::string url() const;

  /// Serves requests until `stop`, which is called several times a second, returns true. Connections
  /// that are open then are closed at once.
  void run(const std::function<bool()>& stop);

 private:
  using Clock = SiteConnection::Clock;

  void accept_all(Clock::time_point now);
  void drop_slowest();
  void advance_all(const std::vector<short>& ready, Clock::time_point now);
  SiteAnswer answer(const HttpRequest& request, int socket) const;
  bool is_allowed(const std::string& host, int socket) const;

  SiteFolders folders_;
  SiteAddress address_;
  int listener_ = -1;
  std::size_t most_connections_;
  std::vector<SiteConnection> connections_;
  bool no_file_ = false;  ///< for the next connection
  std::vector<char> space_;
};

}  // namespace odin::native
