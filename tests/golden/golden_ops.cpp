#include "odin/tests/golden/golden_ops.h"

#include <array>

#include "odin/autograd/ops.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

namespace odin::tests {

using autograd::Conv2dParams;
using autograd::Variable;
using tensor::Dims;
using tensor::DType;
using tensor::Tensor;

namespace {

Variable run_conv(GoldenCase& c) {
  const Conv2dParams p{.stride = c.parameters["stride"].get<std::int64_t>(),
                       .padding = c.parameters["padding"].get<std::int64_t>()};
  const Variable y = conv2d(c["x"], c["w"], p);
  return c.has("b") ? add(y, reshape(c["b"], {1, -1, 1, 1})) : y;
}

Variable run_batch_norm(GoldenCase& c, bool relu) {
  c.running = {c.tensor("running_mean"), c.tensor("running_var")};
  return batch_norm(c["x"], c["w"], c["b"], c.running,
                    {.training = c.parameters["training"],
                     .momentum = c.parameters["momentum"],
                     .epsilon = c.parameters["eps"],
                     .relu = relu});
}

Variable run_general_conv(GoldenCase& c) {
  const auto two = [&](const char* name) {
    return tensor::Size2d(c.parameters[name][0], c.parameters[name][1]);
  };
  const tensor::Size2d padding = two("padding");
  return conv2d(c["x"], c["w"],
                {.stride = two("stride"),
                 .padding = {padding.h, padding.w},
                 .dilation = two("dilation"),
                 .groups = c.parameters["groups"]},
                c["b"]);
}

tensor::Pool2dParams pool_params(const GoldenCase& c) {
  tensor::Pool2dParams p{.kernel = c.parameters.at("kernel").get<std::int64_t>(),
                         .stride = c.parameters.at("stride").get<std::int64_t>()};
  p.padding = c.parameters.value("padding", std::int64_t{0});
  p.ceil = c.parameters.value("ceil", false);
  p.count_padding = c.parameters.value("count_padding", true);
  return p;
}

Variable run_activation(GoldenCase& c) {
  for (int kind = 0; kind <= static_cast<int>(tensor::ActivationKind::elu); ++kind) {
    const tensor::Activation f{static_cast<tensor::ActivationKind>(kind), c.parameters["a"],
                               c.parameters["b"]};
    if (tensor::name_of(f.kind) == c.parameters["kind"].get<std::string>())
      return activation(affine(c["x"], c.parameters["scale"], 0), f);
  }
  fail("no activation is named ", c.parameters["kind"].dump());
}

autograd::Reduction reduction(const GoldenCase& c) {
  return c.parameters.at("reduction") == "mean" ? autograd::Reduction::mean
                                                : autograd::Reduction::sum;
}

using Run = std::function<Variable(GoldenCase&)>;

const std::map<std::string, Run>& operations() {
  static const std::map<std::string, Run> table{
      {"add", [](GoldenCase& c) { return add(c["a"], c["b"]); }},
      {"sub", [](GoldenCase& c) { return sub(c["a"], c["b"]); }},
      {"mul", [](GoldenCase& c) { return mul(c["a"], c["b"]); }},
      {"div", [](GoldenCase& c) { return div(c["a"], c["b"]); }},
      {"neg", [](GoldenCase& c) { return neg(c["x"]); }},
      {"exp", [](GoldenCase& c) { return exp(c["x"]); }},
      {"log", [](GoldenCase& c) { return log(c["x"]); }},
      {"sqrt", [](GoldenCase& c) { return sqrt(c["x"]); }},
      {"square", [](GoldenCase& c) { return square(c["x"]); }},
      {"relu", [](GoldenCase& c) { return relu(c["x"]); }},
      {"tanh", [](GoldenCase& c) { return tanh(c["x"]); }},
      {"abs", [](GoldenCase& c) { return abs(c["x"]); }},
      {"erf", [](GoldenCase& c) { return erf(c["x"]); }},
      {"sin", [](GoldenCase& c) { return sin(c["x"]); }},
      {"cos", [](GoldenCase& c) { return cos(c["x"]); }},
      {"pow", [](GoldenCase& c) { return pow(c["a"], c["b"]); }},
      {"maximum", [](GoldenCase& c) { return maximum(c["a"], c["b"]); }},
      {"minimum", [](GoldenCase& c) { return minimum(c["a"], c["b"]); }},
      {"where", [](GoldenCase& c) { return where(less(c["a"], c["b"]), c["a"], square(c["b"])); }},
      {"activation", run_activation},
      {"prelu",
       [](GoldenCase& c) {
         return prelu(c["x"], reshape(c["w"], {-1, 1, 1}));
       }},
      {"layer_norm", [](GoldenCase& c) { return layer_norm(c["x"], 2, c["w"], c["b"]); }},
      {"group_norm",
       [](GoldenCase& c) { return group_norm(c["x"], c.parameters["groups"], c["w"], c["b"]); }},
      {"mean_square_error",
       [](GoldenCase& c) { return mean_square_error(c["x"], c.tensor("target"), reduction(c)); }},
      {"binary_cross_entropy",
       [](GoldenCase& c) {
         return binary_cross_entropy(c["x"], c.tensor("target"), reduction(c));
       }},
      {"hinge", [](GoldenCase& c) { return hinge(c["x"], c.tensor("labels"), 1, reduction(c)); }},
      {"affine",
       [](GoldenCase& c) {
         return affine(c["x"], c.parameters["factor"], c.parameters["summand"]);
       }},
      {"sum", [](GoldenCase& c) { return sum(c["x"], c.dims("dims"), c.keepdim()); }},
      {"mean", [](GoldenCase& c) { return mean(c["x"], c.dims("dims"), c.keepdim()); }},
      {"max", [](GoldenCase& c) { return max(c["x"], c.dim(), c.keepdim()); }},
      {"matmul", [](GoldenCase& c) { return matmul(c["a"], c["b"]); }},
      {"linear", [](GoldenCase& c) { return linear(c["x"], c["w"], c["b"]); }},
      {"conv2d", run_conv},
      {"conv2d_general", run_general_conv},
      {"batch_norm", [](GoldenCase& c) { return run_batch_norm(c, false); }},
      {"batch_norm_relu", [](GoldenCase& c) { return run_batch_norm(c, true); }},
      {"avg_pool2d", [](GoldenCase& c) { return avg_pool2d(c["x"], pool_params(c)); }},
      {"max_pool2d", [](GoldenCase& c) { return max_pool2d(c["x"], pool_params(c)); }},
      {"adaptive_avg_pool2d",
       [](GoldenCase& c) {
         return adaptive_avg_pool2d(c["x"], {c.parameters["size"][0], c.parameters["size"][1]});
       }},
      {"global_avg_pool", [](GoldenCase& c) { return global_avg_pool(c["x"]); }},
      {"softmax", [](GoldenCase& c) { return softmax(c.at_temperature()); }},
      {"log_softmax", [](GoldenCase& c) { return log_softmax(c.at_temperature()); }},
      {"cross_entropy",
       [](GoldenCase& c) {
         const bool mean = c.parameters["reduction"] == "mean";
         return cross_entropy(c.at_temperature(), c.tensor("labels"),
                              mean ? autograd::Reduction::mean : autograd::Reduction::sum,
                              c.parameters["label_smoothing"]);
       }},
      {"cat",
       [](GoldenCase& c) {
         return concat(std::array{c["a"], c["b"], c["c"]}, c.dim());
       }},
      {"gather",
       [](GoldenCase& c) {
         const auto positions = c.parameters["positions"].get<std::vector<std::int64_t>>();
         return gather(
             c["x"], c.dim(),
             Tensor::from(positions, {std::ssize(positions)}).to(c["x"].value().device()));
       }},
      {"pad",
       [](GoldenCase& c) {
         using autograd::PadMode;
         const auto mode = c.parameters["mode"] == "reflect" ? PadMode::reflect
                           : c.parameters["mode"] == "edge"  ? PadMode::edge
                                                             : PadMode::constant;
         return pad(c["x"], c.dims("before"), c.dims("after"), mode);
       }},
      {"expand", [](GoldenCase& c) { return square(expand(c["x"], c.dims("shape"))); }},
      {"reshape", [](GoldenCase& c) { return reshape(c["x"], c.dims("shape")); }},
      {"slice",
       [](GoldenCase& c) {
         return slice(c["x"], c.dim(), c.parameters["start"], c.parameters["stop"],
                      c.parameters["step"]);
       }},
      {"permute", [](GoldenCase& c) { return mul(permute(c["x"], c.dims("dims")), c["w"]); }},
      {"transpose",
       [](GoldenCase& c) {
         return matmul(permute(c["x"], {1, 0}), c["w"]);
       }},
  };
  return table;
}

}  // namespace

GoldenCase::GoldenCase(const nn::Safetensors& file, const std::string& key, DType dtype)
    : parameters(nlohmann::json::parse(file.metadata.at(key))),
      op_(key.substr(0, key.find('/'))),
      dtype_(dtype),
      device_(device()) {
  for (const auto& [name, t] : file.tensors)
    if (name.starts_with(key + "/")) tensors_[name.substr(key.size() + 1)] = t;
  for (const std::string name : {"x", "w", "a", "b", "c"})
    if (tensors_.contains(name)) inputs.emplace(name, Variable(tensor(name), true, name));
}

void GoldenCase::set_inputs(const std::vector<Variable>& values) {
  std::size_t i = 0;
  for (auto& [name, input] : inputs) input = values.at(i++);
  dtype_ = values.front().dtype();
  device_ = values.front().value().device();
}

Variable GoldenCase::run() { return operations().at(op_)(*this); }

Tensor GoldenCase::tensor(const std::string& name) const {
  const Tensor& t = tensors_.at(name);
  return (t.dtype() == DType::i64 ? t : t.to(dtype_).clone()).to(device_);
}

Dims GoldenCase::dims(const char* name) const {
  return Dims(parameters.at(name).get<std::vector<std::int64_t>>());
}

Variable GoldenCase::at_temperature() const {
  return affine(inputs.at("x"), 1 / parameters.at("temperature").get<double>(), 0);
}

const nn::Safetensors& golden_ops() {
  static const nn::Safetensors file = nn::read_safetensors(golden("ops.safetensors"));
  return file;
}

std::vector<OpCase> golden_op_cases() {
  std::vector<OpCase> cases;
  for (const auto& [key, parameters] : golden_ops().metadata) {
    // With logits near 1000, float32 and finite differences are not precise enough.
    if (key.ends_with("/large")) continue;
    const GoldenCase golden(golden_ops(), key, DType::f64);
    OpCase c{
        .name = "golden " + key, .inputs = {}, .f = [of = key](const std::vector<Variable>& v) {
          GoldenCase again(golden_ops(), of, DType::f64);
          again.set_inputs(v);
          return again.run();
        }};
    c.golden = key;
    // At T = 1000 the effect of a smaller step is lost in the rounding of the sum.
    if (golden.parameters.value("temperature", 1.0) > 1) c.step = 1e-2;
    for (const auto& [name, input] : golden.inputs) {
      c.inputs.push_back(input.shape());
      c.given.push_back(golden.golden(name));
    }
    cases.push_back(std::move(c));
  }
  return cases;
}

}  // namespace odin::tests
