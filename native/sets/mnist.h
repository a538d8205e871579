#pragma once

#include <filesystem>

#include "odin/native/sets/labelled_images.h"

namespace odin::native {

/// MNIST (or Fashion-MNIST, KMNIST, ...) as its idx files, also with .gz: t10k-images-idx3-ubyte and
/// t10k-labels-idx1-ubyte, or train-* ones, in a folder or in its MNIST/raw. Gray images [1,28,28]
/// and the classes "0" to "9". Throws Error for missing and damaged files and for other labels.
Dataset read_mnist(const std::filesystem::path& folder, bool train);

/// The same images with a border of `border` black pixels, and the gray in all of `channels`.
Dataset with_border(const Dataset& gray, std::int64_t border, std::int64_t channels);

}  // namespace odin::native
