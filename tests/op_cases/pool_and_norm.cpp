#include <sstream>
#include <utility>

#include "odin/autograd/ops.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/op_cases/families.h"

namespace odin::tests {

autograd::RunningStats running_stats(std::int64_t channels, const Variable& x, std::uint64_t seed) {
  const DType dtype = x.dtype();
  return {
      beside(x, tensor::affine(tensor::Random(seed).normal({channels}).to(dtype), 0.2, 0)),
      beside(x, tensor::affine(tensor::Random(seed + 1).uniform({channels}).to(dtype), 1, 0.5))};
}

namespace {

/// Batch normalization with its own running statistics, the same at the start of every call.
Variable batch_norm_of(const Inputs& v, bool training, bool relu) {
  auto running = running_stats(v[0].dim(1), v[0], 1);
  return batch_norm(v[0], v[1], v[2], running, {.training = training, .relu = relu});
}

}  // namespace

void add_norms(std::vector<OpCase>& cases) {
  for (const Shape& x :
       {Shape{4, 3, 5, 7}, Shape{2, 1, 3, 3}, Shape{3, 2, 1, 1}, Shape{2, 5, 6, 13}})
    for (const bool training : {false, true})
      for (const bool relu : {false, true}) {
        std::ostringstream name;
        name << "batch_norm" << (relu ? " and relu " : " ") << x << (training ? ", training" : "");
        cases.push_back({name.str(), {x, {x[1]}, {x[1]}}, [=](const Inputs& v) {
                           return batch_norm_of(v, training, relu);
                         }});
      }
  cases.push_back({"batch_norm [9,21,32,32], training",
                   {{9, 21, 32, 32}, {21}, {21}},
                   [](const Inputs& v) { return batch_norm_of(v, true, false); },
                   false,
                   false});
  for (const bool training : {false, true})
    cases.push_back(
        {training ? "mean of batch_norm and relu, training" : "mean of batch_norm and relu",
         {{4, 3, 5, 7}, {3}, {3}},
         [=](const Inputs& v) { return global_avg_pool(batch_norm_of(v, training, true)); }});
  cases.push_back({"layer_norm of the last dimension", {{2, 3, 7}, {7}, {7}}, [](const Inputs& v) {
                     return layer_norm(v[0], 1, v[1], v[2]);
                   }});
  cases.push_back({"layer_norm of two dimensions without beta",
                   {{2, 3, 7}, {3, 7}},
                   [](const Inputs& v) { return layer_norm(v[0], 2, v[1], {}); }});
  cases.push_back({"group_norm", {{2, 6, 3, 5}, {6}, {6}}, [](const Inputs& v) {
                     return group_norm(v[0], 2, v[1], v[2]);
                   }});
}

void add_pools(std::vector<OpCase>& cases) {
  cases.push_back(
      {"avg_pool2d", {{2, 3, 6, 10}}, [](const Inputs& v) { return avg_pool2d(v[0]); }});
  cases.push_back({"avg_pool2d of odd sizes", {{1, 2, 7, 5}}, [](const Inputs& v) {
                     return avg_pool2d(v[0]);
                   }});
  cases.push_back({"avg_pool2d 3x3, stride 1", {{1, 2, 7, 5}}, [](const Inputs& v) {
                     return avg_pool2d(v[0], {.kernel = 3, .stride = 1});
                   }});
  cases.push_back(
      {"global_avg_pool", {{2, 5, 3, 7}}, [](const Inputs& v) { return global_avg_pool(v[0]); }});
  const std::vector<std::pair<Shape, Pool2dParams>> pools{
      {{2, 3, 6, 10}, {}},
      {{1, 2, 7, 5}, {.kernel = 3, .stride = 2, .padding = 1}},
      {{1, 2, 8, 9}, {.kernel = 3, .stride = 2, .padding = 1, .ceil = true}},
      {{1, 1, 7, 8}, {.kernel = 3, .stride = 2, .ceil = true, .count_padding = false}},
      {{2, 2, 7, 6}, {.kernel = {3, 2}, .stride = {1, 3}, .padding = {1, 0, 0, 1}}},
      {{1, 2, 6, 6}, {.kernel = 3, .stride = 1, .padding = 1, .count_padding = false}},
      {{1, 1, 4, 4}, {.kernel = 2, .stride = 3, .ceil = true}},
  };
  for (const auto& pool : pools) {
    const Shape& x = pool.first;
    const Pool2dParams p = pool.second;
    std::ostringstream name;
    name << "_pool2d of " << x << ", kernel " << p.kernel << ", stride " << p.stride << ", padding "
         << p.padding << (p.ceil ? ", ceil" : "")
         << (p.count_padding ? "" : ", padding not counted");
    cases.push_back(
        {"avg" + name.str(), {x}, [p](const Inputs& v) { return avg_pool2d(v[0], p); }});
    cases.push_back(
        {"max" + name.str(), {x}, [p](const Inputs& v) { return max_pool2d(v[0], p); }});
  }
  cases.push_back(
      {"max_pool2d with dilation", {{1, 2, 9, 8}}, [](const Inputs& v) {
         return max_pool2d(v[0], {.kernel = 3, .stride = 1, .padding = 1, .dilation = {2, 1}});
       }});
  cases.push_back({"adaptive_avg_pool2d", {{2, 2, 6, 9}}, [](const Inputs& v) {
                     return adaptive_avg_pool2d(v[0], {3, 3});
                   }});
  cases.push_back(
      {"adaptive_avg_pool2d of parts that overlap", {{2, 2, 7, 5}}, [](const Inputs& v) {
         return adaptive_avg_pool2d(v[0], {3, 2});
       }});
}

/// The gradient goes to the first of the largest pixels, and to the first NaN. The logarithm makes
/// NaN of negative pixels.
void add_equal_pixels(std::vector<TensorCase>& cases) {
  const std::vector<std::pair<Shape, Pool2dParams>> pools{
      {{2, 3, 7, 9}, {.kernel = 3, .stride = 2, .padding = 1}},
      {{1, 2, 9, 38}, {.kernel = 3, .stride = 2, .padding = 1, .ceil = true}},
      {{1, 1, 8, 7}, {.kernel = {2, 3}, .stride = {1, 3}, .padding = {1, 0, 0, 2}}},
      {{1, 2, 11, 9}, {.kernel = 3, .stride = 1, .padding = 2, .dilation = {1, 2}}},
  };
  for (const auto& [x, pool] : pools) {
    const Pool2dParams p = pool;
    const auto add = [&](const char* name, Tensor (*f)(const Tensor&)) {
      std::ostringstream text;
      text << "max_pool2d_grad of " << x << ", " << name;
      cases.push_back({text.str(), {x}, [=](const std::vector<Tensor>& t) {
                         const Tensor pixels = f(t[0]);
                         const Tensor dy = tensor::max_pool2d(t[0], p);
                         return tensor::max_pool2d_grad(pixels, dy, p);
                       }});
    };
    add("equal pixels", [](const Tensor& t) { return tensor::sign(t); });
    add("NaN", [](const Tensor& t) { return tensor::log(t); });
  }
}

/// Single images that threads share by bands of rows.
void add_pools_of_large_images(std::vector<TensorCase>& cases) {
  const std::vector<std::pair<Shape, Pool2dParams>> pools{
      {{1, 3, 70, 66}, {.kernel = 3, .stride = 2, .padding = 1}},
      {{1, 1, 101, 107}, {.kernel = 5, .stride = 3, .padding = {2, 0, 1, 1}}},
      {{2, 2, 40, 35}, {.kernel = 3, .stride = 1, .padding = 1, .dilation = {2, 1}}},
  };
  for (const auto& [x, pool] : pools) {
    std::ostringstream name;
    name << "max_pool2d of " << x;
    const Pool2dParams p = pool;
    cases.push_back({name.str(), {x}, [p](const std::vector<Tensor>& t) {
                       return tensor::max_pool2d(t[0], p);
                     }});
  }
}

}  // namespace odin::tests
