#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "odin/nn/state_dict.h"
#include "odin/scores/rows.h"

namespace odin {

/// What scores have to know of in-distribution training images, computed once by a Fitter
/// (scores/fitter.h) and kept in the model file. K classes, D features.
class Fit {
 public:
  Fit() = default;
  /// Tensors by name and a JSON object about where they come from. Throws unless all that are known
  /// have the shapes for K classes and D features and are finite; unknown ones are left out.
  Fit(const nn::StateDict& tensors, std::string record, std::int64_t classes);

  bool empty() const { return tensors_.empty(); }
  const nn::StateDict& tensors() const { return tensors_; }
  const std::string& record() const { return record_; }

  /// These throw where the fit lacks what is asked for, with the method that asks in the message.
  double number(const std::string& method, const std::string& name) const;
  std::vector<double> vector(const std::string& method, const std::string& name) const;
  Rows matrix(const std::string& method, const std::string& name) const;
  /// A symmetric matrix [D,D], of which the file has the rows from the diagonal on.
  Rows symmetric(const std::string& method, const std::string& name) const;
  bool has(const std::string& name) const { return tensors_.contains(name); }

 private:
  const tensor::Tensor& at(const std::string& method, const std::string& name) const;

  nn::StateDict tensors_;
  std::string record_;
};

// The tensors, all float64 but for the bank. Names in the file have the prefix "fit.".
//   mean [D]                 of the features
//   class_means [K,D]        of the images of each class, 0 where there are none
//   class_counts [K]
//   precision [D(D+1)/2]     inverse of the covariance of h - m_label
//   precision_all [...]      inverse of the covariance of h - mean
//   correct_means [K,D]      of those that were classified right; correct_counts [K]
//   temperature [1]          calibrated (Guo et al. 2017)
//   softmax_means [K,K]      of the images predicted as each class
//   percentiles [101]        of all features
//   principal [P,D]          principal directions of h - u around u = -pinv(W) b, P = min(D, 1000)
//   residual_means [P+1]     mean |h - u - (its part along the first i directions)| of the bank
//   mean_max_logit [1]       of the bank
//   bank [B,D] float32       features of some images; bank_energies [B]

/// One number for each entry from the diagonal on, and back.
std::vector<double> packed(const Rows& symmetric);
Rows unpacked(const std::vector<double>& values, std::int64_t size);

}  // namespace odin
