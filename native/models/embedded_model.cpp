#include "odin/native/models/embedded_model.h"

#ifdef _WIN32
#define ODIN_CONSTANTS ".section .rdata,\"dr\"\n"
#define ODIN_BACK ".text\n"
#else
#define ODIN_CONSTANTS ".pushsection .rodata\n"
#define ODIN_BACK ".popsection\n"
#endif

// The file as it is: the compiler would take minutes for an array of so many numbers.
asm(ODIN_CONSTANTS
    ".balign 64\n"
    "odin_embedded_model_begin: .incbin \"" ODIN_EMBEDDED_MODEL
    "\"\n"
    "odin_embedded_model_end: .byte 0\n" ODIN_BACK);

extern "C" {
extern const std::byte odin_embedded_model_begin[], odin_embedded_model_end[];
}

namespace odin::native {

EmbeddedModel embedded_model() {
  return {ODIN_EMBEDDED_NAME,
          ODIN_EMBEDDED_SHA256,
          ODIN_EMBEDDED_SUMMARY,
          {odin_embedded_model_begin, odin_embedded_model_end}};
}

}  // namespace odin::native
