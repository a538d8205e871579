#pragma once

#include <filesystem>

#include "odin/native/sets/labelled_images.h"

namespace odin::native {

// Both read the "binary version" as published at https://www.cs.toronto.edu/~kriz/cifar.html, from
// the unpacked folder or the folder that holds it, and throw Error when a file of the training
// (or test) split is missing, or is not made up of whole records with legal labels.

/// data_batch_1.bin to data_batch_5.bin, or test_batch.bin.
Dataset read_cifar10(const std::filesystem::path& folder, bool train);

/// train.bin or test.bin; the labels are the fine ones.
Dataset read_cifar100(const std::filesystem::path& folder, bool train);

}  // namespace odin::native
