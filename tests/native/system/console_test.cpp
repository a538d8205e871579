#include "odin/native/system/console.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "odin/native/system/json_text.h"
#include "odin/nn/io/quote.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::native;
using nlohmann::json;
using tests::contains;
using tests::Workshop;

namespace {

namespace fs = std::filesystem;

const std::string kEvil =
    "a\x1b]0;owned\x07\n\x7f\xC2\x9B"
    "31m\xE2\x80\xAE\xFF.png";

bool is_clean(const std::string& text) {
  for (const char* bad : {"\x1b", "\x07", "\x7f", "\xC2\x9B", "\xE2\x80\xAE", "\xFF"})
    if (contains(text, bad)) return false;
  return true;
}

/// What a terminal gets of the program.
std::string on_a_terminal(const Workshop& w, const std::string& kind,
                          const std::string& arguments) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(master >= 0);
  REQUIRE(::grantpt(master) == 0);
  REQUIRE(::unlockpt(master) == 0);
  const std::string terminal = ::ptsname(master);
  const int held = ::open(terminal.c_str(), O_RDWR | O_NOCTTY);
  std::atomic<bool> done = false;
  std::thread program([&] {
    const std::string command = "cd '" + w.folder().string() + "' && { TERM=" + kind + " " +
                                tests::call_of_odin(arguments) + "; } >" + terminal + " 2>&1";
    CHECK(std::system(command.c_str()) == 0);
    done = true;
  });
  std::string text;
  char piece[4096];
  while (true) {
    pollfd ready{master, POLLIN, 0};
    if (::poll(&ready, 1, 100) > 0) {
      const auto count = ::read(master, piece, sizeof piece);
      if (count > 0) text.append(piece, static_cast<std::size_t>(count));
    } else if (done) {
      break;
    }
  }
  program.join();
  ::close(held);
  ::close(master);
  return text;
}

/// The lines that a terminal shows: \r goes to the beginning, ESC [K erases to the end.
std::string on_the_screen(const std::string& written) {
  std::string all, line;
  std::size_t column = 0;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (written.compare(i, 3, "\x1b[K") == 0) {
      line.resize(column);
      i += 2;
    } else if (written[i] == '\r') {
      column = 0;
    } else if (written[i] == '\n') {
      all += line + "\n";
      line.clear();
      column = 0;
    } else {
      line.resize(std::max(line.size(), column + 1), ' ');
      line[column++] = written[i];
    }
  }
  return all + line;
}

}  // namespace

TEST_SUITE("native: terminals") {
  TEST_CASE("text out of files cannot drive a terminal") {
    CHECK(nn::printable(kEvil) == "a?]0;owned????31m??.png");
    CHECK(nn::printable("caf\xC3\xA9 \xEA\xB3\xA0\xEC\x96\x91\xEC\x9D\xB4") ==
          "caf\xC3\xA9 \xEA\xB3\xA0\xEC\x96\x91\xEC\x9D\xB4");
    CHECK(nn::printable("\xED\xA0\x80") == "???");       // a surrogate
    CHECK(nn::printable("\xC0\xAF\xE2\x80") == "????");  // overlong, and cut off
    CHECK(nn::printable("\xE2\x81\xA6\xE2\x80\xA8\xEF\xBB\xBF") == "???");
    CHECK(nn::quote(std::string(199, 'a') + "\xC3\xA9") == "'" + std::string(199, 'a') + "...'");
    CHECK(json_text(json("\xC2\x9B\x7F")) == "\"\\u009b\\u007f\"");
    CHECK(json_text(json("\xC3\xA9")) == "\"\xC3\xA9\"");
  }

  TEST_CASE("no command prints a name raw") {
    const Workshop w;
    fs::create_directory(w.path("d"));
    fs::copy(w.path("p.png"), w.folder() / "d" / kEvil);
    std::ofstream(w.folder() / "d" / ("bad" + kEvil)) << "no picture";
    auto file = nn::read_safetensors(w.path("m.safetensors"));
    file.metadata["classes"] = json({"\x1b[31m", "\xC2\x9B", "c"}).dump();
    file.metadata["training"] = "\x1b]0;x\x07";
    nn::write_safetensors(w.path("e.safetensors"), file);
    for (const char* call :
         {"detect --model e.safetensors d", "detect --json --model e.safetensors d",
          "info e.safetensors", "evaluate --model e.safetensors --in folder:d --out uniform:3",
          "data check folder:d", "detect $(printf '\\033[1m')", "report $(printf '\\302\\233')",
          "info $(printf '\\033x')", "metrics --in $(printf '\\033x') --out m.safetensors",
          "$(printf '\\033x')", "serve --site $(printf '\\033x')"}) {
      CAPTURE(call);
      const auto r = w.run(call);
      CHECK(is_clean(r.out));
      CHECK(is_clean(r.err));
    }
  }

  TEST_CASE("the name of a file can be recovered from JSON, whatever its bytes are") {
    const Workshop w;
    fs::create_directory(w.path("d"));
    const std::string odd = "a\xFF\xC3.png";
    fs::copy(w.path("p.png"), w.folder() / "d" / odd);
    fs::copy(w.path("p.png"), w.folder() / "d" / "b\xC3\xA9.png");
    const std::string out = w.run("detect --json --model m.safetensors d").out;
    const json first = json::parse(out.substr(0, out.find('\n')));
    const json second = json::parse(out.substr(out.find('\n') + 1));
    CHECK(first["file_hex"] == hex_digits("d/" + odd));
    CHECK(hex_digits("a\xFF") == "61ff");
    CHECK(second["file"] == "d/b\xC3\xA9.png");
    CHECK_FALSE(second.contains("file_hex"));
  }

  TEST_CASE("rows and the progress line do not meet") {
    const Workshop w;
    fs::create_directory(w.path("d"));
    for (int i = 0; i < 70; ++i)
      fs::copy(w.path("p.png"), w.folder() / "d" / (std::to_string(i) + ".png"));
    std::ofstream(w.folder() / "d" / "33.png") << "no picture";
    const std::string arguments = "detect --model m.safetensors d || true";
    const std::string written = on_a_terminal(w, "xterm", arguments);
    CHECK(contains(written, "left"));
    CHECK(contains(written, "\x1b[K"));
    const std::string screen = on_the_screen(written);
    CHECK_FALSE(contains(screen, "left"));
    CHECK(contains(screen, "\nodin: "));
    CHECK(contains(screen, "\nd/0.png "));
    CHECK(contains(screen, "\nd/69.png "));
    const std::string plain = on_a_terminal(w, "dumb", arguments);
    CHECK_FALSE(contains(plain, "\x1b"));
    CHECK_FALSE(contains(plain, "left"));
  }

  TEST_CASE("pictures and models come from pipes") {
    const Workshop w;
    CHECK(w.run("detect --model m.safetensors --json /dev/stdin <p.png").status == 0);
    CHECK(w.run("detect --model m.safetensors --json - <p.png").status == 0);
    const auto piped = [&](const std::string& arguments) {
      const std::string command = "cd '" + w.folder().string() + "' && cat m.safetensors | " +
                                  tests::call_of_odin(arguments) + " >out.txt 2>err.txt";
      return std::system(command.c_str()) == 0 ? tests::read_text(w.path("out.txt")) : "failed";
    };
    const std::string sha = w.run("info m.safetensors").out;
    CHECK(contains(piped("info /dev/stdin"), sha.substr(sha.find("sha256"))));
    CHECK(contains(piped("detect --model - p.png"), "p.png"));
    CHECK(contains(piped("evaluate --model /dev/stdin --in uniform:3 --out gaussian:3"), "AUROC"));
    CHECK(contains(piped("tune --model - --in uniform:8 --temperatures 1000 --epsilons 0,0.001"),
                   "threshold"));
  }
}
