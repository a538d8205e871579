#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "odin/tensor/backend/backend.h"

namespace odin::native {

/// All calls of one operation with the same shapes.
struct LayerTime {
  std::string operation;  ///< "conv2d 1x1", "scale_shift", ...
  tensor::Shape in, out;  ///< [C,H,W] of the input and of the result
  std::int64_t calls = 0;
  std::int64_t images = 0;   ///< sum over all calls
  double milliseconds = 0;   ///< sum over all calls; concurrent calls count in part, see below
  double multiply_adds = 0;  ///< sum over all calls, counted as in the direct algorithm
  double bytes = 0;          ///< size of the inputs and results, sum over all calls
};

/// Collects the times of the backend calls that it observes. On a GPU each call is waited for. The
/// time of calls inside a parallel_for, which run concurrently, is divided by the number of
/// threads. Thread-safe.
class LayerTimes final : public tensor::CallObserver {
 public:
  void called(const tensor::BackendCall& call, std::chrono::nanoseconds time) override;

  /// In the order of their first call.
  std::vector<LayerTime> layers() const;
  void clear();

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::size_t> index_;
  std::vector<LayerTime> layers_;
};

}  // namespace odin::native
