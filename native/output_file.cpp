#include "odin/native/output_file.h"

#include <filesystem>
#include <span>

#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {

namespace fs = std::filesystem;

void check_output_file(const std::string& file, const char* command) {
  if (file.empty()) return;
  const fs::path folder = fs::absolute(file).parent_path();
  require(fs::is_directory(folder), command, ": ", nn::quote(file),
          " can not be written: ", nn::quote(folder.string()), " is not a folder");
}

void write_text_file(const std::string& file, const std::string& text, const char* command) {
  nn::write_file_atomically(file, std::as_bytes(std::span(text)), command);
}

}  // namespace odin::native
