#include "odin/native/training/log.h"

#include "odin/native/report/training_page.h"
#include "odin/native/system/text_file.h"
#include "odin/tests/fuzz/fuzz_target.h"

void odin::tests::fuzz(std::span<const std::byte> input) {
  const std::string text = native::plain_text(text_of(input));
  native::is_log(text);
  std::vector<native::EpochFigures> log;
  if (!ends_well([&] { log = native::parse_log(text, "x"); })) return;

  const std::string csv = native::to_csv(log);
  must(native::to_csv(native::parse_log(csv, "x")) == csv, "another log after writing");
  native::report::TrainingView view;
  view.log = log;
  must(!native::report::training_page(view, false).empty(), "an empty page");
}
