#include <memory>

#include "odin/native/commands/commands.h"
#include "odin/native/models/model_store.h"
#include "odin/native/site/site_server.h"
#include "odin/native/system/console.h"
#include "odin/native/system/stop_signal.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

namespace fs = std::filesystem;

struct ServeOptions {
  SiteAddress address;
  std::string site;
};

int serve(const ServeOptions& options) {
  require_site_server();
  const fs::path site = options.site.empty() ? site_folder() : fs::path(options.site);
  require(fs::exists(site / "index.html"), "serve: no index.html in ", nn::quote(site.string()));
  SiteServer server({site, weights_folder()}, options.address);
  catch_stop_signals();
  show(server.url());
  server.run(stop_requested);
  return 0;
}

}  // namespace

void add_serve(Command program, const CommonOptions&, Action& action) {
  const auto options = std::make_shared<ServeOptions>();
  Command command = program.add_command(
      "serve",
      "Show the web page on this machine, with the headers that give it threads; Ctrl-C ends it");
  command.add_option("--port", options->address.port, "Port, 0 for any that is free")
      .between(0, 65535)
      .show_default();
  command
      .add_option("--host", options->address.address,
                  "Address to listen at: 127.0.0.1 is for this machine alone, 0.0.0.0 for all who "
                  "reach it")
      .show_default();
  command
      .add_option("--allow-host", options->address.hosts,
                  "A name of this machine under which browsers may ask for the page, besides "
                  "localhost\nand its addresses; * for any")
      .expected(1)
      .take_all();
  command.add_option("--site", options->site,
                     "Folder of the built page (the one that came with the program)");
  command.callback([options, &action] { action = [options] { return serve(*options); }; });
}

}  // namespace odin::native
