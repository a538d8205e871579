#pragma once

#include <string>
#include <vector>

namespace odin::native {

/// Throws when a file that `command` is to write can not be, because it is a folder or a device or
/// because the folder that it is to lie in does not exist or must not be written to: better known
/// before hours of work than after. An empty name, for a file that is not asked for, passes.
void check_output_file(const std::string& file, const char* command);

/// The same for several, of which no two may be one file.
void check_output_files(const std::vector<std::string>& files, const char* command);

/// Throws when something that was printed did not get to where the output goes: to a full disk, or to
/// a program that has ended.
void check_results_written();

/// nn::write_file_atomically of a text.
void write_text_file(const std::string& file, const std::string& text, const char* command);

}  // namespace odin::native
