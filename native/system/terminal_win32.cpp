#include <windows.h>

#include "odin/native/system/terminal.h"

namespace odin::native {

bool errors_go_to_terminal() {
  DWORD mode = 0;
  return GetConsoleMode(GetStdHandle(STD_ERROR_HANDLE), &mode) != 0;
}

bool terminal_erases_lines() {
  DWORD mode = 0;
  const HANDLE console = GetStdHandle(STD_ERROR_HANDLE);
  constexpr DWORD kEscapes = ENABLE_VIRTUAL_TERMINAL_PROCESSING;
  return GetConsoleMode(console, &mode) != 0 &&
         ((mode & kEscapes) != 0 || SetConsoleMode(console, mode | kEscapes) != 0);
}

int terminal_width() {
  CONSOLE_SCREEN_BUFFER_INFO info;
  if (!GetConsoleScreenBufferInfo(GetStdHandle(STD_ERROR_HANDLE), &info)) return 80;
  return info.srWindow.Right - info.srWindow.Left + 1;
}

}  // namespace odin::native
