#pragma once

#include <string>
#include <vector>

namespace odin::native {

/// Throws if a file cannot be written because it is a folder or a device, or because its folder
/// does not exist or is not writable. To be called before hours of work. An empty name (no such
/// file wanted) is accepted. Errors begin with `command`.
void check_output_file(const std::string& file, const char* command);

/// The same for several files, which must all be different.
void check_output_files(const std::vector<std::string>& files, const char* command);

/// Throws if output to stdout was lost: a full disk, or a closed pipe.
void check_results_written();

/// nn::write_file_atomically for text.
void write_text_file(const std::string& file, const std::string& text, const char* command);

}  // namespace odin::native
