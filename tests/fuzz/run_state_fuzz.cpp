#include "odin/native/training/run_state.h"

#include "odin/tests/fuzz/fuzz_target.h"

// The input is the metadata "run", a zero byte, and the metadata "log".
void odin::tests::fuzz(std::span<const std::byte> input) {
  const std::vector<std::string> parts = parts_of(input);
  nn::Safetensors checkpoint;
  checkpoint.metadata["run"] = parts.front();
  if (parts.size() > 1) checkpoint.metadata["log"] = parts[1];
  ends_well([&] {
    const native::RunState state = native::read_run_state(checkpoint, "x");
    nn::Safetensors written;
    native::write_run_state(state, written);
    const native::RunState again = native::read_run_state(written, "x");
    must(native::is_same_training(again.settings, state.settings), "another training");
    must(again.log.size() == state.log.size(), "another log");
  });
}
