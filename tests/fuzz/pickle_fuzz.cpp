#include "odin/nn/io/pickle.h"

#include "odin/nn/io/torch_states.h"
#include "odin/tests/fuzz/fuzz_target.h"

void odin::tests::fuzz(std::span<const std::byte> input) {
  ends_well([&] {
    const nn::pickle::Pickle pickle = nn::pickle::load(input, [](auto) { return true; });
    must(pickle.root != nullptr && pickle.size <= input.size(), "a pickle without a value");
    nn::find_states(*pickle.root);
    for (const char* key : {"", "model"}) ends_well([&] { nn::choose_state(*pickle.root, key); });
  });
}
