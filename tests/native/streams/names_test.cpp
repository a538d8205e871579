#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "odin/native/streams/brace_names.h"
#include "odin/native/streams/done_names.h"
#include "odin/native/streams/name_list.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using native::expand_braces;
using native::NameList;
using tests::contains;
using tests::error_of;

namespace {

using Names = std::vector<std::string>;

Names names_of(const std::string& text) {
  const tests::TempDir dir;
  const std::string path = (dir.path() / "list").string();
  std::ofstream(path, std::ios::binary) << text;
  NameList list(path);
  Names names;
  while (auto name = list.next()) names.push_back(*name);
  return names;
}

}  // namespace

TEST_SUITE("native/streams") {
  TEST_CASE("ranges in braces stand for their numbers") {
    CHECK(expand_braces("s-{08..10}.tar") == Names{"s-08.tar", "s-09.tar", "s-10.tar"});
    CHECK(expand_braces("{2..0}") == Names{"2", "1", "0"});
    CHECK(expand_braces("{0..1}/{a}{1..2}") == Names{"0/{a}1", "0/{a}2", "1/{a}1", "1/{a}2"});
    CHECK(expand_braces("s-{000..999}.tar").size() == 1000);
    CHECK(expand_braces("s-{000..999}.tar").back() == "s-999.tar");
    CHECK(expand_braces("{9..10}") == Names{"9", "10"});
    CHECK(expand_braces("{09..1}").front() == "09");
    for (const char* plain : {"", "a", "{", "}", "{}", "{a..b}", "{1..}", "{..2}", "{-1..2}",
                              "{1..2", "{1.2}", "{1..2..3}", "{99999999999999999999..1}"})
      CHECK(expand_braces(plain) == Names{plain});
    CHECK(contains(error_of([] { expand_braces("{1..2000000}"); }), "more than 1000000 names"));
    CHECK(contains(error_of([] { expand_braces("{0..1999}{0..1999}"); }), "more than 1000000"));
    CHECK(contains(error_of([] { expand_braces("{0..9223372036854775807}"); }), "more than"));
  }

  TEST_CASE("a list has its names a line or separated by NUL") {
    CHECK(names_of("a.png\nb c.png\n") == Names{"a.png", "b c.png"});
    CHECK(names_of("a\r\n\r\n\nb") == Names{"a", "b"});
    CHECK(names_of("\xef\xbb\xbf"
                   "a\n") == Names{"a"});
    CHECK(names_of(std::string("a\nb\0c\0", 6)) == Names{"a\nb", "c"});
    CHECK(names_of(std::string("a\0", 2)) == Names{"a"});
    std::string many;
    for (int i = 0; i < 30000; ++i) many += "folder/picture-" + std::to_string(i) + ".png\n";
    const Names all = names_of(many);
    CHECK(all.size() == 30000);
    CHECK(all.back() == "folder/picture-29999.png");
    CHECK(names_of(std::string(4096, 'x') + "\n").size() == 1);
  }

  TEST_CASE("what is no list of names is said in a line") {
    CHECK(contains(error_of([] { names_of(""); }), "there is no name in it"));
    CHECK(contains(error_of([] { names_of("\n\n\r\n"); }), "there is no name in it"));
    CHECK(contains(error_of([] { names_of(std::string(5000, 'x')); }), "entry 1 has more than"));
    CHECK(
        contains(error_of([] { names_of("a\n" + std::string(90000, 'x')); }), "entry 2 has more"));
    CHECK(contains(error_of([] {
                     names_of(
                         std::string("\xff\xfe"
                                     "a\0",
                                     4));
                   }),
                   "it is UTF-16"));
    for (const std::string& binary : {std::string("\0\0a", 3), std::string("\0a\0", 3),
                                      std::string("a\0\0b\0", 5), std::string(100, '\0')})
      CHECK(contains(error_of([&] { names_of(binary); }), "it is no text"));
    CHECK(contains(error_of([] {
                     names_of("a" + std::string(1, '\0') + std::string(4000, 'b') +
                              std::string(1, '\0') + std::string(4000, 'c') + std::string(1, '\0') +
                              std::string(4000, 'd') + std::string(2, '\0'));
                   }),
                   "entry 5 is empty"));
    CHECK(contains(error_of([] { NameList("/nowhere/list"); }), "No such file or directory"));
    CHECK(contains(error_of([] { NameList("/").next(); }), "Is a directory"));
  }

  TEST_CASE("names are taken as often as they were added") {
    native::DoneNames done;
    CHECK_FALSE(done.take("a"));
    for (const char* name : {"b", "a", "b"}) done.add(name);
    native::DoneNames copy = native::DoneNames::unpacked(done.packed());
    for (native::DoneNames* names : {&done, &copy}) {
      CHECK(names->size() == 3);
      CHECK(names->take("a"));
      CHECK_FALSE(names->take("a"));
      CHECK(names->take("b"));
      CHECK(names->take("b"));
      CHECK_FALSE(names->take("b"));
      CHECK_FALSE(names->take("c"));
    }
  }
}
