#pragma once

#include <filesystem>

#include "odin/native/sets/class_folders.h"

namespace odin::native {

/// The images of a list as OpenOOD's: a line for each, "relative/path.png LABEL", with LABEL a whole
/// number, -1 for unknown. Empty lines are left out. The labels are numbers of the network's
/// classes; classes have no names. Throws Error, naming the line, for lines of another form.
ClassFolders read_image_list(const std::filesystem::path& list, const std::filesystem::path& root);

}  // namespace odin::native
