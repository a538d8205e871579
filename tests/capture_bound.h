#pragma once

#include <doctest/doctest.h>

/// CAPTURE for a name of a structured binding, which lambdas, and therefore CAPTURE, cannot refer to
/// before version 16 of clang.
#define CAPTURE_BOUND(name)           \
  const auto& captured_##name = name; \
  INFO(#name " := ", captured_##name)
