#pragma once

#include <filesystem>

#include "odin/native/sets/labelled_images.h"

namespace odin::native {

/// SVHN's cropped digits (http://ufldl.stanford.edu/housenumbers): test_32x32.mat or train_32x32.mat
/// in a folder, MATLAB's format 5 with X [32,32,3,n] and y [n], where 10 stands for the digit 0.
/// Classes "0" to "9". Throws Error for missing, damaged and other files.
Dataset read_svhn(const std::filesystem::path& folder, bool train);

}  // namespace odin::native
