#include <cerrno>
#include <cstddef>
#include <cstring>
#include <cwchar>

// Names of files are UTF-8 in odin, and std::filesystem::path takes a std::string with mbrtowc(), which
// knows no UTF-8 in Windows' older C library. The linker puts this function in its place (--wrap).

namespace {

constexpr std::size_t kBroken = static_cast<std::size_t>(-1);
constexpr std::size_t kIncomplete = static_cast<std::size_t>(-2);

/// The character that a text begins with, and its bytes; 0 bytes if there is more to come.
struct Character {
  char32_t code = 0xfffd;
  std::size_t bytes = 1;
};

/// What is not UTF-8 becomes U+FFFD, byte by byte: a name of no file.
Character first_character(const unsigned char* text, std::size_t size) {
  const unsigned first = text[0];
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first < 0xc2   ? 1
                            : first < 0xe0 ? 2
                            : first < 0xf0 ? 3
                            : first < 0xf5 ? 4
                                           : 1;
  if (bytes == 1) return {};
  char32_t code = first & (0x7f >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if (i == size) return {0, 0};
    if ((text[i] & 0xc0) != 0x80) return {};
    code = code << 6 | (text[i] & 0x3f);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xd800 && code < 0xe000;
  if (code < kLeast[bytes] || code > 0x10ffff || is_surrogate) return {};
  return {code, bytes};
}

// The state is a number in one of Windows' C libraries and a structure in another; at first it is zero.

wchar_t second_half(const std::mbstate_t& state) {
  wchar_t second;
  std::memcpy(&second, &state, sizeof second);
  return second;
}

void keep_second_half(wchar_t second, std::mbstate_t& state) {
  std::memcpy(&state, &second, sizeof second);
}

}  // namespace

extern "C" std::size_t __wrap_mbrtowc(wchar_t* to, const char* from, std::size_t size,
                                      std::mbstate_t* state) {
  if (!from) return 0;
  const wchar_t second = state ? second_half(*state) : L'\0';
  if (second != 0) {  // of a pair, all but the last byte of which is read
    if (to) *to = second;
    *state = {};
    return 1;
  }
  if (size == 0) return kIncomplete;
  const Character found = first_character(reinterpret_cast<const unsigned char*>(from), size);
  if (found.bytes == 0) return kIncomplete;
  if (found.code < 0x10000) {
    if (to) *to = static_cast<wchar_t>(found.code);
    return found.code == 0 ? 0 : found.bytes;
  }
  if (!state) {
    errno = EILSEQ;
    return kBroken;
  }
  const char32_t pair = found.code - 0x10000;
  if (to) *to = static_cast<wchar_t>(0xd800 + (pair >> 10));
  keep_second_half(static_cast<wchar_t>(0xdc00 + (pair & 0x3ff)), *state);
  return found.bytes - 1;
}
