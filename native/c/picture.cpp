#include "odin/native/c/guard.h"
#include "odin/native/c/handles.h"
#include "odin/native/pictures/image.h"

namespace odin::c {
namespace {

/// Never destroyed: threads may still call while the program ends.
Handles<odin_picture, native::Image>& pictures() {
  static auto& all = *new Handles<odin_picture, native::Image>("picture");
  return all;
}

odin_picture* add_picture(native::Image picture) {
  return pictures().add(std::make_shared<const native::Image>(std::move(picture)));
}

}  // namespace
}  // namespace odin::c

using namespace odin;
using namespace odin::c;

extern "C" {

odin_status odin_picture_load(const char* path, odin_picture** picture) {
  return guarded(
      [&] {
        require_given("odin_picture_load", "path", path);
        require_given("odin_picture_load", "picture", picture);
        *picture = add_picture(native::load_image(path));
      },
      ODIN_ERROR_FILE);
}

odin_status odin_picture_decode(const void* bytes, size_t size, const char* name,
                                odin_picture** picture) {
  return guarded(
      [&] {
        require_given("odin_picture_decode", "bytes", bytes);
        require_given("odin_picture_decode", "picture", picture);
        const std::span given(static_cast<const std::byte*>(bytes), size);
        *picture = add_picture(native::decode_image(given, text_or(name, "(memory)")));
      },
      ODIN_ERROR_FILE);
}

odin_status odin_picture_image(const odin_picture* picture, odin_image* image) {
  return guarded([&] {
    const auto decoded = pictures().get("odin_picture_image", picture);
    const std::size_t size = result_size("odin_picture_image", "image", image);
    write_struct(image, size,
                 {0, decoded->pixels.data<float>(), ODIN_F32, ODIN_CHW, 3, decoded->height(),
                  decoded->width(), 0});
  });
}

odin_status odin_picture_free(odin_picture* picture) {
  return guarded([&] { pictures().remove("odin_picture_free", picture); });
}

}  // extern "C"
