#pragma once

namespace odin::native {

/// Nanoseconds in which a value that one thread has written is seen by another and its answer by the
/// first: what any two threads that work on one picture have to wait for, over and over. The median
/// of nine measurements, which together take some 50 milliseconds where each thread has a processor
/// of its own.
double core_round_trip_ns();

}  // namespace odin::native
