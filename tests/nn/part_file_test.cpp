#include "odin/nn/io/part_file.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>
#include <vector>

#include "odin/nn/io/atomic_file.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::nn;
using odin::tests::as_bytes;
using odin::tests::as_text;
using odin::tests::TempDir;

namespace {

std::vector<std::string> names_in_folder(const TempDir& dir) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path()))
    names.push_back(entry.path().filename().string());
  return names;
}

using OneName = std::vector<std::string>;

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("part file: of many writers of one file each succeeds and one has the last word") {
    const TempDir dir;
    std::vector<std::thread> writers;
    for (char letter = 'a'; letter < 'i'; ++letter)
      writers.emplace_back([&, letter] {
        for (int i = 0; i < 20; ++i)
          write_file_atomically(dir.path() / "x", as_bytes(std::string(100'000, letter)));
      });
    for (std::thread& writer : writers) writer.join();
    const std::string found = as_text(read_file(dir.path() / "x"));
    CHECK(found == std::string(100'000, found.front()));
    CHECK(names_in_folder(dir) == OneName{"x"});
  }

  TEST_CASE("part file: links that lie in wait for it are not followed") {
    const TempDir dir, elsewhere;
    const auto victim = elsewhere.write("victim", std::string("mine"));
    std::filesystem::create_symlink(victim, dir.path() / "x.part");
    write_file_atomically(dir.path() / "x", as_bytes("new"));
    CHECK(as_text(read_file(victim)) == "mine");
    CHECK(as_text(read_file(dir.path() / "x")) == "new");
  }

  TEST_CASE(
      "part file: with and without a name it replaces a file, and is removed if it does not") {
    for (const auto kind : {PartFile::Kind::unnamed, PartFile::Kind::named})
      for (const bool replaces : {false, true}) {
        const TempDir dir;
        if (replaces) dir.write("x", std::string("old"));
        { PartFile(dir.path() / "x", kind).write(as_bytes("lost")); }
        CHECK(names_in_folder(dir) == (replaces ? OneName{"x"} : OneName{}));
        PartFile part(dir.path() / "x", kind);
        part.write(as_bytes("new"));
        part.move_to_target();
        CHECK(as_text(read_file(dir.path() / "x")) == "new");
        CHECK(names_in_folder(dir) == OneName{"x"});
      }
  }

  TEST_CASE("part file: what killed programs have left is removed, what is being written is not") {
    const TempDir dir;
    for (const char* name :
         {"x.abc123.part", "x.part", "x.ABCDEF.part", "y.abc123.part", "x.a.part"})
      dir.write(name, std::string("left"));
    const PartFile living(dir.path() / "x", PartFile::Kind::named);
    CHECK(names_in_folder(dir).size() == 6);
    write_file_atomically(dir.path() / "x", as_bytes("new"));
    CHECK(names_in_folder(dir).size() == 6);  // x came, x.abc123.part went
    CHECK_FALSE(std::filesystem::exists(dir.path() / "x.abc123.part"));
  }

  TEST_CASE("part file: a name as long as names can be has room for a part file") {
    const TempDir dir;
    const std::string longest(255, 'x');
    for (const auto kind : {PartFile::Kind::unnamed, PartFile::Kind::named})
      for (int i = 0; i < 2; ++i) {
        PartFile part(dir.path() / longest, kind);
        part.write(as_bytes("new"));
        part.move_to_target();
      }
    CHECK(names_in_folder(dir) == OneName{longest});
  }

  TEST_CASE("part file: a signal handler can remove those that have a name") {
    const TempDir dir;
    const pid_t child = fork();
    if (child == 0) {
      std::signal(SIGTERM, [](int) {
        remove_unfinished_files();
        _exit(7);
      });
      const PartFile part(dir.path() / "x", PartFile::Kind::named);
      raise(SIGTERM);
      sleep(60);  // the thread sanitizer calls handlers when the program waits
      _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WEXITSTATUS(status) == 7);
    CHECK(names_in_folder(dir).empty());
  }
}
