#include "odin/native/site/site_server.h"
#include "odin/tensor/error.h"

namespace odin::native {

void require_site_server() { fail("serve: not available on Windows"); }

OpenFile::~OpenFile() = default;

SiteConnection::~SiteConnection() = default;

SiteServer::SiteServer(SiteFolders, SiteAddress) { require_site_server(); }

SiteServer::~SiteServer() = default;

std::string SiteServer::url() const { return ""; }

void SiteServer::run(const std::function<bool()>&) {}

}  // namespace odin::native
