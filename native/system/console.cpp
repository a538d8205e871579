#include "odin/native/system/console.h"

#include <filesystem>
#include <iostream>

#include "odin/native/system/progress.h"
#include "odin/nn/io/quote.h"

namespace odin::native {

namespace {

bool is_silent = false;

}  // namespace

void set_silent(bool silent) { is_silent = silent; }

void tell_line(const std::string& line) {
  if (is_silent) return;
  Progress::hide_current();
  std::cout.flush();  // so that the lines are in order where both go to one place
  std::cerr << nn::printable(line) + "\n" << std::flush;
}

void show_line(const std::string& line) {
  if (is_silent) return;
  Progress::hide_current();
  std::cout << nn::printable(line) << std::endl;
}

std::string error_text(const std::exception& error) {
  const auto* file = dynamic_cast<const std::filesystem::filesystem_error*>(&error);
  if (!file || file->path1().empty()) return error.what();
  return nn::quote(file->path1().string()) + ": " + file->code().message();
}

Shown::Shown(const std::string& text) : text_(nn::printable(text)) {}

}  // namespace odin::native
