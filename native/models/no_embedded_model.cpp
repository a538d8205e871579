#include "odin/native/models/embedded_model.h"

namespace odin::native {

EmbeddedModel embedded_model() { return {"", "", "", {}}; }

}  // namespace odin::native
