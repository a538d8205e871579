#include "odin/detect.h"

#include "odin/model_options.h"

namespace odin {

using tensor::Tensor;

Tensor fit_picture(const Tensor& picture, const nn::InputSize& input) {
  const bool batched = picture.rank() == 4 && picture.dim(0) == 1;
  require(picture.defined() && (picture.rank() == 3 || batched),
          "detect: expected one picture [C,H,W], got ", picture.shape());
  const Tensor single = batched ? picture.select(0, 0) : picture;
  require(single.dim(0) == input.channels, "detect: the network takes pictures of ", input.channels,
          " channels, got ", picture.shape());
  const bool fits = single.dim(1) == input.height && single.dim(2) == input.width;
  return (fits ? single : resize_triangle(single, input.width, input.height)).unsqueeze(0);
}

Tensor fit_picture(const ImageRows& picture, const nn::InputSize& input) {
  const tensor::Shape shape{picture.channels, picture.height, picture.width};
  require(picture.channels == input.channels, "detect: the network takes pictures of ",
          input.channels, " channels, got ", shape);
  if (picture.height != input.height || picture.width != input.width)
    return resize_triangle_by_rows(picture, input.width, input.height).unsqueeze(0);
  Tensor pixels = Tensor::empty(shape);
  auto elements = pixels.write<float>();
  picture.read(0, picture.height, elements.data());
  return pixels.unsqueeze(0);
}

Detection detect(const nn::Model& model, const Tensor& picture) {
  const Detector detector(*model.network, {model.info.mean, model.info.std},
                          options_for(model.info));
  return detector.detect(fit_picture(picture, model.info.input)).front();
}

}  // namespace odin
