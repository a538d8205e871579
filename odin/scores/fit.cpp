#include "odin/scores/fit.h"

#include <array>
#include <string_view>

#include "odin/tensor/ops/reduce.h"

namespace odin {
namespace {

using tensor::DType;
using tensor::Shape;
using tensor::Tensor;

/// What the sizes of a tensor are: K, D, D(D+1)/2, or any number.
enum class FitSize { one, classes, features, packed, percentiles, principal, residuals, bank };

struct FitTensor {
  const char* name;
  DType dtype;
  std::vector<FitSize> sizes;
};

const std::vector<FitTensor>& fit_tensors() {
  using enum FitSize;
  static const std::vector<FitTensor> all{
      {"mean", DType::f64, {features}},
      {"class_means", DType::f64, {classes, features}},
      {"class_counts", DType::f64, {classes}},
      {"precision", DType::f64, {packed}},
      {"precision_all", DType::f64, {packed}},
      {"correct_means", DType::f64, {classes, features}},
      {"correct_counts", DType::f64, {classes}},
      {"temperature", DType::f64, {one}},
      {"softmax_means", DType::f64, {classes, classes}},
      {"percentiles", DType::f64, {percentiles}},
      {"principal", DType::f64, {principal, features}},
      {"residual_means", DType::f64, {residuals}},
      {"mean_max_logit", DType::f64, {one}},
      {"bank", DType::f32, {bank, features}},
      {"bank_energies", DType::f64, {bank}},
  };
  return all;
}

std::int64_t rows_in(const nn::StateDict& tensors, const char* name) {
  const auto found = tensors.find(name);
  return found != tensors.end() && found->second.rank() == 2 ? found->second.dim(0) : 0;
}

}  // namespace

Fit::Fit(const nn::StateDict& tensors, std::string record, std::int64_t classes)
    : record_(std::move(record)) {
  const auto mean = tensors.find("mean");
  require(mean != tensors.end() && mean->second.rank() == 1 && mean->second.dim(0) > 0,
          "fit: no tensor 'mean' of one dimension");
  const std::int64_t features = mean->second.dim(0);
  const std::int64_t principal = rows_in(tensors, "principal");
  const auto size_of = [&](FitSize size) -> std::int64_t {
    switch (size) {
      case FitSize::one: return 1;
      case FitSize::classes: return classes;
      case FitSize::features: return features;
      case FitSize::packed: return features * (features + 1) / 2;
      case FitSize::percentiles: return 101;
      case FitSize::principal: return principal;
      case FitSize::residuals: return principal + 1;
      case FitSize::bank: return rows_in(tensors, "bank");
    }
    fail("fit: unknown size");
  };
  require(principal <= features, "fit: ", principal, " principal directions of ", features,
          " features");
  for (const FitTensor& known : fit_tensors()) {
    const auto found = tensors.find(known.name);
    if (found == tensors.end()) continue;
    Shape shape;
    for (const FitSize size : known.sizes) shape.push_back(size_of(size));
    const Tensor& t = found->second;
    require(t.dtype() == known.dtype && t.shape() == shape, "fit: '", known.name, "' is ",
            t.dtype(), " ", t.shape(), ", expected ", known.dtype, " ", shape);
    require(tensor::all_finite(t), "fit: '", known.name, "' holds NaN or infinity");
    tensors_[known.name] = t;
  }
}

const Tensor& Fit::at(const std::string& method, const std::string& name) const {
  require(!empty(), "method ", method,
          " needs statistics of training images, which the model does not have: odin fit --model "
          "MODEL --in SET --save FILE");
  const auto found = tensors_.find(name);
  require(found != tensors_.end(), "method ", method, " needs '", name,
          "', which odin fit could not compute for this model (images without labels?)");
  return found->second;
}

double Fit::number(const std::string& method, const std::string& name) const {
  return at(method, name).to_vector<double>().front();
}

std::vector<double> Fit::vector(const std::string& method, const std::string& name) const {
  return at(method, name).to_vector<double>();
}

Rows Fit::matrix(const std::string& method, const std::string& name) const {
  const Tensor& t = at(method, name);
  Rows rows;
  rows.count = t.dim(0);
  rows.width = t.dim(1);
  rows.values = t.to(DType::f64).to_vector<double>();
  return rows;
}

Rows Fit::symmetric(const std::string& method, const std::string& name) const {
  return unpacked(vector(method, name), at(method, "mean").dim(0));
}

std::vector<double> packed(const Rows& symmetric) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < symmetric.count; ++i)
    for (const double x : symmetric[i].subspan(static_cast<std::size_t>(i))) values.push_back(x);
  return values;
}

Rows unpacked(const std::vector<double>& values, std::int64_t size) {
  Rows rows(size, size);
  auto next = values.begin();
  for (std::int64_t i = 0; i < size; ++i)
    for (std::int64_t j = i; j < size; ++j)
      rows[i][static_cast<std::size_t>(j)] = rows[j][static_cast<std::size_t>(i)] = *next++;
  return rows;
}

}  // namespace odin
