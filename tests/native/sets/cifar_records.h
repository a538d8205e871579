#pragma once

#include <string>

#include "odin/native/sets/labelled_images.h"

namespace odin::tests {

/// A file of CIFAR-10 with `count` images, all different.
inline std::string cifar_records(int count) {
  std::string bytes;
  for (int n = 0; n < count; ++n) {
    bytes += static_cast<char>(n % 10);
    for (int i = 0; i < native::Dataset::kImageBytes; ++i) bytes += static_cast<char>(n * 7 + i);
  }
  return bytes;
}

}  // namespace odin::tests
