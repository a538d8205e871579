#include <cstdio>
#include <cstdlib>
#include <exception>

// In place of libstdc++'s own function of this name, which brings 50 KB to write names of types as they
// are in sources.

namespace __gnu_cxx {

void __verbose_terminate_handler() {
  std::fputs("odin: ended by an exception that nothing catches", stderr);
  try {
    if (std::current_exception()) throw;
  } catch (const std::exception& error) {
    std::fputs(": ", stderr);
    std::fputs(error.what(), stderr);
  } catch (...) {
  }
  std::fputs("\n", stderr);
  std::abort();
}

}  // namespace __gnu_cxx
