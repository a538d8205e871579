#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "odin/native/site/http_request.h"
#include "odin/native/site/site_policy.h"
#include "odin/native/site/site_server.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using native::parse_http_head;
using tests::contains;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A client that may be as rude as the test wants.
class RudeClient {
 public:
  explicit RudeClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(static_cast<std::uint16_t>(port));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
  }
  ~RudeClient() { ::close(socket_); }
  RudeClient(const RudeClient&) = delete;

  bool connected() const { return connected_; }
  /// Returns how many bytes could be sent before the server ended the connection.
  std::size_t send(const std::string& bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const auto count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) break;
      sent += static_cast<std::size_t>(count);
    }
    return sent;
  }
  /// Takes what has come, and forgets it; returns how many bytes it was, 0 at the end.
  std::size_t take() {
    static char space[1 << 20];
    const auto count = ::recv(socket_, space, sizeof space, 0);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  /// What comes until `end` is in it or the connection ends, for at most five seconds.
  std::string receive(const std::string& end = "") {
    std::string text;
    char piece[4096];
    while (end.empty() || text.find(end) == text.npos) {
      pollfd ready{socket_, POLLIN, 0};
      if (::poll(&ready, 1, 5000) <= 0) break;
      const auto count = ::recv(socket_, piece, sizeof piece, 0);
      if (count <= 0) break;
      text.append(piece, static_cast<std::size_t>(count));
    }
    return text;
  }

 private:
  int socket_;
  bool connected_ = false;
};

class TestSite {
 public:
  explicit TestSite(std::vector<std::string> hosts = {})
      : server_({dir_.write("index.html", std::string("<p>front</p>")).parent_path(), dir_.path()},
                native::SiteAddress{.port = 0, .hosts = std::move(hosts)}),
        thread_([this] { server_.run([this] { return stop_.load(); }); }) {
    dir_.write("large.bin", std::string(8 << 20, 'x'));
  }
  ~TestSite() { stop(); }

  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  int port() const { return server_.port(); }
  std::string answer_to(const std::string& request) const {
    RudeClient client(port());
    client.send(request);
    return client.receive();
  }
  /// The status of the answer to a request with these headers.
  std::string status_of(const std::string& line,
                        const std::string& headers = "Host: localhost\r\n") {
    const std::string answer = answer_to(line + "\r\n" + headers + "Connection: close\r\n\r\n");
    return answer.substr(0, 12);
  }

 private:
  tests::TempDir dir_;
  std::atomic<bool> stop_ = false;
  native::SiteServer server_;
  std::thread thread_;
};

std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
}

}  // namespace

TEST_SUITE("native: serve to anybody") {
  TEST_CASE("other methods and bodies are refused at once, and nothing of a body is kept") {
    TestSite site;
    for (const char* method :
         {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "X"}) {
      CAPTURE(method);
      const std::string answer =
          site.answer_to(std::string(method) + " / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      CHECK(answer.starts_with("HTTP/1.1 405 "));
      CHECK(contains(answer, "\r\nAllow: GET, HEAD\r\n"));
    }
    RudeClient client(site.port());
    client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n");
    CHECK(client.receive("405").starts_with("HTTP/1.1 405 "));
    CHECK(client.send(std::string(64 << 20, 'a')) < (std::size_t{64} << 20));
    CHECK(site.status_of("GET / HTTP/1.1", "Host: x\r\nContent-Length: 5\r\n") == "HTTP/1.1 413");
    CHECK(site.status_of("GET / HTTP/1.1", "Host: x\r\nTransfer-Encoding: chunked\r\n") ==
          "HTTP/1.1 413");
    CHECK(site.status_of("GET / HTTP/1.1", "Host: localhost\r\nContent-Length: 0\r\n") ==
          "HTTP/1.1 200");
  }

  TEST_CASE("lines, headers and their number have limits") {
    TestSite site;
    CHECK(site.answer_to(std::string(100'000, 'a')).starts_with("HTTP/1.1 4"));
    CHECK(site.answer_to("GET /" + std::string(100'000, 'a')).starts_with("HTTP/1.1 414"));
    CHECK(site.status_of("GET / HTTP/1.1", "X: " + std::string(9000, 'a') + "\r\n") ==
          "HTTP/1.1 431");
    std::string many = "Host: localhost\r\n";
    for (int i = 0; i < 200; ++i) many += "X: y\r\n";
    CHECK(site.status_of("GET / HTTP/1.1", many) == "HTTP/1.1 431");
    CHECK(site.status_of("GET / HTTP/1.1", "Host: localhost\r\nX: " + std::string(7000, 'a') +
                                               "\r\nX: " + std::string(7000, 'a') + "\r\nX: " +
                                               std::string(7000, 'a') + "\r\n") == "HTTP/1.1 431");
    const std::string deep(8000, '/');
    CHECK(site.status_of("GET /assets" + deep + " HTTP/1.1") == "HTTP/1.1 404");
    CHECK(native::cache_control("/assets/" + std::string(100000, 'a') + "-12345678.js") ==
          "public, max-age=31536000, immutable");
    CHECK(native::cache_control("/assets/a/b-1234567.js") == "no-cache");
    CHECK(native::cache_control("/assets/-12345678.js") == "no-cache");
    CHECK(native::cache_control("/other/a-12345678.js") == "no-cache");
  }

  TEST_CASE("malformed requests are refused") {
    TestSite site;
    for (const char* line : {"GET", "GET /", "GET / HTTP/1.1 x", "GET  HTTP/1.1", "GET x HTTP/1.1",
                             "G\x01T / HTTP/1.1", "\x16\x03\x01 / HTTP/1.1", "GET /%zz HTTP/1.1",
                             "GET /%00 HTTP/1.1", "GET /% HTTP/1.1", "GET / FTP/1.1"}) {
      CAPTURE(line);
      CHECK(site.status_of(line) == "HTTP/1.1 400");
    }
    for (const char c : {'\0', '\1', '\x1b', '\x7f'})
      CHECK(site.status_of(std::string("GET /a") + c + "b HTTP/1.1") == "HTTP/1.1 400");
    CHECK(site.status_of("GET / HTTP/2.0") == "HTTP/1.1 505");
    CHECK(site.status_of("GET / HTTP/1.1", "Host localhost\r\n") == "HTTP/1.1 400");
    CHECK(site.status_of("GET / HTTP/1.1", "Host : localhost\r\n") == "HTTP/1.1 400");
    CHECK(site.status_of("GET / HTTP/1.1", "Host: localhost\r\nX: \x01\r\n") == "HTTP/1.1 400");
  }

  TEST_CASE("only the names of this machine are answered, and those that were allowed") {
    TestSite site, open({"My.Machine"}), any({"*"});
    const std::string line = "GET / HTTP/1.1";
    for (const char* host :
         {"localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:1234", "[::1]", "[::1]:80"}) {
      CAPTURE(host);
      CHECK(site.status_of(line, std::string("Host: ") + host + "\r\n") == "HTTP/1.1 200");
    }
    for (const char* host :
         {"evil.example", "my.machine", "localhost.evil.example", "127.0.0.1.evil"})
      CHECK(site.status_of(line, std::string("Host: ") + host + "\r\n") == "HTTP/1.1 421");
    for (const char* host : {"", "localhost:x", "[::1", "a b"})
      CHECK(site.status_of(line, std::string("Host: ") + host + "\r\n") != "HTTP/1.1 200");
    CHECK(site.status_of(line, "") == "HTTP/1.1 400");
    CHECK(site.status_of(line, "Host: localhost\r\nHost: localhost\r\n") == "HTTP/1.1 400");
    CHECK(site.status_of("GET http://evil.example/ HTTP/1.1") == "HTTP/1.1 421");
    CHECK(site.status_of("GET http://localhost/ HTTP/1.1") == "HTTP/1.1 200");
    CHECK(site.answer_to("HEAD / HTTP/1.1\r\nHost: evil.example\r\n\r\n").ends_with("\r\n\r\n"));
    CHECK(open.status_of(line, "Host: my.machine:8080\r\n") == "HTTP/1.1 200");
    CHECK(any.status_of(line, "Host: evil.example\r\n") == "HTTP/1.1 200");
  }

  TEST_CASE("slow clients hold neither the others nor the end up") {
    TestSite site;
    std::vector<std::unique_ptr<RudeClient>> slow;
    for (int i = 0; i < 150; ++i) {
      slow.push_back(std::make_unique<RudeClient>(site.port()));
      slow.back()->send(i % 2 == 0 ? "GET / HTTP/1.1\r\nHo" : get("/large.bin"));
    }
    // A server that waits for one of them waits ten seconds, and for all of them minutes.
    auto start = Clock::now();
    for (int i = 0; i < 20; ++i) CHECK(contains(site.answer_to("GET / HTTP/1.0\r\n\r\n"), "front"));
    CHECK(seconds_since(start) < 60);
    start = Clock::now();
    site.stop();
    CHECK(seconds_since(start) < 8);
  }

  TEST_CASE("a client that takes all it can get and asks for more leaves the others their turn") {
    TestSite site;
    RudeClient eager(site.port());
    constexpr std::size_t kFiles = 300, kFileBytes = 8 << 20;
    std::string requests;
    for (std::size_t i = 0; i < kFiles; ++i) requests += get("/large.bin");
    std::atomic<std::size_t> taken = 0;
    std::atomic<bool> enough = false;
    std::thread taking([&] {
      while (!enough) {
        const std::size_t count = eager.take();
        if (count == 0) return;
        taken += count;
      }
    });
    eager.send(requests);
    while (taken == 0) std::this_thread::yield();
    CHECK(contains(site.answer_to("GET / HTTP/1.0\r\n\r\n"), "front"));
    CHECK(taken < kFiles * kFileBytes / 2);
    site.stop();
    enough = true;
    taking.join();
  }

  TEST_CASE("many connections at once are answered, on each several requests") {
    TestSite site;
    std::vector<std::unique_ptr<RudeClient>> clients;
    for (int i = 0; i < 300; ++i) clients.push_back(std::make_unique<RudeClient>(site.port()));
    int answered = 0;
    for (auto& c : clients) c->send(get("/") + get("/?again") + get("/missing"));
    for (auto& c : clients) answered += contains(c->receive("404 Not Found\n"), "404 Not Found\n");
    CHECK(answered == 300);
  }

  TEST_CASE("a connection that has had many answers ends with one that says so") {
    TestSite site;
    RudeClient client(site.port());
    std::string answer;
    int answers = 0;
    while (!contains(answer, "Connection: close") && answers < 2000) {
      client.send(get("/"));
      answer = client.receive("front</p>");
      REQUIRE(contains(answer, "front"));
      ++answers;
    }
    CHECK(answers == 1000);
    CHECK(client.receive() == "");
  }

  TEST_CASE("a large file arrives whole, and its client may leave in between") {
    TestSite site;
    {
      RudeClient gone(site.port()), half(site.port());
      gone.send(get("/large.bin"));
      half.receive("x");
    }
    const std::string answer = site.answer_to("GET /large.bin HTTP/1.0\r\n\r\n");
    CHECK(answer.size() > (8 << 20));
    CHECK(answer.ends_with("xxxx"));
  }

  TEST_CASE("the policy allows the page's own scripts by their digests") {
    const tests::TempDir dir;
    const auto html = dir.write("a.html", std::string("<script src=\"a.js\"></script>\r\n"
                                                      "<script>alert('hi')</script>"));
    const auto digests = native::inline_scripts(html);
    // printf %s "alert('hi')" | openssl dgst -sha256 -binary | base64
    CHECK(digests.size() == 1);
    const std::string policy = native::content_policy(digests);
    CHECK(contains(policy, "'wasm-unsafe-eval' 'sha256-"));
    CHECK(contains(policy, "worker-src 'self' blob:"));
    CHECK_FALSE(contains(policy, "script-src 'self' 'unsafe-inline'"));
    TestSite site;
    const std::string answer = site.answer_to("GET / HTTP/1.0\r\n\r\n");
    CHECK(contains(answer, "Content-Security-Policy: default-src 'self'"));
    CHECK(contains(answer, "X-Content-Type-Options: nosniff"));
  }

  TEST_CASE("a head is parsed the same however it is cut") {
    const std::string head =
        "GET /a%20b?c HTTP/1.1\r\nHost: LocalHost:80\r\nRange: bytes=1-2\r\nConnection: "
        "close\r\n\r\n";
    for (std::size_t i = 0; i < head.size(); ++i) {
      const auto part = parse_http_head(std::string_view(head).substr(0, i));
      CHECK(part.bytes == 0);
      CHECK(part.problem == 0);
    }
    const auto whole = parse_http_head(head + "rest");
    CHECK(whole.bytes == head.size());
    CHECK(whole.request.path == "/a b");
    CHECK(whole.request.host == "localhost");
    CHECK(whole.request.range == "bytes=1-2");
    CHECK_FALSE(whole.request.keep_alive);
  }
}
