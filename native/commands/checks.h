#pragma once

#include <CLI/CLI.hpp>

namespace odin::native {

// What an option's number may be. The library's own checks print the bounds of the type, in 300 digits.

/// Finite and above 0.
CLI::Validator positive();
/// Finite and 0 or more.
CLI::Validator not_negative();

}  // namespace odin::native
