#pragma once

namespace odin::native {

/// The round-trip latency between two threads in nanoseconds: one writes a value, the other sees it
/// and answers. It bounds how finely threads can share the work on one image. The median of nine
/// measurements, about 50 milliseconds in all if each thread has its own processor.
double core_round_trip_ns();

}  // namespace odin::native
