#pragma once

#include "odin/image_resize.h"
#include "odin/nn/input_size.h"
#include "odin/nn/io/preprocess.h"
#include "odin/tensor/tensor.h"

namespace odin {

// The one way from a picture to a network's input. Whatever reads pictures for a network (odin
// detect, sets of images, trainings, the web engine) takes it.

/// Makes of an image of any height and width, pixels in [0, 1], what a network takes: [1,
/// input.channels, H, W] with input's H and W, or for a network of any size those that `preprocess`
/// leaves. Gray is repeated for a network of three channels; colors become Rec. 601 luma for one of
/// one channel, in steps of 1/255 as Pillow's "L". An image that has the size already stays as it
/// is. Throws Error for other numbers of channels than 1, 3 and the network's own. Thread-safe.
tensor::Tensor fit_picture(const ImageRows& picture, const nn::InputSize& input,
                           const nn::Preprocess& preprocess);
/// The same for [C,H,W] or [1,C,H,W] float32.
tensor::Tensor fit_picture(const tensor::Tensor& picture, const nn::InputSize& input,
                           const nn::Preprocess& preprocess);

/// With the preprocessing of networks whose file names none.
tensor::Tensor fit_picture(const ImageRows& picture, const nn::InputSize& input);
tensor::Tensor fit_picture(const tensor::Tensor& picture, const nn::InputSize& input);

/// The same image with so many channels, converted as fit_picture does. Throws Error where that
/// does.
ImageRows with_channels(const ImageRows& rows, std::int64_t channels);

/// A whole image as a tensor [C,H,W].
tensor::Tensor read_all(const ImageRows& picture);

}  // namespace odin
