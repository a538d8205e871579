#pragma once

#include <functional>
#include <memory>

#include "odin/native/site/site_files.h"

namespace odin::native {

/// An HTTP server on 127.0.0.1 for the web page. It sends the headers for cross-origin isolation,
/// which browsers require for WebAssembly threads.
class SiteServer {
 public:
  /// Binds the port (0: any free port). Throws if that fails.
  SiteServer(SiteFolders folders, int port);
  ~SiteServer();

  int port() const { return port_; }

  /// Serves requests until `stop`, which is called several times a second, returns true.
  void run(const std::function<bool()>& stop);

 private:
  struct Http;
  std::unique_ptr<Http> http_;
  int port_ = 0;
};

}  // namespace odin::native
