#include "odin/native/sets/set_check.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "odin/native/sets/cifar.h"
#include "odin/native/sets/download.h"
#include "odin/native/system/digest.h"
#include "odin/native/system/run_command.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::native;
using tests::contains;
using tests::error_of;
using tests::Result;
using tests::Workshop;

namespace fs = std::filesystem;

namespace {

bool installed(const char* program) {
  return std::system(("command -v " + std::string(program) + " >/dev/null").c_str()) == 0;
}

/// A known set whose archive is a local file instead of a publisher's.
KnownSet local_set(const tests::TempDir& dir, const std::string& content,
                   const std::string& form = "tar.gz") {
  const fs::path made = dir.write("made/little/a.txt", content).parent_path();
  const fs::path archive = dir.path() / ("server/little." + form);
  fs::create_directories(archive.parent_path());
  if (form == "zip")
    REQUIRE(run_command({"python3", "-m", "zipfile", "-c", archive.string(), made.string()}) == 0);
  else
    REQUIRE(run_command({"tar", form == "tar" ? "-cf" : "-czf", archive.string(), "-C",
                         (dir.path() / "made").string(), "little"}) == 0);
  KnownSet set;
  set.name = "little";
  set.url = "file://" + archive.string();
  set.folder = "little";
  set.bytes = static_cast<std::int64_t>(fs::file_size(archive));
  set.md5 = md5_hex_of_file(archive);
  return set;
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("the digest of images does not depend on their order, and on everything else") {
    CHECK(digest_of_images({"b", "a", "c"}) == digest_of_images({"c", "b", "a"}));
    CHECK(digest_of_images({"a", "b"}) != digest_of_images({"a", "b", "b"}));
    const std::string text = "ab";
    CHECK(digest_of_images({"b", "a"}) == sha256_hex(std::as_bytes(std::span(text))));
  }

  TEST_CASE("odin data check says what a CIFAR folder lacks, and names what a folder holds") {
    const Workshop w;
    std::string records;
    for (int n = 0; n < 30; ++n)
      records +=
          static_cast<char>(n % 10) + std::string(Dataset::kImageBytes, static_cast<char>(n));
    std::ofstream(w.path("test_batch.bin"), std::ios::binary) << records;
    const Result r = w.run("data check cifar10:.");
    CHECK(r.status == 1);
    CHECK(contains(r.out, "test split, 30 images"));
    CHECK(contains(r.out, "3 images of each of 10 classes"));
    CHECK(contains(r.err, "'cifar10:.': expected 10000 images"));
    CHECK(contains(r.err, "expected 1000 images of each class"));
    CHECK(contains(r.err, "are not those published"));
    CHECK(w.run("data check cifar10:.#train").status == 1);

    const Result folder = w.run("data check folder:.");
    CHECK(folder.status == 0);
    CHECK(contains(folder.out, "1 images, 1 of 32x32"));
    CHECK(contains(folder.out, "not a set known here"));
    for (const char* name : {"pets/cat/1.png", "pets/cat/more/2.png", "pets/dog/1.png"}) {
      fs::create_directories(fs::path(w.path(name)).parent_path());
      fs::copy_file(w.path("p.png"), w.path(name));
    }
    const Result classes = w.run("data check folder:pets");
    CHECK(classes.status == 0);
    CHECK(contains(classes.out, "3 images, 3 of 32x32"));
    CHECK(contains(classes.out, "1 to 2 images of each of 2 classes"));
    std::ofstream(w.path("bad.png")) << "no picture";
    const Result bad = w.run("data check folder:.");
    CHECK(bad.status == 1);
    CHECK(bad.error_lines() == 1);
    CHECK(w.run("data check uniform:5").status == 1);
    CHECK(w.run("data check").status == 2);
  }

  TEST_CASE("the published sets pass the check") {
    const char* folder = std::getenv("ODIN_DATA");
    if (!folder || *folder == 0) {
      MESSAGE("skipped: ODIN_DATA is not set");
      return;
    }
    for (const char* kind : {"cifar10", "cifar100"}) {
      const SetCheck check = check_set(parse_set(std::string(kind) + ":" + folder));
      CHECK(check.faults.empty());
      CHECK(check.found.front() == "test split, 10000 images");
    }
  }

  TEST_CASE("odin data lists every known set with its address and digest") {
    const Workshop w;
    const Result r = w.run("data");
    CHECK(r.status == 0);
    for (const KnownSet& set : known_sets()) {
      CHECK(contains(r.out, set.title));
      CHECK(contains(r.out, set.homepage));
      CHECK(contains(r.out, set.md5));
      for (const KnownFile& file : set.files) {
        CHECK(contains(r.out, file.url));
        CHECK(contains(r.out, file.md5));
        CHECK(file.md5.size() == 32);
        CHECK(file.bytes > 0);
      }
      CHECK(set.url.empty() == set.md5.empty());
      CHECK((set.url.empty() && set.files.empty()) == set.folder.empty());
    }
    const Result unknown = w.run("data --download imagenet");
    CHECK(unknown.status == 1);
    CHECK(contains(unknown.err, "no set is called 'imagenet' (known: cifar10, cifar100"));
    CHECK(contains(w.run("data --download lsun").err, "no archive under a fixed address; see"));
  }

  TEST_CASE("a download is verified, unpacked, gone on with, and not repeated") {
    if (!installed("curl") || !installed("tar")) {
      MESSAGE("skipped: curl or tar is not installed");
      return;
    }
    const tests::TempDir dir;
    const KnownSet set = local_set(dir, std::string(5000, 'x'));
    const fs::path to = dir.path() / "data";
    const fs::path archive = to / "little.tar.gz";
    fs::create_directories(to);

    const std::string whole = tests::read_text(dir.path() / "server/little.tar.gz");
    dir.write("data/little.tar.gz.part", whole.substr(0, whole.size() / 2));
    CHECK(download_set(set, to, true) == to / "little");
    CHECK(fs::file_size(to / "little/a.txt") == 5000);
    CHECK(tests::read_text(archive) == whole);
    CHECK_FALSE(fs::exists(to / "little.tar.gz.part"));
    CHECK_FALSE(fs::exists(to / "little.part"));

    fs::remove_all(dir.path() / "server");  // the archive is not downloaded again
    CHECK(download_set(set, to, true) == to / "little");
    fs::remove_all(to / "little");
    CHECK(download_set(set, to, true) == to / "little");
    CHECK(fs::exists(to / "little/a.txt"));

    fs::remove_all(to);
    const std::string missing = error_of([&] { download_set(set, to, true); });
    CHECK(contains(missing, "download: file://"));
    CHECK(contains(missing, "could not be fetched: the file cannot be read"));
    CHECK_FALSE(fs::exists(to / "little"));
  }

  TEST_CASE("a set of single files is fetched into a folder, each verified and not repeated") {
    if (!installed("curl")) {
      MESSAGE("skipped: curl is not installed");
      return;
    }
    const tests::TempDir dir;
    KnownSet set{.name = "loose", .folder = "loose"};
    for (const std::string name : {"a.gz", "b.mat"}) {
      dir.write("server/" + name, "content of " + name);
      const fs::path file = dir.path() / "server" / name;
      set.files.push_back(
          {"file://" + file.string(), std::ssize("content of " + name), md5_hex_of_file(file)});
    }
    const fs::path to = dir.path() / "data";
    CHECK(download_set(set, to, true) == to / "loose");
    CHECK(tests::read_text(to / "loose/b.mat") == "content of b.mat");
    fs::remove(dir.path() / "server/a.gz");  // is not fetched again
    fs::remove(to / "loose/b.mat");
    dir.write("data/loose/b.mat.part", "content");
    CHECK(download_set(set, to, true) == to / "loose");
    CHECK(tests::read_text(to / "loose/b.mat") == "content of b.mat");
    CHECK_FALSE(fs::exists(to / "loose/b.mat.part"));
    set.files[1].md5 = std::string(32, '0');
    CHECK(contains(error_of([&] { download_set(set, to, true); }), "expected 16 bytes and 0000"));
    CHECK_FALSE(fs::exists(to / "loose/b.mat"));
    CHECK(fs::exists(to / "loose/a.gz"));
  }

  TEST_CASE("a zip archive is unpacked too") {
    if (!installed("curl") || !installed("unzip") || !installed("python3")) {
      MESSAGE("skipped: curl, unzip or python3 is not installed");
      return;
    }
    const tests::TempDir dir;
    const KnownSet set = local_set(dir, "content", "zip");
    download_set(set, dir.path() / "data", true);
    CHECK(tests::read_text(dir.path() / "data/little/a.txt") == "content");
  }

  TEST_CASE("an archive that is not compressed is unpacked too") {
    if (!installed("curl") || !installed("tar")) {
      MESSAGE("skipped: curl or tar is not installed");
      return;
    }
    const tests::TempDir dir;
    download_set(local_set(dir, "content", "tar"), dir.path() / "data", true);
    CHECK(tests::read_text(dir.path() / "data/little/a.txt") == "content");
  }

  TEST_CASE("a damaged archive is removed and named; a server out of reach is one clear line") {
    if (!installed("curl") || !installed("tar")) {
      MESSAGE("skipped: curl or tar is not installed");
      return;
    }
    const tests::TempDir dir;
    KnownSet set = local_set(dir, "content");
    const fs::path to = dir.path() / "data";
    set.md5 = std::string(32, '0');
    CHECK(contains(error_of([&] { download_set(set, to, true); }),
                   "expected " + std::to_string(set.bytes) + " bytes and 0000"));
    CHECK_FALSE(fs::exists(to / "little.tar.gz.part"));
    CHECK_FALSE(fs::exists(to / "little"));

    setenv("NO_PROXY", "*", 1);
    set.url = "http://127.0.0.1:1/little.tar.gz";  // no server listens there
    CHECK(contains(error_of([&] { download_set(set, to, true); }), "is there a network?"));
  }

  TEST_CASE("a program that is not installed is an error of its own") {
    CHECK(error_of([] { run_command({"no-such-program-of-odin"}); }) ==
          "the program 'no-such-program-of-odin' is needed and not installed");
    CHECK(run_command({"false"}) == 1);
    // A system may notice only in the child, whose status is then 127.
    CHECK(error_of([] {
            run_command({"sh", "-c", "exit 127"});
          }) == "the program 'sh' is needed and not installed");
  }
}
