#include "odin/native/site/site_server.h"

#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>
#include <thread>
#include <utility>

#include "odin/tensor/error.h"

namespace odin::native {

namespace fs = std::filesystem;

namespace {

constexpr const char* kHost = "127.0.0.1";

/// Number of worker threads: browsers keep several connections open, and each takes a thread.
constexpr int kConnections = 32;

/// Makes a second server on the same port an error (httplib's default lets two share it).
void reuse_address(socket_t socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

/// The ETag of a file, from its size and modification time.
std::string entity_tag(const fs::path& file, std::uintmax_t size) {
  const auto changed = fs::last_write_time(file).time_since_epoch().count();
  char tag[64];
  std::snprintf(tag, sizeof tag, "\"%jx-%jx\"", size, static_cast<std::uintmax_t>(changed));
  return tag;
}

void answer_with_text(httplib::Response& response, int status, const char* text) {
  response.status = status;
  response.set_content(text, "text/plain; charset=utf-8");
}

/// The range of bytes of a file to send.
struct Part {
  std::uintmax_t first, length;
};

/// The requested range, clamped to the file's end; the whole file if none or several ranges were
/// requested; empty if the range contains no byte of the file.
std::optional<Part> part_to_send(const httplib::Ranges& ranges, std::uintmax_t size) {
  if (ranges.size() != 1) return Part{0, size};
  const auto end = static_cast<std::intmax_t>(size);
  std::intmax_t first = ranges[0].first, last = ranges[0].second;
  if (first < 0) {  // a suffix range: the last bytes
    first = std::max<std::intmax_t>(0, end - last);
    last = end - 1;
  } else if (last < 0 || last >= end) {
    last = end - 1;
  }
  if (first > last) return std::nullopt;
  return Part{static_cast<std::uintmax_t>(first), static_cast<std::uintmax_t>(last - first + 1)};
}

void send_file(httplib::Response& response, const fs::path& file, const Part& part) {
  if (part.length == 0) return response.set_content("", media_type(file));
  const auto stream = std::make_shared<std::ifstream>(file, std::ios::binary);
  if (!*stream) return answer_with_text(response, 403, "not readable\n");
  response.set_content_provider(
      part.length, media_type(file),
      [stream, part](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        char piece[1 << 16];
        stream->seekg(static_cast<std::streamoff>(part.first + offset));
        stream->read(piece, static_cast<std::streamsize>(std::min(length, sizeof piece)));
        const auto got = static_cast<std::size_t>(stream->gcount());
        return got > 0 && sink.write(piece, got);
      });
}

void answer(const SiteFolders& folders, const httplib::Request& request,
            const httplib::Ranges& ranges, httplib::Response& response) {
  const auto file = find_site_file(folders, request.path);
  if (!file) return answer_with_text(response, 404, "not found\n");
  const std::uintmax_t size = fs::file_size(*file);
  const std::string whole = std::to_string(size), tag = entity_tag(*file, size);
  response.set_header("ETag", tag);
  response.set_header("Cache-Control", cache_control(request.path));
  response.set_header("Accept-Ranges", "bytes");
  if (request.get_header_value("If-None-Match") == tag) {
    response.status = 304;
    return;
  }
  const auto part = part_to_send(ranges, size);
  if (!part) {
    response.set_header("Content-Range", "bytes */" + whole);
    return answer_with_text(response, 416, "no such range\n");
  }
  if (part->length < size) {
    response.status = 206;
    response.set_header("Content-Range", "bytes " + std::to_string(part->first) + "-" +
                                             std::to_string(part->first + part->length - 1) + "/" +
                                             whole);
  }
  send_file(response, *file, *part);
}

/// Moves the ranges out of a request. Otherwise httplib would apply them a second time to what it
/// is given, and (before version 0.15) promise bytes beyond the end of a file.
httplib::Ranges take_ranges(const httplib::Request& request) {
  return std::exchange(const_cast<httplib::Request&>(request).ranges, {});
}

}  // namespace

struct SiteServer::Http {
  httplib::Server server;
};

SiteServer::SiteServer(SiteFolders folders, int port) : http_(std::make_unique<Http>()) {
  httplib::Server& server = http_->server;
  server.set_socket_options(reuse_address);
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1000);
  server.set_keep_alive_timeout(1);  // seconds; stopping waits for this long at most
  server.new_task_queue = [] { return new httplib::ThreadPool(kConnections); };
  server.set_default_headers({{"Cross-Origin-Opener-Policy", "same-origin"},
                              {"Cross-Origin-Embedder-Policy", "require-corp"},
                              {"Cross-Origin-Resource-Policy", "same-origin"},
                              {"X-Content-Type-Options", "nosniff"}});
  server.Get(".*", [folders = std::move(folders)](const auto& request, auto& response) {
    answer(folders, request, take_ranges(request), response);
  });
  const bool bound = port == 0 ? (port_ = server.bind_to_any_port(kHost)) > 0
                               : server.bind_to_port(kHost, port_ = port);
  require(bound, "serve: port ", port, " of ", kHost,
          " is taken or not allowed; --port 0 picks a free one");
}

SiteServer::~SiteServer() = default;

void SiteServer::run(const std::function<bool()>& stop) {
  httplib::Server& server = http_->server;
  std::atomic<bool> ended = false;
  std::thread watch([&] {
    while (!ended && !(server.is_running() && stop()))
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (!ended) server.stop();
  });
  const bool stopped = server.listen_after_bind();
  ended = true;
  watch.join();
  require(stopped, "serve: port ", port_, " can no longer be listened on");
}

}  // namespace odin::native
