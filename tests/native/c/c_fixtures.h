#pragma once

#include <odin/c.h>

#include <doctest/doctest.h>

#include <string>

#include "odin/nn/io/model_file.h"
#include "odin/nn/models/make_model.h"
#include "odin/tensor/random.h"
#include "odin/tests/odin/small_model.h"

namespace odin::tests {

/// The same model behind the C interface, loaded from memory.
class CModel {
 public:
  explicit CModel(const nn::Model& model) {
    const auto bytes = nn::serialize_safetensors(nn::to_safetensors(*model.network, model.info));
    if (odin_model_load_memory(bytes.data(), bytes.size(), "test", &handle_) != ODIN_OK)
      FAIL(odin_last_error());
  }
  ~CModel() { odin_model_free(handle_); }
  CModel(const CModel&) = delete;
  CModel& operator=(const CModel&) = delete;

  odin_model* handle() const { return handle_; }

 private:
  odin_model* handle_ = nullptr;
};

/// [3,H,W] float32; the tensor must outlive the image.
inline odin_image image_of(const tensor::Tensor& pixels) {
  return {sizeof(odin_image), pixels.data<float>(), ODIN_F32,      ODIN_CHW,
          pixels.dim(0),      pixels.dim(1),        pixels.dim(2), 0};
}

/// A structure of c.h with its size, everything else 0.
template <class T>
T c_struct() {
  T zero{};
  zero.struct_size = sizeof(T);
  return zero;
}

inline std::string c_error() { return odin_last_error(); }

}  // namespace odin::tests
