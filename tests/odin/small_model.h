#pragma once

#include "odin/nn/initialize.h"
#include "odin/nn/io/model_file.h"
#include "odin/nn/models/make_model.h"

namespace odin::tests {

/// A model for images of 24x16 pixels, so that code that assumes the usual size fails.
inline nn::Model small_model() {
  nn::Model model;
  model.info = {.architecture = "wrn-10-1",
                .classes = {"a", "b", "c"},
                .mean = {0.5, 0.4, 0.3},
                .std = {0.2, 0.2, 0.1},
                .temperature = 100,
                .epsilon = 0.002,
                .threshold = 0.3,
                .training = {},
                .input = {.channels = 3, .height = 16, .width = 24}};
  model.network = nn::make_model(model.info.architecture, 3, model.info.input);
  nn::initialize(*model.network, 4);
  return model;
}

}  // namespace odin::tests
