#pragma once

#include <string>

#include "odin/native/sets/set_spec.h"

namespace odin::native {

/// The name of a set in the method's paper: "CIFAR-10", "CIFAR-100", "Uniform" or "Gaussian"; for a
/// folder "TinyImageNet (crop)", "TinyImageNet (resize)", "LSUN (crop)", "LSUN (resize)" or "iSUN",
/// recognized by the innermost folder with "imagenet", "lsun" or "isun" in its name. Resized or
/// cropped is decided by the transform, or without one by the folder's name. Empty for all other
/// sets.
std::string paper_name(const SetSpec& set);

}  // namespace odin::native
