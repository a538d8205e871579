#include "odin/native/models/model_store.h"

#include <doctest/doctest.h>

#include "odin/native/system/digest.h"
#include "odin/nn/io/model_file.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;

TEST_SUITE("native") {
  TEST_CASE("every shipped model loads, is the file that the manifest means, and can judge") {
    const auto models = native::shipped_models();
    REQUIRE_FALSE(models.empty());
    CHECK(native::find_model("") == models.front().file);
    for (const auto& shipped : models) {
      CAPTURE(shipped.name);
      CHECK(native::find_model(shipped.name) == shipped.file);
      CHECK(native::sha256_hex_of_file(shipped.file) == shipped.sha256);
      const nn::Model model = nn::load_model(shipped.file);
      CHECK(model.info.threshold.has_value());
      CHECK(model.info.temperature.has_value());
    }
    CHECK(tests::error_of([] {
            native::find_model("nothing");
          }).starts_with("model: 'nothing' is neither a file nor a shipped model ("));
  }
}
