#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "odin/native/sets/labelled_images.h"

namespace odin::native {

// The "python version" of CIFAR-10 and CIFAR-100: pickled dictionaries with "data" [n,3072] of bytes
// and "labels" or "fine_labels". Pickles are read as data: nothing in them is executed, and one that
// asks for anything but an array is refused by name.

/// Appends the images of one file. Throws Error, naming the file, if it is anything else, or if a
/// label is not below `classes`.
void append_python_batch(const std::filesystem::path& file, const std::string& labels,
                         std::int64_t classes, Dataset& set);

/// The list of names under this key of a file such as batches.meta.
std::vector<std::string> read_python_names(const std::filesystem::path& file,
                                           const std::string& key);

}  // namespace odin::native
