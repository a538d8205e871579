#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "odin/autograd/variable.h"
#include "odin/tensor/params.h"
#include "odin/tensor/random.h"

// How JavaScript calls C++ for tensors. A call of a small operation must cost little, so that
// nothing is converted by embind: arguments and results are numbers in one array, the scratch, that
// both sides read and write, and tensors are handles. api/tensor/engine.ts is the other side.

namespace odin::web {

using autograd::Variable;
using tensor::Dims;
using tensor::DType;
using tensor::Shape;
using tensor::Tensor;

/// The numbers of the scratch.
inline constexpr std::size_t kScratch = std::size_t{1} << 16;
double* scratch();

// Tensors that JavaScript holds, by handles above 0.
int keep(Variable value);
/// Throws if there is no such tensor.
const Variable& kept(int handle);
void release(int handle);
int live_tensors();

/// Text or bytes of the call, which JavaScript has written, and of its answer.
std::string& text();

/// A tensor, or a number that becomes one.
struct Operand {
  std::optional<double> number;
  Variable tensor;
};

/// Reads the arguments one after another; web/tensor/operations.mjs has their kinds.
class Arguments {
 public:
  double number() { return *at_++; }
  std::int64_t integer() { return static_cast<std::int64_t>(number()); }
  int handle() { return static_cast<int>(number()); }
  bool flag() { return number() != 0; }
  std::optional<std::int64_t> optional_integer();

  Variable tensor() { return seen(kept(handle())); }
  Variable optional_tensor();
  /// To be overwritten: throws for what is on the tape.
  Tensor target();
  std::vector<Variable> tensors();
  /// int64
  Tensor indices();
  Operand operand();
  /// With a number as a scalar of the dtype of the tensors read so far.
  Variable variable(const Operand& operand) const;

  Dims dims();
  std::vector<std::int64_t> integers();
  std::vector<double> numbers();
  tensor::Size2d size();
  std::optional<tensor::Size2d> optional_size();
  tensor::Padding2d padding();

 private:
  Variable seen(const Variable& v) {
    dtype_ = v.dtype();
    return v;
  }

  const double* at_ = scratch();
  DType dtype_ = DType::f32;
};

/// Collects what a call answers: text, numbers and tensors.
class Results {
 public:
  void add(Variable value) { tensors_.push_back(std::move(value)); }
  void add(Tensor value) { tensors_.emplace_back(std::move(value)); }
  void add(std::vector<Variable> values) {
    for (Variable& v : values) add(std::move(v));
  }
  void number(double value) { numbers_.push_back(value); }
  /// text() is part of the answer.
  void with_text() { has_text_ = true; }
  /// Writes all to the scratch.
  void write();

 private:
  std::vector<double> numbers_;
  std::vector<Variable> tensors_;
  bool has_text_ = false;
};

struct Function {
  std::string_view name;
  void (*run)(Arguments& in, Results& out);
};

// What JavaScript can call, by the files that define it.
std::span<const Function> operations();
std::span<const Function> value_functions();
std::span<const Function> tape_functions();
std::span<const Function> network_functions();
std::span<const Function> optimizer_functions();
std::span<const Function> file_functions();
std::span<const Function> detector_functions();
std::span<const Function> fitted_functions();

/// The next stream of random numbers of the seed.
tensor::Random next_random();
void set_seed(std::uint64_t seed);

}  // namespace odin::web
