#pragma once

#include <cstdint>

#include "odin/tensor/tensor.h"

namespace odin {

// Pictures are [C,H,W] float32. The whole picture is scaled to width x height, each direction by
// its own factor: nothing is cut off, and other proportions are stretched. The filter decides what
// ODIN makes of a reduced picture, so each has its own name.

/// Linear interpolation that averages over all pixels a reduced one stands for (a triangle filter):
/// what PyTorch calls bilinear with antialias=True and align_corners=False.
tensor::Tensor resize_triangle(const tensor::Tensor& image, std::int64_t width,
                               std::int64_t height);

/// The mean over the area that each new pixel covers, parts of old pixels counted as parts.
tensor::Tensor resize_box(const tensor::Tensor& image, std::int64_t width, std::int64_t height);

/// The old pixel at floor(i * old size / new size), without any filter (PyTorch's "nearest"):
/// 64 to 32 takes every second one. Fine patterns come out as coarse ones (aliasing).
tensor::Tensor resize_aliased(const tensor::Tensor& image, std::int64_t width, std::int64_t height);

/// The width x height pixels whose top left one is (x, y). Throws when they are not all inside.
tensor::Tensor crop(const tensor::Tensor& image, std::int64_t x, std::int64_t y, std::int64_t width,
                    std::int64_t height);

}  // namespace odin
