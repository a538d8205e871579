#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>

#include "odin/tensor/ops/norm.h"

namespace odin::autograd {

/// What a batch normalisation over running statistics comes to, kept until one of the tensors that it
/// was worked out from is written to or another one. It is the same for every image, and where
/// several threads share one, each would have to fetch it anew from the thread that made it.
///
/// May be asked by several threads at once.
class KeptConstants {
 public:
  /// tensor::batch_norm_constants of the same arguments.
  tensor::BatchNormConstants get(const tensor::Tensor& mean, const tensor::Tensor& var,
                                 const tensor::Tensor& gamma, const tensor::Tensor& beta,
                                 double epsilon);

 private:
  /// A tensor's elements as they were.
  struct Source {
    std::weak_ptr<tensor::Storage> storage;
    const void* first = nullptr;
    std::int64_t count = 0;
    std::uint64_t version = 0;

    Source() = default;
    explicit Source(const tensor::Tensor& t);
    bool is_still(const tensor::Tensor& t) const;
  };

  std::mutex mutex_;
  std::array<Source, 4> sources_;
  double epsilon_ = 0;
  tensor::BatchNormConstants constants_;
};

}  // namespace odin::autograd
