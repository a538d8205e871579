#include "odin/nn/io/safetensors.h"

#include "odin/tests/fuzz/fuzz_target.h"
#include "odin/tests/nn/io_fixtures.h"

void odin::tests::fuzz(std::span<const std::byte> input) {
  nn::Safetensors content;
  if (!ends_well([&] { content = nn::parse_safetensors(input, "x"); })) return;

  // What could be read can be written, and is read again as it was.
  const auto bytes = nn::serialize_safetensors(content);
  const nn::Safetensors again = nn::parse_safetensors(bytes, "x");
  must(again.metadata == content.metadata, "other metadata after writing");
  must(again.tensors.size() == content.tensors.size(), "other tensors after writing");
  for (const auto& [name, tensor] : content.tensors)
    must(again.tensors.contains(name) && same(again.tensors.at(name), tensor),
         "another tensor after writing");
  must(nn::serialize_safetensors(again) == bytes, "other bytes after writing");
}
