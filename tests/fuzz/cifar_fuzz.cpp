#include "odin/native/sets/cifar.h"

#include "odin/tests/fuzz/fuzz_target.h"

// The input is a byte that says which of the sets, a list of classes, a zero byte, and the records.
void odin::tests::fuzz(std::span<const std::byte> input) {
  if (input.empty()) return;
  const bool ten = input.front() == std::byte{0};
  const std::string_view rest = text_of(input.subspan(1));
  const std::size_t end = std::min(rest.find('\0'), rest.size());
  folder().write(ten ? "batches.meta.txt" : "fine_label_names.txt",
                 std::string(rest.substr(0, end)));
  folder().write(ten ? "test_batch.bin" : "test.bin",
                 std::string(rest.substr(std::min(end + 1, rest.size()))));
  ends_well([&] {
    const native::Dataset set = ten ? native::read_cifar10(folder().path(), false)
                                    : native::read_cifar100(folder().path(), false);
    must(set.pixels.size() == set.labels.size() * native::Dataset::kImageBytes, "too few pixels");
    for (const std::int64_t label : set.labels)
      must(label >= 0 && label < std::ssize(set.classes), "a label without a class");
  });
}
