#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/error.h"

namespace odin::tensor::cpu {

const Kernels& kernels_sse2();
const Kernels& kernels_avx2();
const Kernels& kernels_avx512();
const Kernels& kernels_neon();

namespace {

struct Choice {
  std::string_view name;
  bool supported;
  const Kernels& (*kernels)();
};

/// The instruction sets built into this program, best first.
std::vector<Choice> choices() {
  return {
#ifdef ODIN_HAVE_AVX512
      {"avx512",
       __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl"),
       kernels_avx512},
#endif
#ifdef ODIN_HAVE_AVX2
      {"avx2", __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"), kernels_avx2},
#endif
#ifdef ODIN_HAVE_SSE2
      {"sse2", true, kernels_sse2},
#endif
#ifdef ODIN_HAVE_NEON
      {"neon", true, kernels_neon},
#endif
  };
}

const Kernels& choose() {
  const char* wanted = std::getenv("ODIN_ISA");
  std::string available;
  for (const Choice& choice : choices()) {
    if (!choice.supported) continue;
    if (!wanted || choice.name == wanted) return choice.kernels();
    available += (available.empty() ? "" : ", ") + std::string(choice.name);
  }
  fail("ODIN_ISA: expected one of ", available, " (what this processor has), got '",
       wanted ? wanted : "", "'");
}

}  // namespace

const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace odin::tensor::cpu
