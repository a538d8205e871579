#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>

#include "odin/tests/device.h"

int main(int argc, char** argv) {
  const std::string reason = odin::tests::why_skipped();
  if (!reason.empty()) {
    std::printf("skipped: %s\n", reason.c_str());
    return 0;
  }
  return doctest::Context(argc, argv).run();
}
