#include "odin/nn/io/model_file.h"
#include "odin/nn/models/make_model.h"
#include "odin/tests/fuzz/fuzz_target.h"

// The input is key, zero byte, value, zero byte, key, ...
void odin::tests::fuzz(std::span<const std::byte> input) {
  static const nn::StateDict tensors = nn::make_model("densenet-bc-10-2", 3)->state_dict();
  const std::vector<std::string> parts = parts_of(input);
  nn::Safetensors file{tensors, {}};
  for (std::size_t i = 0; i + 1 < parts.size(); i += 2) file.metadata[parts[i]] = parts[i + 1];

  nn::ModelInfo info;
  if (!ends_well([&] { info = nn::parse_model_info(file, "x"); })) return;
  must(!info.classes.empty(), "a network without classes");
  ends_well([&] {
    const nn::Model model = nn::to_model(file, "x");
    const nn::Safetensors written = nn::to_safetensors(*model.network, model.info);
    must(nn::parse_model_info(written, "x").classes == info.classes, "other classes after writing");
  });
}
