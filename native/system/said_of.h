#pragma once

#include <string>

#include "odin/tensor/error.h"

namespace odin::native {

/// Runs `work`; puts `prefix` in front of the message of an Error it throws.
template <class F>
auto said_of(const std::string& prefix, F&& work) {
  try {
    return work();
  } catch (const Error& error) {
    fail(prefix, error.what());
  }
}

}  // namespace odin::native
