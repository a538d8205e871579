#pragma once

#include <string>

namespace odin::native {

/// The shortest decimal number that reads back as the same double: "0.1", "1e-07", "nan". It is what
/// std::to_chars() writes, whose tables alone are 170 KB of a program that is one file.
std::string shortest_text(double value);

}  // namespace odin::native
