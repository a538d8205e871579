#pragma once

#include <functional>
#include <memory>

#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor::cpu {

/// The packed form of a weight, made at its first use and kept until its elements change or nobody
/// holds them any more (Storage::version). `use` tells the forms of one weight apart.
std::shared_ptr<const PackedRows> packed_weight(const Tensor& w, int use,
                                                const std::function<PackedRows()>& pack);

}  // namespace odin::tensor::cpu
