#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "odin/autograd/ops/norm.h"
#include "odin/nn/io/safetensors.h"
#include "odin/tests/op_cases.h"

namespace odin::tests {

/// One case of ops.safetensors: the inputs of an operation and PyTorch's results in float64.
class GoldenCase {
 public:
  /// `key` is for example "conv2d/k3s1p1". Inputs and constants have `dtype` and are on the tests'
  /// device.
  GoldenCase(const nn::Safetensors& file, const std::string& key, tensor::DType dtype);

  /// Runs the operation on the inputs.
  autograd::Variable run();
  /// Replaces the inputs, in the order of `inputs`; their type and device are used from then on.
  void set_inputs(const std::vector<autograd::Variable>& values);

  const tensor::Tensor& golden(const std::string& name) const { return tensors_.at(name); }
  bool has(const std::string& name) const { return tensors_.contains(name); }
  tensor::Tensor tensor(const std::string& name) const;
  const autograd::Variable& operator[](const std::string& name) const { return inputs.at(name); }

  tensor::Dims dims(const char* name) const;
  int dim() const { return parameters.at("dim"); }
  bool keepdim() const { return parameters.at("keepdim"); }
  /// x divided by the case's temperature.
  autograd::Variable at_temperature() const;

  nlohmann::json parameters;
  std::map<std::string, autograd::Variable> inputs;  ///< inputs with gradients, by name
  autograd::RunningStats running;                    ///< of batch_norm, after run()

 private:
  std::string op_;
  tensor::DType dtype_;
  tensor::Device device_;
  std::map<std::string, tensor::Tensor> tensors_;
};

/// The golden file, which is read only once.
const nn::Safetensors& golden_ops();

/// All cases of the golden file in the form of op_cases().
std::vector<OpCase> golden_op_cases();

}  // namespace odin::tests
