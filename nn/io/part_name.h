#pragma once

#include <filesystem>
#include <string>

namespace odin::nn {

// The names of part files (part_file.h): TARGET.XXXXXX.part, six random letters.

std::filesystem::path folder_of_file(const std::filesystem::path& file);

/// A new name, which is most likely free.
std::filesystem::path random_part_name(const std::filesystem::path& target);

/// The part files of `target` begin so.
std::string beginning_of_parts(const std::filesystem::path& target);

/// Whether a name, which is that of a file in a folder, is a part file's with this beginning.
bool is_part_name(const std::string& name, const std::string& beginning);

}  // namespace odin::nn
