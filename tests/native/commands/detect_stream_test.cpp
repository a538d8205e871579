#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "odin/native/streams/tar_archive.h"
#include "odin/tests/native/tar_file.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

// odin detect with lists, archives, parts and a file of results.

using namespace odin;
using nlohmann::json;
using tests::contains;
using tests::read_text;
using tests::Result;
using tests::tar_end;
using tests::tar_member;
using tests::Workshop;

namespace {

/// A workshop with a folder of pictures, one of which is damaged, and a list of them.
struct ManyPictures : Workshop {
  static constexpr int kPictures = 70;

  ManyPictures() {
    std::filesystem::create_directory(path("f"));
    std::ofstream list(path("list"));
    for (int i = 0; i < kPictures; ++i) {
      const std::string name = "f/" + std::to_string(i) + ".png";
      native::save_png(path(name),
                       tensor::Random(static_cast<std::uint64_t>(i)).uniform({3, 32, 32}));
      list << name << "\n";
    }
    std::ofstream(path("f/40.png")) << "words";
  }

  void tar(const std::string& name, int first, int last, std::size_t cut = 0) const {
    std::string bytes;
    for (int i = first; i < last; ++i) {
      bytes += tar_member(std::to_string(i) + ".png",
                          read_text(path("f/" + std::to_string(i) + ".png")));
      bytes += tar_member(std::to_string(i) + ".cls", "3");
    }
    bytes += tar_end();
    bytes.resize(bytes.size() - cut);
    std::ofstream(path(name), std::ios::binary) << bytes;
  }

  Result detect(const std::string& arguments) const {
    return run("detect --quiet --model m.safetensors " + arguments);
  }
};

/// The lines without the names of their files.
std::string without_names(const std::string& lines) {
  std::string text;
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) text += line.substr(line.find(", ")) + "\n";
  return text;
}

std::int64_t lines_in(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("odin detect reads lists from files and standard input") {
    const ManyPictures w;
    const Result folder = w.detect("--json f");
    CHECK(folder.status == 1);
    CHECK(lines_in(folder.out) == ManyPictures::kPictures - 1);
    CHECK(folder.error_lines() == 1);
    CHECK(contains(folder.err, "odin: image: 'f/40.png': not an image that odin reads"));
    for (const char* from : {"--json --from list", "--json --from - <list"}) {
      const Result r = w.detect(from);
      CHECK(r.status == 1);
      CHECK(r.out == folder.out);
      CHECK(r.err == folder.err);
    }
    std::string zeros = read_text(w.path("list"));
    std::replace(zeros.begin(), zeros.end(), '\n', '\0');
    std::ofstream(w.path("zeros"), std::ios::binary) << zeros;
    CHECK(w.detect("--json --from zeros").out == folder.out);
    std::ofstream(w.path("gaps")) << "f/0.png\nf/missing.png\n\nf/1.png\r\nnowhere\n";
    const Result gaps = w.detect("--from gaps --json");
    CHECK(gaps.status == 1);
    CHECK(lines_in(gaps.out) == 2);
    CHECK(gaps.error_lines() == 2);
    CHECK(contains(gaps.err, "'f/missing.png'"));
    for (const char* bad :
         {"--from nothing", "--from f", "--from m.safetensors", "--from - </dev/null"}) {
      const Result r = w.detect(bad);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
    }
    CHECK(w.detect("").status == 2);
    CHECK(w.detect("--resume p.png").status == 2);
  }

  TEST_CASE("the parts of --shard are all pictures") {
    const ManyPictures w;
    const std::string all = w.detect("--json f").out;
    std::vector<std::string> lines;
    for (int i = 1; i <= 3; ++i) {
      std::istringstream part(
          w.detect("--json --from list --shard " + std::to_string(i) + "/3").out);
      for (std::string line; std::getline(part, line);) lines.push_back(line + "\n");
    }
    CHECK(static_cast<std::int64_t>(lines.size()) == lines_in(all));
    for (const std::string& line : lines) CHECK(contains(all, line));
    const Result none = w.detect("--json --shard 80/90 f");
    CHECK(none.status == 0);
    CHECK(none.out == "");
    for (const char* bad : {"0/3", "4/3", "3", "/", "a/b", "1/0", "-1/3", "1/3/4", "1 /3"})
      CHECK(w.detect(std::string("--shard '") + bad + "' f").status == 2);
  }

  TEST_CASE("pictures in tar archives are those in files") {
    if (!native::reads_archives()) return;
    const ManyPictures w;
    const Result folder = w.detect("--json f");
    w.tar("s-00.tar", 0, 33);
    w.tar("s-01.tar", 33, ManyPictures::kPictures);
    const Result tars = w.detect("--json 's-{00..01}.tar'");
    CHECK(tars.status == 1);
    CHECK(without_names(tars.out) == without_names(folder.out));
    CHECK(tars.out.starts_with("{\"file\": \"s-00.tar/0.png\", "));
    CHECK(contains(tars.err, "odin: image: 's-01.tar/40.png': not an image"));
    std::ofstream(w.path("tars")) << "s-{00..01}.tar\n";
    CHECK(w.detect("--json --from tars").out == tars.out);
    w.tar("cut.tar", 0, 5, 1024 + 700);
    const Result cut = w.detect("--json cut.tar p.png");
    CHECK(cut.status == 1);
    CHECK(lines_in(cut.out) == 6);  // the last picture is followed by its class, which is cut
    CHECK(cut.error_lines() == 1);
    CHECK(contains(cut.err, "odin: archive 'cut.tar': "));
    CHECK(
        contains(w.detect("--json 'no-{0..1}.tar'").err, "'no-1.tar': No such file or directory"));
  }

  // Killed at any byte of the output, the run that goes on ends with the file of one run.
  TEST_CASE("a file of results is gone on with") {
    const ManyPictures w;
    const Result whole = w.detect("--from list --output whole.jsonl");
    CHECK(whole.status == 1);
    CHECK(whole.out == "");
    const std::string lines = read_text(w.path("whole.jsonl"));
    CHECK(lines_in(lines) == ManyPictures::kPictures);
    const json failed = json::parse(lines.substr(
        lines.find("{\"file\": \"f/40.png\""),
        lines.find("{\"file\": \"f/41.png\"") - lines.find("{\"file\": \"f/40.png\"")));
    CHECK(contains(failed["error"].get<std::string>(), "not an image that odin reads"));
    CHECK(w.detect("--json f").out.size() < lines.size());
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, lines.size() / 3,
                                   lines.find("f/41.png"), lines.size() - 1, lines.size()}) {
      std::ofstream(w.path("part.jsonl")) << lines.substr(0, size);
      const Result r = w.detect("--from list --output part.jsonl --resume");
      CHECK(r.status == 1);  // one picture failed, in this run or before
      CHECK(read_text(w.path("part.jsonl")) == lines);
    }
    const Result again = w.detect("--from list --output whole.jsonl");
    CHECK(again.status == 1);
    CHECK(again.err ==
          "odin: detect: 'whole.jsonl': it has lines of an earlier run; --resume goes on with "
          "them\n");
    CHECK(read_text(w.path("whole.jsonl")) == lines);
    CHECK(w.detect("--output f p.png").status == 1);
    CHECK(w.detect("--output nowhere/x p.png").status == 1);
    if (std::filesystem::exists("/dev/full"))
      CHECK(contains(w.detect("--output /dev/full p.png").err, "not a regular file"));
    std::ofstream(w.path("other")) << "f/0.png\np.png\n";
    std::ofstream(w.path("part.jsonl")) << lines.substr(0, lines.find('\n') + 1);
    CHECK(w.detect("--from other --output part.jsonl --resume").status == 0);
    CHECK(lines_in(read_text(w.path("part.jsonl"))) == 2);
  }
}
