#pragma once

#include <string>

#include "odin/native/cifar.h"
#include "odin/normalization.h"

namespace odin::native {

/// Mean and standard deviation of CIFAR's training pixels as the method's authors published them
/// for both sets: (125.3, 123.0, 113.9) / 255 and (63.0, 62.1, 66.7) / 255.
inline const Normalization kCifarNormalization{{125.3 / 255, 123.0 / 255, 113.9 / 255},
                                               {63.0 / 255, 62.1 / 255, 66.7 / 255}};

/// The training or test split of a data set named as on the command line: "cifar10:DIR" or
/// "cifar100:DIR".
Dataset read_split(const std::string& name, bool train);

}  // namespace odin::native
