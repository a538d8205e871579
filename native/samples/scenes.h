#pragma once

#include "odin/tensor/tensor.h"

namespace odin::samples {

// In-distribution for a CIFAR-10 classifier: one scene of each class.
tensor::Tensor airplane();
tensor::Tensor automobile();
tensor::Tensor bird();
tensor::Tensor cat();
tensor::Tensor deer();
tensor::Tensor dog();
tensor::Tensor frog();
tensor::Tensor horse();
tensor::Tensor ship();
tensor::Tensor truck();

// Out-of-distribution images.
tensor::Tensor uniform_noise();
tensor::Tensor gaussian_noise();
tensor::Tensor checkerboard();
tensor::Tensor color_bars();
tensor::Tensor gradient();
tensor::Tensor text();
tensor::Tensor mandelbrot();

}  // namespace odin::samples
