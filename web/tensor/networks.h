#pragma once

#include "odin/nn/io/model_file.h"

namespace odin::web {

/// The network that JavaScript knows by this number. Throws if there is none.
nn::Model& model_at(int id);

}  // namespace odin::web
