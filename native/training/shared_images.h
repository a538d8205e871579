#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "odin/native/sets/set_spec.h"

namespace odin::native {

/// Which images of a set a training uses.
struct ChosenImages {
  SetSpec::Kind kind = SetSpec::Kind::folder;
  std::string folder;
  bool train = false;                             ///< of CIFAR: of the training split
  std::vector<std::int64_t> positions = {};       ///< ascending
  std::vector<std::filesystem::path> files = {};  ///< of a folder: those at the positions
};

/// How many of the test images are training images as well: the same files, by whatever path, or the
/// same places in the same files of CIFAR.
std::int64_t shared_images(const ChosenImages& train, const ChosenImages& test);

}  // namespace odin::native
