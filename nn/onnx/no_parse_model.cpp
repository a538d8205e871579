#include "odin/nn/onnx/model.h"
#include "odin/tensor/error.h"

// In place of parse_model.cpp where odin is built without protozero.

namespace odin::nn::onnx {

Model parse_model(std::span<const std::byte>) {
  fail("ONNX models are not read by this odin, which is built without protozero (ODIN_ONNX)");
}

}  // namespace odin::nn::onnx
