#include <odin/odin.h>

extern "C" double judge() {
  const auto network = odin::nn::make_model("densenet-bc-10-2", 10);
  const odin::Detector detector(*network, {{0.5, 0.5, 0.5}, {0.25, 0.25, 0.25}});
  return detector.detect(odin::tensor::Tensor::full({1, 3, 32, 32}, 0.5)).front().odin;
}
