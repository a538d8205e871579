#include "odin/native/site/site_server.h"

#include <doctest/doctest.h>
#include <httplib.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "odin/tests/capture_bound.h"
#include "odin/tests/native/workshop.h"

using namespace odin;

namespace {

namespace fs = std::filesystem;

/// A small site, served until the object is destroyed.
class ServedSite {
 public:
  ServedSite() {
    dir_.write("secret.txt", "secret");
    dir_.write("site/index.html", "<p>front</p>");
    dir_.write("site/bench/index.html", "<p>bench</p>");
    dir_.write("site/digits.bin", "0123456789");
    dir_.write("site/empty.txt", "");
    dir_.write("site/engine.wasm", "wasm");
    dir_.write("site/sw.js", "//");
    dir_.write("site/assets/page-BpQ3x_4d.js", "//");
    dir_.write("site/models/own.safetensors", "own");
    dir_.write("weights/own.safetensors", "hidden");
    dir_.write("weights/shipped.safetensors", std::string(300'000, 'w'));
    dir_.write("weights/manifest.json", "{}");
    fs::create_symlink(dir_.path() / "secret.txt", dir_.path() / "site/link.txt");
    fs::create_directory_symlink(dir_.path() / "site/bench", dir_.path() / "site/alias");
  }
  ~ServedSite() {
    stop_ = true;
    thread_.join();
  }

  httplib::Result get(const std::string& path, const httplib::Headers& headers = {}) {
    return client_.Get(path, headers);
  }
  std::string range(const std::string& bytes) {
    const auto response = get("/digits.bin", {{"Range", "bytes=" + bytes}});
    return std::to_string(response->status) + " " + response->get_header_value("Content-Range") +
           " " + response->body;
  }
  httplib::Client& client() { return client_; }
  int port() const { return server_.port(); }

 private:
  tests::TempDir dir_;
  std::atomic<bool> stop_ = false;
  native::SiteServer server_{{dir_.path() / "site", dir_.path() / "weights"}, 0};
  std::thread thread_{[this] { server_.run([this] { return stop_.load(); }); }};
  httplib::Client client_{"127.0.0.1", server_.port()};
};

}  // namespace

TEST_SUITE("native: serve") {
  TEST_CASE("files arrive whole, as what they are, in isolation from other sites") {
    ServedSite site;
    const std::pair<const char*, const char*> files[] = {
        {"/", "text/html; charset=utf-8"},
        {"/?sample=cat#x", "text/html; charset=utf-8"},
        {"/bench/", "text/html; charset=utf-8"},
        {"/alias/", "text/html; charset=utf-8"},
        {"/sw.js", "text/javascript; charset=utf-8"},
        {"/assets/page-BpQ3x_4d.js", "text/javascript; charset=utf-8"},
        {"/empty.txt", "text/plain; charset=utf-8"},
        {"/engine.wasm", "application/wasm"},
        {"/models/shipped.safetensors", "application/octet-stream"}};
    for (const auto& [path, type] : files) {
      CAPTURE_BOUND(path);
      const auto response = site.get(path);
      REQUIRE(response);
      CHECK(response->status == 200);
      CHECK(response->get_header_value("Content-Type") == type);
      CHECK(response->get_header_value("Cross-Origin-Opener-Policy") == "same-origin");
      CHECK(response->get_header_value("Cross-Origin-Embedder-Policy") == "require-corp");
    }
    CHECK(site.get("/")->body == "<p>front</p>");
    CHECK(site.get("/empty.txt")->body == "");
  }

  TEST_CASE("models that the site lacks come from the weights, and nothing else does") {
    ServedSite site;
    CHECK(site.get("/models/shipped.safetensors")->body == std::string(300'000, 'w'));
    CHECK(site.get("/models/own.safetensors")->body == "own");
    CHECK(site.get("/models/manifest.json")->status == 404);
    CHECK(site.get("/shipped.safetensors")->status == 404);
  }

  TEST_CASE("no path leads out of the site") {
    ServedSite site;
    for (const char* path :
         {"/../secret.txt", "/bench/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
          "//etc/passwd", "/%2fetc/passwd", "/link.txt", "/models/../../secret.txt",
          "/models/../weights/manifest.json", "/models/%2e%2e/secret.safetensors", "/digits.bin%00",
          "/missing", "/bench", "/.."}) {
      CAPTURE(path);
      const auto response = site.get(path);
      REQUIRE(response);
      CHECK(response->status >= 400);
      CHECK(response->body.find("secret") == std::string::npos);
    }
    CHECK(site.client().Post("/digits.bin", "x", "text/plain")->status == 405);
  }

  TEST_CASE("hashed names are kept for good, all others are asked for again") {
    ServedSite site;
    CHECK(site.get("/assets/page-BpQ3x_4d.js")->get_header_value("Cache-Control") ==
          "public, max-age=31536000, immutable");
    const auto first = site.get("/sw.js");
    CHECK(first->get_header_value("Cache-Control") == "no-cache");
    const std::string tag = first->get_header_value("ETag");
    const auto again = site.get("/sw.js", {{"If-None-Match", tag}});
    CHECK(again->status == 304);
    CHECK(again->body == "");
    CHECK(site.get("/sw.js", {{"If-None-Match", "\"other\""}})->status == 200);
  }

  TEST_CASE("HEAD gives the length alone, and ranges give their bytes") {
    ServedSite site;
    const auto head = site.client().Head("/digits.bin");
    REQUIRE(head);
    CHECK(head->status == 200);
    CHECK(head->get_header_value("Content-Length") == "10");
    CHECK(head->body == "");
    CHECK(site.range("0-3") == "206 bytes 0-3/10 0123");
    CHECK(site.range("7-") == "206 bytes 7-9/10 789");
    CHECK(site.range("-2") == "206 bytes 8-9/10 89");
    CHECK(site.range("8-100") == "206 bytes 8-9/10 89");
    CHECK(site.range("0-100") == "200  0123456789");
    CHECK(site.range("0-1,4-5") == "200  0123456789");
    CHECK(site.range("10-").starts_with("416 bytes */10"));
    CHECK(site.range("5-2").starts_with("416"));
  }

  TEST_CASE("a second server on the same port is an error") {
    const ServedSite site;
    const tests::Workshop w;
    std::ofstream(w.path("index.html")) << "page";
    const tests::Result r = w.run("serve --site . --port " + std::to_string(site.port()));
    CHECK(r.status == 1);
    CHECK(r.error_lines() == 1);
    CHECK(r.out == "");
    CHECK(r.err.find("port " + std::to_string(site.port())) != std::string::npos);
  }

  TEST_CASE("odin serve prints its address, answers there and ends well when interrupted") {
    const tests::Workshop w;
    std::ofstream(w.path("index.html")) << "page";
    int status = -1;  // the exit status of the shell, which is that of the program
    std::thread program([&] {
      status = std::system(("cd '" + w.folder().string() + "' && { " +
                            tests::call_of_odin("serve --site . --port 0") +
                            " >url.txt & echo $! >pid.txt; wait $!; }")
                               .c_str());
    });
    std::string url;
    for (int tries = 0; tries < 500 && !url.ends_with('\n'); ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      url = tests::read_text(w.path("url.txt"));
    }
    const auto response = httplib::Client(url.substr(0, url.rfind('/'))).Get("/");
    CHECK(std::system(("kill -INT " + tests::read_text(w.path("pid.txt"))).c_str()) == 0);
    program.join();
    CHECK(url.starts_with("http://127.0.0.1:"));
    REQUIRE(response);
    CHECK(response->body == "page");
    CHECK(status == 0);
  }

  TEST_CASE("a folder without a page is refused") {
    const tests::Workshop w;
    const tests::Result r = w.run("serve --site .");
    CHECK(r.status == 1);
    CHECK(r.error_lines() == 1);
    CHECK(r.err == "odin: serve: no index.html in '.'\n");
    CHECK(w.run("serve --port 70000").status == 2);
  }
}
