#include "odin/native/system/console.h"

#include <cstdio>
#include <iostream>

#include "odin/native/system/progress.h"
#include "odin/nn/io/quote.h"

namespace odin::native {

void tell_line(const std::string& line) {
  Progress::hide_current();
  std::cout.flush();  // so that the lines are in order where both go to one place
  std::cerr << nn::printable(line) + "\n" << std::flush;
}

void show_line(const std::string& line) {
  Progress::hide_current();
  std::cout << nn::printable(line) << std::endl;
}

Shown::Shown(const std::string& text) : text_(nn::printable(text)) {}

}  // namespace odin::native
