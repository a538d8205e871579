#include <algorithm>

#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/ops/reduce.h"
#include "odin/autograd/ops/shape.h"
#include "odin/autograd/ops/softmax.h"
#include "odin/nn/graph/operation_families.h"

namespace odin::nn::graph {
namespace {

/// The dimensions that are reduced, and whether they stay with size 1.
struct Reduction {
  tensor::Dims dims;
  bool keepdim;
};

Reduction read_reduction(AttributeReader& a) {
  Reduction r{.dims = a.dims("dims"), .keepdim = a.flag("keepdim", false)};
  require(!r.dims.empty(), "attribute 'dims' is empty");
  for (int i = 1; i < r.dims.rank(); ++i)
    require(r.dims[i - 1] < r.dims[i], "expected dims in rising order, got ", r.dims);
  return r;
}

Shape reduced(const Reduction& r, const Shape& x) {
  for (const std::int64_t dim : r.dims)
    require(dim >= 0 && dim < x.rank() && x[static_cast<int>(dim)] > 0, "cannot reduce dimension ",
            dim, " of ", x);
  Shape shape;
  for (int i = 0; i < x.rank(); ++i) {
    const bool is_reduced = std::find(r.dims.begin(), r.dims.end(), i) != r.dims.end();
    if (!is_reduced) shape.push_back(x[i]);
    if (is_reduced && r.keepdim) shape.push_back(1);
  }
  return shape;
}

template <Variable (*F)(const Variable&, const tensor::Dims&, bool)>
Operation reduce(AttributeReader& a) {
  const Reduction r = read_reduction(a);
  return {.shape = [r](Shapes x, std::int64_t) { return reduced(r, x[0]); },
          .run = [r](Inputs x, std::int64_t) { return F(x[0], r.dims, r.keepdim); }};
}

Variable largest(const Variable& x, const tensor::Dims& dims, bool keepdim) {
  Variable y = x;
  for (const std::int64_t dim : dims) y = autograd::max(y, static_cast<int>(dim), true);
  return keepdim ? y : autograd::reshape(y, reduced({dims, false}, x.shape()));
}

Variable smallest(const Variable& x, const tensor::Dims& dims, bool keepdim) {
  return autograd::neg(largest(autograd::neg(x), dims, keepdim));
}

template <Variable (*F)(const Variable&, int)>
Operation along(AttributeReader& a) {
  const auto dim = static_cast<int>(a.integer("dim") & 0xff);
  return {.shape =
              [dim](Shapes x, std::int64_t) {
                require(dim < x[0].rank(), "there is no dimension ", dim, " in ", x[0]);
                return x[0];
              },
          .run = [dim](Inputs x, std::int64_t) { return F(x[0], dim); }};
}

}  // namespace

std::span<const OperationEntry> reduce_operations() {
  static constexpr OperationEntry kEntries[] = {
      {"sum", 1, 1, reduce<autograd::sum>},
      {"mean", 1, 1, reduce<autograd::mean>},
      {"max", 1, 1, reduce<largest>},
      {"min", 1, 1, reduce<smallest>},
      {"softmax", 1, 1, along<autograd::softmax>},
      {"log_softmax", 1, 1, along<autograd::log_softmax>},
  };
  return kEntries;
}

}  // namespace odin::nn::graph
