#pragma once

#include <filesystem>

#include "odin/native/sets/labelled_images.h"

namespace odin::native {

// Readers of the "binary version" published at https://www.cs.toronto.edu/~kriz/cifar.html, or else
// of the "python version" (cifar_python.h), from the unpacked folder or the folder that contains it.
// They throw Error if a file of the split is missing or does not consist of complete records with
// legal labels.

/// data_batch_1.bin to data_batch_5.bin, or test_batch.bin.
Dataset read_cifar10(const std::filesystem::path& folder, bool train);

/// train.bin or test.bin; the labels are the fine ones.
Dataset read_cifar100(const std::filesystem::path& folder, bool train);

}  // namespace odin::native
