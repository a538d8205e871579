#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "odin/native/commands/command_description.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::native;
using tests::contains;
using tests::Workshop;

namespace {

/// What the completion of bash offers for the last of these words.
std::string completed_by_bash(const std::string& completion, const std::string& words, int last) {
  const std::string script = "source '" + completion + "'; COMP_WORDS=(" + words +
                             "); COMP_CWORD=" + std::to_string(last) +
                             "; _odin; echo \"${COMPREPLY[*]}\"";
  FILE* pipe = popen(("bash -c '" +
                      [&] {
                        std::string quoted;
                        for (const char c : script)
                          quoted += c == '\'' ? "'\\''" : std::string(1, c);
                        return quoted;
                      }() +
                      "'")
                         .c_str(),
                     "r");
  std::string out;
  char chunk[256];
  while (fgets(chunk, sizeof chunk, pipe)) out += chunk;
  CHECK(pclose(pipe) == 0);
  return out;
}

std::string text_of(const std::filesystem::path& file) {
  return tests::as_text(nn::read_file(file));
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("every command of the help has a manual page, with all of its options") {
    const Workshop w;
    REQUIRE(w.run("document files made").status == 0);
    const std::filesystem::path made = w.folder() / "made";
    std::istringstream help(w.run("--help").out);
    const std::string overview = text_of(made / "man1" / "odin.1");
    std::string line;
    while (std::getline(help, line) && line != "Subcommands:") {
    }
    int commands = 0;
    while (std::getline(help, line) && !line.empty()) {
      if (line.size() < 3 || line[2] == ' ') continue;  // a description's next line
      const std::string name = line.substr(2, line.find(' ', 2) - 2);
      CAPTURE(name);
      const std::string page = text_of(made / "man1" / ("odin-" + name + ".1"));
      CHECK(page.starts_with(".TH ODIN-"));
      CHECK(contains(page, "\\fB\\-\\-help, \\-h") == false);  // each name is in bold by itself
      CHECK(contains(page, "\\fB\\-\\-help\\fR, \\fB\\-h\\fR"));
      CHECK(contains(overview, "odin\\-" + name));
      ++commands;
    }
    CHECK(commands >= 14);
    const std::string detect = text_of(made / "man1" / "odin-detect.1");
    CHECK(contains(detect, "\\fB\\-\\-temperature\\fR \\fIFLOAT\\fR"));
    CHECK(contains(detect, "\\fIPATH\\fR..."));
    CHECK_FALSE(contains(overview, "document"));  // hidden
    CHECK_FALSE(contains(w.run("--help").out, "document"));
  }

  TEST_CASE("bash completes commands, options, choices and files") {
    const Workshop w;
    REQUIRE(w.run("document files made").status == 0);
    const std::string script = (w.folder() / "made" / "bash" / "odin").string();
    CHECK(completed_by_bash(script, "odin det", 1) == "detect\n");
    CHECK(completed_by_bash(script, "odin t", 1) == "tune train\n");
    CHECK(completed_by_bash(script, "odin detect --temp", 2) == "--temperature\n");
    CHECK(completed_by_bash(script, "odin detect --qui", 2) == "--quiet\n");  // common to all
    CHECK(completed_by_bash(script, "odin detect --device c", 3) == "cpu cuda\n");
    const std::string folder = (w.folder() / "ma").string();
    CHECK(completed_by_bash(script, "odin detect " + folder, 2) == folder + "de\n");
    CHECK(completed_by_bash(script, "odin --device cpu info --h", 4) == "--help\n");
  }

  TEST_CASE("completions for zsh and fish name every command and quote what they say") {
    const Workshop w;
    const std::string zsh = w.run("document zsh").out, fish = w.run("document fish").out;
    CHECK(zsh.starts_with("#compdef odin\n"));
    CHECK(contains(zsh, "'*--device[Where to compute]:TEXT:(cpu cuda)'"));
    CHECK(contains(fish, "complete -c odin -l device -x -a 'cpu cuda' -d 'Where to compute'\n"));
    for (const char* name : {"detect", "evaluate", "train", "serve"}) {
      CHECK(contains(zsh, std::string("        ") + name + ") _arguments"));
      CHECK(contains(fish, std::string("-f -a ") + name + " -d "));
    }
    std::istringstream lines(fish);
    std::string line;
    while (std::getline(lines, line))
      CHECK_MESSAGE(std::count(line.begin(), line.end(), '\'') % 2 == 0, line);
  }

  TEST_CASE("a text that means something to roff or to a shell is only text") {
    CommandDescription program{"odin", "It's\n.not a request\\n", "", {}, {}};
    program.options.push_back({{"--odd"}, "TEXT", {}, "'quoted' [x] `y` $z", false, false, false});
    const std::string page = man_page(program, "odin 1", "");
    CHECK(contains(page, "It's\n\\&.not a request\\en\n"));
    CHECK(contains(page, "\n\\&'quoted' [x] `y` $z\n"));
    CHECK(contains(shell_completion(program, "fish"), "-d 'quoted x y z'\n"));
    CHECK(contains(shell_completion(program, "zsh"), "'*--odd[quoted x y z]:TEXT:_files'"));
  }

  TEST_CASE("documents that there are not are refused") {
    const Workshop w;
    CHECK(w.run("document man nothing").status == 1);
    CHECK(w.run("document man nothing").err == "odin: document: odin has no command 'nothing'\n");
    CHECK(w.run("document csh").status == 2);
    CHECK(w.run("document files").status == 2);
  }
}
