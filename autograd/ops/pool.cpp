#include "odin/autograd/ops/pool.h"

#include "odin/autograd/ops/matmul.h"
#include "odin/autograd/ops/reduce.h"
#include "odin/autograd/ops/shape.h"
#include "odin/autograd/saved.h"
#include "odin/tensor/ops/pool.h"

namespace odin::autograd {

Variable max_pool2d(const Variable& x, const Pool2dParams& p) {
  return record("max_pool2d", tensor::max_pool2d(x.value(), p), {x},
                [p, v = Saved("max_pool2d", x.value())](const auto& dy, auto& into) {
                  into.add(0, max_pool2d_grad(into.input(0, v), dy, p));
                });
}

Variable max_pool2d_grad(const Variable& x, const Variable& dy, const Pool2dParams& p) {
  return record("max_pool2d_grad", tensor::max_pool2d_grad(x.value(), dy.value(), p), {dy},
                [p, x = Variable(x.value())](const auto& ddx, auto& into) {
                  using V = std::decay_t<decltype(ddx)>;
                  into.add(0, max_pool2d_pick(V(x.value()), ddx, p));
                });
}

Variable max_pool2d_pick(const Variable& x, const Variable& values, const Pool2dParams& p) {
  return record("max_pool2d_pick", tensor::max_pool2d_pick(x.value(), values.value(), p), {values},
                [p, x = Variable(x.value())](const auto& dy, auto& into) {
                  using V = std::decay_t<decltype(dy)>;
                  into.add(0, max_pool2d_grad(V(x.value()), dy, p));
                });
}

Variable avg_pool2d(const Variable& x, const Pool2dParams& p) {
  return record("avg_pool2d", tensor::avg_pool2d(x.value(), p), {x},
                [p, shape = x.shape()](const auto& dy, auto& into) {
                  into.add(0, avg_pool2d_grad(dy, shape, p));
                });
}

Variable avg_pool2d_grad(const Variable& dy, const Shape& x_shape, const Pool2dParams& p) {
  return record("avg_pool2d_grad", tensor::avg_pool2d_grad(dy.value(), x_shape, p), {dy},
                [p](const auto& ddx, auto& into) { into.add(0, avg_pool2d(ddx, p)); });
}

namespace {

/// [size, parts]: column i has the weights of the mean of part i.
Variable means_of_parts(std::int64_t size, std::int64_t parts, const Variable& like) {
  std::vector<double> weights(static_cast<std::size_t>(size * parts), 0.0);
  for (std::int64_t i = 0; i < parts; ++i) {
    const std::int64_t first = i * size / parts, last = ((i + 1) * size + parts - 1) / parts;
    for (std::int64_t k = first; k < last; ++k)
      weights[static_cast<std::size_t>(k * parts + i)] = 1.0 / static_cast<double>(last - first);
  }
  return Variable(Tensor::from(weights, {size, parts}).to(like.dtype()).to(like.value().device()));
}

}  // namespace

Variable adaptive_avg_pool2d(const Variable& x, const Size2d& size) {
  require(x.rank() == 4 && size.h >= 1 && size.w >= 1 && x.value().numel() > 0,
          "adaptive_avg_pool2d: expected [N,C,H,W] and a size of at least 1, got ", x.shape(),
          " and ", size);
  const std::int64_t h = x.dim(2), w = x.dim(3);
  if (h % size.h == 0 && w % size.w == 0)
    return avg_pool2d(x, {.kernel = {h / size.h, w / size.w}, .stride = {h / size.h, w / size.w}});
  const Variable columns = matmul(reshape(x, {-1, w}), means_of_parts(w, size.w, x));
  const Variable planes = permute(reshape(columns, {-1, h, size.w}), {0, 2, 1});
  const Variable rows = matmul(reshape(planes, {-1, h}), means_of_parts(h, size.h, x));
  const Variable back = permute(reshape(rows, {-1, size.w, size.h}), {0, 2, 1});
  return reshape(back, {x.dim(0), x.dim(1), size.h, size.w});
}

Variable global_avg_pool(const Variable& x) {
  require(x.rank() == 4, "global_avg_pool: expected [N,C,H,W], got ", x.shape());
  return mean(x, {2, 3});
}

}  // namespace odin::autograd
