#include "odin/native/pictures/image.h"
#include "odin/native/pictures/picture.h"
#include "odin/tests/fuzz/fuzz_target.h"

void odin::tests::fuzz(std::span<const std::byte> input) {
  ends_well([&] {
    const native::Picture picture = native::decode_picture(input, "x");
    must(picture.width() > 0 && picture.height() > 0, "a picture without pixels");
    must(!native::has_control_characters(picture.note()), "control characters in a note");
    if (picture.width() * picture.height() > 1 << 12) return;  // they only take time

    const tensor::Tensor pixels = picture.pixels();
    for (const float value : pixels.to_vector<float>())
      must(value >= 0 && value <= 1, "a pixel of ", value);
    const native::Image again = native::decode_image(native::encode_png(pixels, "x"), "x");
    must(again.pixels.shape() == pixels.shape(), "another size after encoding");
  });
}
