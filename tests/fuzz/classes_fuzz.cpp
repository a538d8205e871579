#include "odin/native/sets/class_join.h"
#include "odin/native/sets/class_list.h"
#include "odin/tests/fuzz/fuzz_target.h"

// The input is two lists of classes, a zero byte between them.
void odin::tests::fuzz(std::span<const std::byte> input) {
  ends_well([&] {
    std::vector<std::vector<std::string>> lists;
    for (const std::string& part : parts_of(input))
      lists.push_back(native::read_class_list(folder().write("classes.txt", part), "convert"));
    const auto& last = lists.back();
    const native::ClassJoin join = native::join_classes(lists.front(), "a", last, "b");
    must(join.numbers.size() == lists.front().size(), "a class that is not joined");
    for (const auto& number : join.numbers)
      must(!number || (*number >= 0 && *number < std::ssize(last)), "a class that does not exist");
    for (const std::string& note : join.notes) check_message(note);
  });
}
