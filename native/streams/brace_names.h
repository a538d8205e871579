#pragma once

#include <string>
#include <vector>

namespace odin::native {

/// The names that a text with ranges in braces stands for: "s-{08..10}.tar" is s-08.tar, s-09.tar
/// and s-10.tar. As in bash a range may count down, and leading zeros fill up all its numbers.
/// Several ranges are combined, the last one counting fastest. A text without ranges is itself.
/// Throws Error if there are more than a million names.
std::vector<std::string> expand_braces(const std::string& text);

}  // namespace odin::native
