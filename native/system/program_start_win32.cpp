#include "odin/native/system/program_start.h"

#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <shellapi.h>

#include <cstdlib>

#include "odin/native/system/wide_text.h"

namespace odin::native {
namespace {

UINT code_page_before;

void speak_utf8() {
  code_page_before = GetConsoleOutputCP();
  if (code_page_before == 0) return;  // there is no console
  SetConsoleOutputCP(CP_UTF8);
  std::atexit([] { SetConsoleOutputCP(code_page_before); });
}

}  // namespace

ProgramStart::ProgramStart(int argc, char** argv) : argc_(argc), argv_(argv) {
  speak_utf8();
  for (const int descriptor : {0, 1, 2}) _setmode(descriptor, _O_BINARY);
  int count = 0;
  wchar_t** wide_words = CommandLineToArgvW(GetCommandLineW(), &count);
  if (!wide_words) return;
  for (int i = 0; i < count; ++i) words_.push_back(narrow(wide_words[i]));
  LocalFree(wide_words);
  for (std::string& word : words_) pointers_.push_back(word.data());
  pointers_.push_back(nullptr);
  argc_ = count;
  argv_ = pointers_.data();
}

}  // namespace odin::native
