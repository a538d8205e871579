#pragma once

#include <string>

namespace odin::native {

/// Throws when the folder of a file that `command` is to write does not exist: better known before
/// hours of work than after. An empty name, for a file that is not asked for, passes.
void check_output_file(const std::string& file, const char* command);

/// nn::write_file_atomically of a text.
void write_text_file(const std::string& file, const std::string& text, const char* command);

}  // namespace odin::native
