#include "odin/native/streams/picture_source.h"

#include <doctest/doctest.h>

#include <fstream>

#include "odin/native/streams/result_lines.h"
#include "odin/tests/native/tar_file.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using native::PictureSource;
using native::StreamChoice;
using native::StreamItem;
using tests::contains;
using tests::error_of;
using tests::read_text;
using tests::tar_end;
using tests::tar_member;
using tests::TempDir;

namespace {

/// A folder of names, with what PictureSource makes of them as text: "0 a.png", "1 error: ...".
class NamedItems {
 public:
  std::string path(const std::string& name) const { return (dir_.path() / name).string(); }
  void write(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << bytes;
  }

  std::vector<std::string> items(const std::vector<std::string>& names,
                                 const std::string& list = "", StreamChoice choice = {}) const {
    std::vector<std::string> paths, lines;
    for (const std::string& name : names) paths.push_back(path(name));
    PictureSource source(paths, list, std::move(choice));
    while (const auto item = source.next()) {
      std::string line =
          item->kind == StreamItem::Kind::note ? "note: " : std::to_string(item->number) + " ";
      if (item->kind == StreamItem::Kind::error) line += "error: ";
      std::string text = item->kind == StreamItem::Kind::picture ? item->name : item->text;
      for (std::size_t at; (at = text.find(dir_.path().string() + "/")) != text.npos;)
        text.erase(at, dir_.path().string().size() + 1);
      if (item->in_archive && item->kind == StreamItem::Kind::picture)
        text += " " + std::to_string(item->bytes.size());
      lines.push_back(line + text);
    }
    return lines;
  }

 private:
  TempDir dir_;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_SUITE("native/streams") {
  TEST_CASE("folders, files and lists of names come in their order") {
    const NamedItems n;
    for (const char* name : {"f/2.png", "f/10.png", "f/x.gif", "f/y.txt", "a.png", "z{1..2}.png"})
      n.write(name, "x");
    CHECK(n.items({"a.png", "f", "missing"}) ==
          Lines{"0 a.png",
                "note: 'f': 1 picture not read: 1 .gif (odin reads PNG, JPEG, WebP and BMP)",
                "1 f/2.png", "2 f/10.png", "3 missing"});
    n.write("list", n.path("f/10.png") + "\n" + n.path("f") + "\n" + n.path("b{1..2}.png") + "\n" +
                        n.path("z{1..2}.png") + "\n");
    CHECK(n.items({"a.png"}, n.path("list")).size() == 8);
    CHECK(n.items({}, n.path("list")) ==
          Lines{"0 f/10.png",
                "note: 'f': 1 picture not read: 1 .gif (odin reads PNG, JPEG, WebP and BMP)",
                "1 f/2.png", "2 f/10.png", "3 b1.png", "4 b2.png", "5 z{1..2}.png"});
    std::filesystem::create_directory(n.path("empty"));
    const Lines empty = n.items({"empty", "a.png"});
    REQUIRE(empty.size() == 2);
    CHECK(contains(empty[0], "0 error: "));
    CHECK(contains(empty[0], "no images in this folder"));
    CHECK(empty[1] == "1 a.png");
  }

  TEST_CASE("parts of a job array are a whole") {
    const NamedItems n;
    for (int i = 0; i < 7; ++i) n.write("f/" + std::to_string(i) + ".png", "x");
    std::vector<std::string> all;
    for (std::int64_t shard = 0; shard < 3; ++shard)
      for (std::string& line : n.items({"f"}, "", {.shard = shard, .shards = 3}))
        all.push_back(line.substr(2));
    CHECK(all ==
          Lines{"f/0.png", "f/3.png", "f/6.png", "f/1.png", "f/4.png", "f/2.png", "f/5.png"});
    CHECK(n.items({"f"}, "", {.shard = 9, .shards = 10}).empty());
  }

  TEST_CASE("a choice by number keeps the numbers, one by name does not") {
    const NamedItems n;
    for (int i = 0; i < 4; ++i) n.write("f/" + std::to_string(i) + ".png", "x");
    StreamChoice odd;
    odd.is_mine = [](std::int64_t number) { return number % 2 == 1; };
    CHECK(n.items({"f"}, "", odd) == Lines{"1 f/1.png", "3 f/3.png"});
    StreamChoice rest;
    rest.is_done = [](const std::string& name) { return name.ends_with("1.png"); };
    CHECK(n.items({"f"}, "", rest) == Lines{"0 f/0.png", "1 f/2.png", "2 f/3.png"});
  }

  TEST_CASE("the pictures of tar archives come with their bytes") {
    if (!native::reads_archives()) return;
    const NamedItems n;
    n.write("s-0.tar", tar_member("d/", "", '5') + tar_member("d/a.png", "12345") +
                           tar_member("d/a.cls", "1") + tar_member("d/._a.png", "x") +
                           tar_member("d/b.gif", "x") + tar_end());
    n.write("s-1.tar", tar_member("b.jpg", std::string(3000, 'x')) +
                           tar_member("c.jpg", "", '1', "b.jpg") + tar_end());
    CHECK(n.items({"s-{0..1}.tar"}) ==
          Lines{"0 s-0.tar/d/a.png 5",
                "note: 's-0.tar': 1 picture not read: 1 .gif (odin reads PNG, JPEG, WebP and BMP)",
                "1 s-1.tar/b.jpg 3000",
                "2 error: image: 's-1.tar/c.jpg': it is a link to another member of the archive"});
    CHECK(n.items({"s-0.tar", "s-1.tar"}, "", {.shard = 1, .shards = 2}).front() ==
          "0 s-1.tar/b.jpg 3000");
    n.write("words.tar", tar_member("a.txt", "x") + tar_end());
    CHECK(n.items({"words.tar"}) ==
          Lines{"0 error: archive 'words.tar': there are no pictures in it"});
  }

  // Wherever it is cut: whole pictures come, then one line.
  TEST_CASE("a tar that is cut or damaged is one error after its whole pictures") {
    if (!native::reads_archives()) return;
    const NamedItems n;
    const std::string whole = tar_member("a.png", std::string(700, 'a')) +
                              tar_member("b.png", std::string(100, 'b')) + tar_end();
    for (const std::size_t size : {100, 512, 600, 1300, 1536, 1600, 2048, 2148, 2560}) {
      n.write("cut.tar", whole.substr(0, size));
      const Lines lines = n.items({"cut.tar", "x.png"});
      REQUIRE(lines.size() >= 2);
      CAPTURE(size);
      CHECK(contains(lines[lines.size() - 2], "error: archive 'cut.tar': "));
      CHECK(std::count_if(lines.begin(), lines.end(),
                          [](const auto& l) { return contains(l, "error"); }) == 1);
      CHECK(contains(lines.back(), "x.png"));
      CHECK((size >= 1212) == contains(lines.front(), "a.png 700"));
    }
    std::string damaged = whole;
    damaged[1536 + 10] = '?';  // a header
    for (const std::string& bytes :
         {damaged, std::string("no archive, words alone"), std::string()}) {
      n.write("cut.tar", bytes);
      CHECK(contains(n.items({"cut.tar"}).back(), "error: archive 'cut.tar': "));
    }
    n.write("short.tar", whole.substr(0, 100));
    CHECK(
        contains(n.items({"short.tar"}).front(), "no tar archive, or one that is cut or damaged"));
    CHECK(contains(n.items({"missing.tar"}).front(), "No such file or directory"));
    std::filesystem::create_directory(n.path("folder.tar"));
    n.write("folder.tar/a.png", "x");
    CHECK(n.items({"folder.tar"}) == Lines{"0 folder.tar/a.png"});
  }

  TEST_CASE("lines of results are gone on with, and a torn one is cut") {
    const NamedItems n;
    const std::string file = n.path("out.jsonl");
    {
      native::ResultLines lines(file, true);  // a new file
      lines.append("{\"file\": \"a\"}\n{\"file\": \"b\", \"error\": \"x\"}\n");
      CHECK(
          contains(error_of([&] { native::ResultLines(file, true); }), "another odin is writing"));
    }
    std::ofstream(file, std::ios::app) << "{\"file\": \"c\"}";
    {
      native::ResultLines lines(file, true);
      CHECK(lines.done().size() == 2);
      CHECK(lines.has_errors());
      lines.append("{\"file\": \"d\"}\n");
    }
    CHECK(read_text(file) ==
          "{\"file\": \"a\"}\n{\"file\": \"b\", \"error\": \"x\"}\n{\"file\": \"d\"}\n");
    CHECK(contains(error_of([&] { native::ResultLines(file, false); }), "--resume goes on"));
    for (const char* bad : {"words\n", "{\"label\": 1}\n", "{\"file\": 1}\n", "[]\n", "\n"}) {
      std::ofstream(file) << "{\"file\": \"a\"}\n" << bad << "{\"file\": \"b\"}\n";
      const std::string before = read_text(file);
      CHECK(contains(error_of([&] { native::ResultLines(file, true); }), "line 2 is no result"));
      CHECK(read_text(file) == before);
    }
    const std::string odd = "\xff\x01.png";
    {
      std::filesystem::remove(file);
      native::ResultLines lines(file, false);
      lines.append("{" + native::name_in_json(odd) + "}\n");
    }
    native::DoneNames done = native::ResultLines(file, true).done();
    CHECK(done.take(odd));
  }
}
