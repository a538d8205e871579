#include "odin/native/scoring/score_file.h"

#include <doctest/doctest.h>

#include <limits>

#include "odin/native/system/text_file.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::native;
using tests::contains;
using tests::error_of;

namespace {

using Numbers = std::vector<double>;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Numbers scores_of(const std::string& text, const std::string& column = "") {
  const tests::TempDir dir;
  dir.write("s.txt", text);
  return read_scores(dir.path() / "s.txt", column);
}

std::string score_error(const std::string& text, const std::string& column = "") {
  return error_of([&] { scores_of(text, column); });
}

std::string utf16(const std::string& text, bool big_endian) {
  std::string bytes = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : text) bytes += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
  return bytes;
}

}  // namespace

TEST_SUITE("native: text") {
  TEST_CASE("text is the same whatever program wrote it") {
    const std::string mark = "\xEF\xBB\xBF";
    for (const std::string& text : {std::string("1\n2\n"), mark + "1\r\n2\r\n", std::string("1\r2"),
                                    std::string("\n1\n\n \n2\n\n"), utf16("1\r\n2\r\n", false),
                                    utf16("1\n2", true), mark + "\t1 \r\n\r\n2"}) {
      CAPTURE(text);
      CHECK(scores_of(text) == Numbers{1, 2});
    }
    CHECK(plain_text(std::string("\xFF\xFE\x3D\xD8\x00\xDE", 6)) ==
          "\xF0\x9F\x98\x80");  // a pair of surrogates
    CHECK(plain_text(std::string("\xFF\xFE\x3D\xD8", 4)) == "\xEF\xBF\xBD");
    CHECK(filled_lines("a\n\n b \n")[1].number == 3);
  }

  TEST_CASE("cells are separated by what a table has, and may be in quotation marks") {
    using Cells = std::vector<std::string>;
    CHECK(table_cells("a, \"b, \"\"c\"\"\" ,", ',') == Cells{"a", "b, \"c\"", ""});
    CHECK(table_cells("\ta", '\t') == Cells{"", "a"});
    CHECK(table_cells("a  b", ' ') == Cells{"a", "b"});
    CHECK(table_cells("a \"\" b", ' ') == Cells{"a", "", "b"});
    CHECK(table_cells("\"", ' ') == Cells{""});
    CHECK(separator_of("a;b,c") == ';');
    CHECK(separator_of("a,b\tc") == '\t');
  }

  TEST_CASE("a column of scores is found by its name or its number") {
    const std::string table = "file,Score,odin\na.png,0.5,1\n\"b,c.png\",0.25,2\n";
    CHECK(scores_of(table) == Numbers{0.5, 0.25});
    CHECK(scores_of(table, "odin") == Numbers{1, 2});
    CHECK(scores_of(table, "3") == Numbers{1, 2});
    CHECK(scores_of(table, "SCORE") == Numbers{0.5, 0.25});
    CHECK(scores_of("0.1;7\n0.2;8\n", "2") == Numbers{7, 8});
    CHECK(scores_of("0.1 7\n0.2   8\n", "2") == Numbers{7, 8});
    CHECK(scores_of("# score\n1\n") == Numbers{1});
    CHECK(contains(score_error(table, "none"), "no column 'none' of 3 ('file', 'Score', 'odin')"));
    CHECK(contains(score_error(table, "4"), "no column 4 of 3"));
    CHECK(contains(score_error(table, "0"), "no column 0 of 3"));
    CHECK(contains(score_error("a,b\n1,2\n"), "choose one with --column"));
    CHECK(contains(score_error("1,2\n", "x"), "which have no names"));
    CHECK(contains(score_error("a,score\n1,2\n3\n"), "line 3: 1 column, expected 2"));
    CHECK(contains(score_error("score\n"), "no scores"));
    CHECK(contains(score_error("\n \n"), "found none"));
  }

  TEST_CASE("infinite scores are scores, and NaN is none") {
    CHECK(scores_of("inf\n-Infinity\n+INF\n+1e0\n1e-999\n") ==
          Numbers{kInfinity, -kInfinity, kInfinity, 1, 0});
    for (const char* bad : {"1\nnan", "1\n-NaN", "1\n1e999", "1\n0x10", "1\n+-1", "1\n1 2"}) {
      CAPTURE(bad);
      CHECK(contains(score_error(bad), "line 2: expected a number"));
    }
  }

  TEST_CASE("odin metrics reads pipes, columns and infinite scores") {
    const tests::Workshop w;
    std::ofstream(w.path("in.csv")) << "name,score\na,inf\nb,3\nc,2\n";
    std::ofstream(w.path("others.txt")) << "-inf\n1\n";
    const auto r = w.run("metrics --in /dev/stdin --out others.txt <in.csv");
    CHECK(r.status == 0);
    CHECK(contains(r.out, "AUROC                                 100.0000%"));
    CHECK(w.run("metrics --in - --column 2 --out in.csv <in.csv").status == 0);
    const std::string piped = "cd '" + w.folder().string() + "' && cat others.txt | " +
                              tests::call_of_odin("metrics --json --in in.csv --out /dev/stdin") +
                              " >piped.txt";
    CHECK(std::system(piped.c_str()) == 0);
    CHECK(contains(tests::read_text(w.path("piped.txt")), "\"auroc\":1.0"));
    CHECK(w.run("metrics --in in.csv --out /dev/zero").status == 1);
    CHECK(w.run("metrics --in in.csv --out .").status == 1);
  }

  TEST_CASE("an error about a table of many columns names some of them") {
    const tests::Workshop w;
    std::string names = "a0", numbers = "0";
    for (int i = 1; i < 500; ++i) {
      names += ",a" + std::to_string(i);
      numbers += "," + std::to_string(i);
    }
    std::ofstream(w.path("wide.csv")) << names << "\n" << numbers << "\n";
    const auto r = w.run("metrics --in wide.csv --out wide.csv");
    CHECK(r.status == 1);
    CHECK(contains(r.err, "500 columns ('a0', 'a1', "));
    CHECK(contains(r.err, "'a11', ... (500 in all))"));
    CHECK(r.err.size() < 400);
  }
}
