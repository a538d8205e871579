#pragma once

#include <functional>
#include <memory>

#include "odin/native/site/site_files.h"

namespace odin::native {

/// An HTTP server on 127.0.0.1 for the web page, with the headers that isolate it from other sites:
/// browsers give WebAssembly threads to such pages alone.
class SiteServer {
 public:
  /// Takes the port at once (0: any that is free), so that what is wrong with it is thrown here.
  SiteServer(SiteFolders folders, int port);
  ~SiteServer();

  int port() const { return port_; }

  /// Answers until `stop` returns true; it is asked several times a second.
  void run(const std::function<bool()>& stop);

 private:
  struct Http;
  std::unique_ptr<Http> http_;
  int port_ = 0;
};

}  // namespace odin::native
