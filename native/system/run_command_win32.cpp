#include <windows.h>

#include <string>
#include <system_error>

#include "odin/native/system/run_command.h"
#include "odin/native/system/wide_text.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

/// A word as a program of the C runtime takes it out of its command line.
std::wstring quoted(const std::wstring& word) {
  std::wstring text = L"\"";
  std::size_t backslashes = 0;
  for (const wchar_t c : word) {
    if (c == L'"') text.append(backslashes + 1, L'\\');
    backslashes = c == L'\\' ? backslashes + 1 : 0;
    text += c;
  }
  text.append(backslashes, L'\\');  // not to be taken as one before the quotation mark
  return text + L"\"";
}

}  // namespace

int run_command(const std::vector<std::string>& words) {
  std::wstring line;
  for (const std::string& word : words) line += (line.empty() ? L"" : L" ") + quoted(wide(word));
  STARTUPINFOW start{};
  start.cb = sizeof start;
  PROCESS_INFORMATION child;
  const bool started = CreateProcessW(nullptr, line.data(), nullptr, nullptr, TRUE, 0, nullptr,
                                      nullptr, &start, &child) != 0;
  const DWORD error = started ? 0 : GetLastError();
  require(error != ERROR_FILE_NOT_FOUND && error != ERROR_PATH_NOT_FOUND, "the program ",
          nn::quote(words.front()), " is needed and not installed");
  require(started, nn::quote(words.front()),
          " cannot be started: ", std::system_category().message(static_cast<int>(error)));
  DWORD status = 1;
  WaitForSingleObject(child.hProcess, INFINITE);
  GetExitCodeProcess(child.hProcess, &status);
  CloseHandle(child.hThread);
  CloseHandle(child.hProcess);
  return static_cast<int>(status);
}

}  // namespace odin::native
