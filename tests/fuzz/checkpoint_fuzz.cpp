#include "odin/nn/io/checkpoint.h"

#include "odin/tests/fuzz/fuzz_target.h"

void odin::tests::fuzz(std::span<const std::byte> input) {
  for (const char* key : {"", "model"}) {
    ends_well([&] {
      std::vector<std::string> notes;
      const nn::StateDict state = nn::parse_checkpoint(input, "x", key, &notes);
      must(!state.empty(), "a state without tensors");
      for (const auto& [name, tensor] : state)
        must(tensor.is_contiguous(), "a tensor that is not contiguous");
      for (const std::string& note : notes) check_message(note);
    });
  }
}
