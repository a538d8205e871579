#pragma once

#include <string>

#include "odin/native/sets/set_spec.h"

namespace odin::native {

/// What the method's paper calls a set: "CIFAR-10", "CIFAR-100", "Uniform", "Gaussian", or of a
/// folder, by the innermost one with "imagenet", "lsun" or "isun" in its name, "TinyImageNet (crop)",
/// "TinyImageNet (resize)", "LSUN (crop)", "LSUN (resize)" or "iSUN": resized when the transform
/// (without one, the folder's name) says so, else cropped. Empty for all others.
std::string paper_name(const SetSpec& set);

}  // namespace odin::native
