#include "odin/native/report/report.h"

#include "odin/tests/fuzz/fuzz_target.h"

void odin::tests::fuzz(std::span<const std::byte> input) {
  const auto file = folder().write("r.json", input);
  ends_well([&] {
    const std::string page =
        native::report::render_report(native::report::read_report_data({file}));
    must(native::is_utf8(page), "a page that is not UTF-8");
    for (const char* broken : {"=\"nan", "=\"inf", "=\"-nan", "=\"-inf"})
      must(page.find(broken) == page.npos, "a chart with ", broken);
  });
}
