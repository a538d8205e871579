#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "odin/tensor/backend/backend.h"

namespace odin::native {

/// All calls of one operation on one shape.
struct LayerTime {
  std::string operation;  ///< "conv2d 1x1", "scale_shift", ...
  tensor::Shape in, out;  ///< [C,H,W] of the operand and of the result
  std::int64_t calls = 0;
  std::int64_t images = 0;   ///< in all calls
  double milliseconds = 0;   ///< in all calls: of the whole machine, if several threads worked
  double multiply_adds = 0;  ///< in all calls, as the plain algorithm has them
  double bytes = 0;          ///< of operands and results
};

/// Keeps the times of the calls that it observes, for which it waits for a GPU after each call. Calls
/// that run side by side count with their share of the machine. Thread-safe.
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
