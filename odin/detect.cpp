#include "odin/detect.h"

#include "odin/model_options.h"

namespace odin {

using tensor::Tensor;

Detection detect(const nn::Model& model, const Tensor& picture) {
  const Detector detector(*model.network, {model.info.mean, model.info.std},
                          options_for(model.info));
  return detector.detect(fit_picture(picture, model.info.input, model.info.preprocess)).front();
}

}  // namespace odin
