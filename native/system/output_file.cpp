#include "odin/native/system/output_file.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <set>
#include <span>
#include <system_error>

#include "odin/native/system/folder_access.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {

namespace fs = std::filesystem;

void check_output_file(const std::string& file, const char* command) {
  if (file.empty()) return;
  // The folder of the file itself if `file` is a symbolic link to it.
  const fs::path folder = fs::weakly_canonical(fs::absolute(file)).parent_path();
  require(fs::is_directory(folder), command, ": ", nn::quote(file),
          " can not be written: ", nn::quote(folder.string()), " is not a folder");
  require(!fs::is_directory(file), command, ": ", nn::quote(file),
          " can not be written: it is a folder");
  require(!fs::exists(file) || fs::is_regular_file(file), command, ": ", nn::quote(file),
          " can not be written: it is not a regular file");
  require(may_write_in(folder), command, ": ", nn::quote(file),
          " can not be written: no permission to write in ", nn::quote(folder.string()));
}

void check_output_files(const std::vector<std::string>& files, const char* command) {
  std::set<fs::path> places;
  for (const std::string& file : files) {
    check_output_file(file, command);
    require(file.empty() || places.insert(fs::weakly_canonical(fs::absolute(file))).second, command,
            ": ", nn::quote(file), " can not hold two files");
  }
}

void check_results_written() {
  errno = 0;
  std::cout.flush();
  const bool flushed = std::fflush(stdout) == 0;
  const std::string why = errno == 0 ? "" : ": " + std::generic_category().message(errno);
  require(flushed && std::cout.good() && !std::ferror(stdout), "the results can not be written",
          why);
}

void write_text_file(const std::string& file, const std::string& text, const char* command) {
  nn::write_file_atomically(file, std::as_bytes(std::span(text)), command);
}

}  // namespace odin::native
