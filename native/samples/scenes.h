#pragma once

#include "odin/tensor/tensor.h"

namespace odin::samples {

// Scenes that a CIFAR-10 classifier can know.
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

// Things that it cannot.
tensor::Tensor uniform_noise();
tensor::Tensor gaussian_noise();
tensor::Tensor checkerboard();
tensor::Tensor color_bars();
tensor::Tensor gradient();
tensor::Tensor text();
tensor::Tensor mandelbrot();

}  // namespace odin::samples
