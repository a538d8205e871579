#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops.h"
#include "odin/nn/io/safetensors.h"
#include "odin/tensor/ops.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

// Every operation against what PyTorch computed in float64 (tests/golden/README.md).

using namespace odin;
using autograd::Variable;
using nlohmann::json;
using tensor::Dims;
using tensor::DType;
using tensor::Tensor;

namespace {

/// One case of the golden file, its inputs as variables of one dtype.
class Case {
 public:
  Case(const nn::Safetensors& file, const std::string& key, DType dtype) : dtype_(dtype) {
    parameters = json::parse(file.metadata.at(key));
    for (const auto& [name, t] : file.tensors)
      if (name.starts_with(key + "/")) tensors_[name.substr(key.size() + 1)] = t;
    for (const std::string name : {"x", "w", "a", "b", "c"})
      if (tensors_.contains(name)) inputs.emplace(name, Variable(tensor(name), true, name));
  }

  Tensor tensor(const std::string& name) const {
    const Tensor& t = tensors_.at(name);
    return tests::on_device(t.dtype() == DType::i64 ? t : t.to(dtype_).clone());
  }
  const Tensor& golden(const std::string& name) const { return tensors_.at(name); }
  bool has(const std::string& name) const { return tensors_.contains(name); }
  const Variable& operator[](const std::string& name) const { return inputs.at(name); }

  Dims dims(const char* name) const {
    return Dims(parameters.at(name).get<std::vector<std::int64_t>>());
  }
  int dim() const { return parameters.at("dim"); }
  bool keepdim() const { return parameters.at("keepdim"); }
  /// x at the case's temperature.
  Variable at_temperature() const {
    return affine(inputs.at("x"), 1 / parameters.at("temperature").get<double>(), 0);
  }

  json parameters;
  std::map<std::string, Variable> inputs;
  autograd::RunningStats running;

 private:
  DType dtype_;
  std::map<std::string, Tensor> tensors_;
};

Variable run_conv(Case& c) {
  const Variable y = conv2d(c["x"], c["w"], {c.parameters["stride"], c.parameters["padding"]});
  return c.has("b") ? add(y, reshape(c["b"], {1, -1, 1, 1})) : y;
}

Variable run_batch_norm(Case& c, bool relu) {
  c.running = {c.tensor("running_mean"), c.tensor("running_var")};
  return batch_norm(c["x"], c["w"], c["b"], c.running,
                    {.training = c.parameters["training"],
                     .momentum = c.parameters["momentum"],
                     .epsilon = c.parameters["eps"],
                     .relu = relu});
}

using Run = std::function<Variable(Case&)>;

const std::map<std::string, Run>& operations() {
  static const std::map<std::string, Run> table{
      {"add", [](Case& c) { return add(c["a"], c["b"]); }},
      {"sub", [](Case& c) { return sub(c["a"], c["b"]); }},
      {"mul", [](Case& c) { return mul(c["a"], c["b"]); }},
      {"div", [](Case& c) { return div(c["a"], c["b"]); }},
      {"neg", [](Case& c) { return neg(c["x"]); }},
      {"exp", [](Case& c) { return exp(c["x"]); }},
      {"log", [](Case& c) { return log(c["x"]); }},
      {"sqrt", [](Case& c) { return sqrt(c["x"]); }},
      {"square", [](Case& c) { return square(c["x"]); }},
      {"relu", [](Case& c) { return relu(c["x"]); }},
      {"sum", [](Case& c) { return sum(c["x"], c.dims("dims"), c.keepdim()); }},
      {"mean", [](Case& c) { return mean(c["x"], c.dims("dims"), c.keepdim()); }},
      {"max", [](Case& c) { return max(c["x"], c.dim(), c.keepdim()); }},
      {"matmul", [](Case& c) { return matmul(c["a"], c["b"]); }},
      {"linear", [](Case& c) { return linear(c["x"], c["w"], c["b"]); }},
      {"conv2d", run_conv},
      {"batch_norm", [](Case& c) { return run_batch_norm(c, false); }},
      {"batch_norm_relu", [](Case& c) { return run_batch_norm(c, true); }},
      {"avg_pool2d",
       [](Case& c) {
         return avg_pool2d(c["x"], {c.parameters["kernel"], c.parameters["stride"]});
       }},
      {"global_avg_pool", [](Case& c) { return global_avg_pool(c["x"]); }},
      {"softmax", [](Case& c) { return softmax(c.at_temperature()); }},
      {"log_softmax", [](Case& c) { return log_softmax(c.at_temperature()); }},
      {"cross_entropy",
       [](Case& c) {
         const bool mean = c.parameters["reduction"] == "mean";
         return cross_entropy(c.at_temperature(), c.tensor("labels"),
                              mean ? autograd::Reduction::mean : autograd::Reduction::sum,
                              c.parameters["label_smoothing"]);
       }},
      {"cat",
       [](Case& c) {
         return concat(std::array{c["a"], c["b"], c["c"]}, c.dim());
       }},
      {"reshape", [](Case& c) { return reshape(c["x"], c.dims("shape")); }},
      {"slice",
       [](Case& c) {
         return slice(c["x"], c.dim(), c.parameters["start"], c.parameters["stop"],
                      c.parameters["step"]);
       }},
      {"permute", [](Case& c) { return mul(permute(c["x"], c.dims("dims")), c["w"]); }},
      {"transpose",
       [](Case& c) {
         return matmul(permute(c["x"], {1, 0}), c["w"]);
       }},
  };
  return table;
}

void check_case(Case c, const Run& run, double tolerance) {
  const Variable y = run(c);
  CHECK_CLOSE(y.value(), c.golden("y"), tolerance);
  std::vector<Variable> inputs;
  for (const auto& [name, input] : c.inputs) inputs.push_back(input);
  const auto gradients = autograd::grad(y, inputs, {.seed = c.tensor("dy"), .retain_graph = false});
  std::size_t i = 0;
  for (const auto& [name, input] : c.inputs) {
    CAPTURE(name);
    CHECK_CLOSE(gradients[i++], c.golden("d" + name), tolerance);
  }
  if (!c.has("new_running_mean")) return;
  CHECK_CLOSE(c.running.mean, c.golden("new_running_mean"), tolerance);
  CHECK_CLOSE(c.running.var, c.golden("new_running_var"), tolerance);
}

}  // namespace

TEST_SUITE("golden") {
  TEST_CASE("every operation and its gradients are PyTorch's, in float64 and in float32") {
    const nn::Safetensors file = nn::read_safetensors(tests::golden("ops.safetensors"));
    REQUIRE(file.metadata.size() > 50);
    for (const auto& [key, parameters] : file.metadata) {
      CAPTURE(key);
      const auto op = operations().find(key.substr(0, key.find('/')));
      REQUIRE(op != operations().end());
      check_case(Case(file, key, DType::f64), op->second, 1e-12);
      // Logits near 1000 are rounded to multiples of 6e-5 when they become float32.
      check_case(Case(file, key, DType::f32), op->second, key.ends_with("/large") ? 1e-4 : 3e-6);
    }
  }

  TEST_CASE("max finds its values where PyTorch does") {
    const nn::Safetensors file = nn::read_safetensors(tests::golden("ops.safetensors"));
    CHECK(tensor::argmax(tests::on_device(file.tensors.at("max/dim1/x")), 1)
              .to_vector<std::int64_t>() ==
          file.tensors.at("max/dim1/indices").to_vector<std::int64_t>());
  }
}
