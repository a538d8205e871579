#pragma once

#include <ctime>

namespace odin::tests {

/// How many times longer work takes here than on the processor that it is compiled for: under an
/// emulator, or where the thread sanitizer looks at every access to memory.
#if defined(ODIN_EMULATED) || defined(__SANITIZE_THREAD__)
inline constexpr int kSlowness = 10;
#else
inline constexpr int kSlowness = 1;
#endif

/// The processor's time for work of this program, which other programs do not make longer.
class WorkTime {
 public:
  /// Since the beginning, as without these.
  double seconds() const {
    return static_cast<double>(std::clock() - start_) / CLOCKS_PER_SEC / kSlowness;
  }

 private:
  std::clock_t start_ = std::clock();
};

}  // namespace odin::tests
