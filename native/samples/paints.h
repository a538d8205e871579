#pragma once

#include <cstdint>

#include "odin/native/samples/canvas.h"

namespace odin::samples {

/// Smooth random values in [0,1] that change over a distance of about 1. Each octave of
/// fractal_noise adds finer and weaker detail.
double noise(Point p, std::uint32_t seed);
double fractal_noise(Point p, std::uint32_t seed, int octaves = 4);

Paint flat(Color color);
/// From one color at height y0 to another at y1.
Paint vertical(Color top, double y0, Color bottom, double y1);
/// `base`, made lighter and darker by noise with grains of the given size.
Paint textured(Paint base, double strength, double width, double height, std::uint32_t seed);
/// `base` covered with short hair that lies in one direction.
Paint fur(Paint base, double strength, double degrees, double length, std::uint32_t seed);
/// A sky that gets paler towards the horizon; clouds cover about the fraction `cover` of it.
Paint sky(Color top, Color horizon, double horizon_y, double cover, std::uint32_t seed);
/// Irregular patches, such as trees too far away to be sharp.
Paint foliage(Color light, Color dark, double size, std::uint32_t seed);
/// Blades of grass, finer towards `top`, where the ground is farther away.
Paint grass(Color light, Color dark, double top, std::uint32_t seed);
/// Waves, also finer towards `top`.
Paint water(Color far, Color near, double top, std::uint32_t seed);

}  // namespace odin::samples
