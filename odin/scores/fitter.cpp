#include "odin/scores/fitter.h"

#include <algorithm>
#include <cmath>

#include "odin/calibration.h"
#include "odin/scores/principal_space.h"
#include "odin/scores/symmetric_eigen.h"

namespace odin {
namespace {

using tensor::Tensor;

/// Memory for the logits from which the temperature is calibrated.
constexpr std::int64_t kMostLogits = std::int64_t{1} << 24;
constexpr std::int64_t kMostPrincipal = 1000;

std::size_t place(std::int64_t i) { return static_cast<std::size_t>(i); }

Tensor to_tensor(const std::vector<double>& values) {
  return Tensor::from(values, {std::ssize(values)});
}

/// The part from the diagonal on, on both sides of it.
Rows mirrored(Rows upper) {
  for (std::int64_t i = 0; i < upper.count; ++i)
    for (std::int64_t j = 0; j < i; ++j) upper[i][place(j)] = upper[j][place(i)];
  return upper;
}

/// to += factor a b^T
void add_outer(Rows& to, double factor, std::span<const double> a, std::span<const double> b) {
  for (std::int64_t i = 0; i < to.count; ++i) {
    const double left = factor * a[place(i)];
    for (std::size_t j = 0; j < b.size(); ++j) to[i][j] += left * b[j];
  }
}

Rows scaled(Rows rows, double factor) {
  for (double& x : rows.values) x *= factor;
  return rows;
}

std::size_t bank_size(std::int64_t bank) {
  require(bank >= 1, "fit: expected a bank of 1 or more images, got ", bank);
  return place(bank);
}

std::size_t calibration_size(std::int64_t classes) {
  return place(std::max<std::int64_t>(1, kMostLogits / classes));
}

}  // namespace

Fitter::Fitter(const nn::LastLayer& last, FitOptions options)
    : head_(last),
      options_(options),
      classes_(head_.weight.count),
      features_(head_.weight.width),
      sum_(place(features_), 0),
      squares_(features_, features_),
      class_sums_(classes_, features_),
      correct_sums_(classes_, features_),
      class_counts_(place(classes_), 0),
      correct_counts_(place(classes_), 0),
      bank_(bank_size(options.bank), options.seed),
      training_{{calibration_size(classes_), options.seed},
                Rows(classes_, classes_),
                std::vector<double>(place(classes_), 0)},
      validation_{{calibration_size(classes_), options.seed},
                  Rows(classes_, classes_),
                  std::vector<double>(place(classes_), 0)} {}

void Fitter::add(const Outputs& outputs, std::span<const std::int64_t> numbers,
                 std::span<const std::optional<std::int64_t>> labels) {
  require(outputs.features.width == features_ && outputs.logits.width == classes_, "fit: expected ",
          features_, " features and ", classes_, " logits, got ", outputs.features.width, " and ",
          outputs.logits.width);
  add_moments(outputs, labels);
  for (const double h : outputs.features.values) histogram_.add(static_cast<float>(h));
  for (std::int64_t i = 0; i < outputs.logits.count; ++i) {
    const auto h = outputs.features[i], f = outputs.logits[i];
    bank_.offer(numbers[place(i)], [&] {
      return Banked{{h.begin(), h.end()}, log_sum_exp(f), *std::max_element(f.begin(), f.end())};
    });
  }
  add_softmaxes(training_, outputs, numbers, labels);
}

void Fitter::add_validation(const Outputs& outputs, std::span<const std::int64_t> numbers,
                            std::span<const std::optional<std::int64_t>> labels) {
  add_softmaxes(validation_, outputs, numbers, labels);
}

void Fitter::add_softmaxes(Softmaxes& to, const Outputs& outputs,
                           std::span<const std::int64_t> numbers,
                           std::span<const std::optional<std::int64_t>> labels) const {
  for (std::int64_t i = 0; i < outputs.logits.count; ++i) {
    const auto f = outputs.logits[i];
    const std::int64_t y = argmax(f);
    const std::vector<double> p = softmax(f);
    for (std::size_t k = 0; k < p.size(); ++k) to.sums[y][k] += p[k];
    ++to.counts[place(y)];
    ++to.images;
    const auto& label = labels[place(i)];
    to.labels = to.labels && label;
    if (label)
      to.sample.offer(numbers[place(i)], [&] { return Labelled{{f.begin(), f.end()}, *label}; });
  }
}

void Fitter::add_moments(const Outputs& outputs,
                         std::span<const std::optional<std::int64_t>> labels) {
  Rows h = outputs.features;
  if (h.count == 0) return;
  if (shift_.empty()) {
    shift_.assign(place(features_), 0);
    for (std::int64_t i = 0; i < h.count; ++i)
      for (std::size_t j = 0; j < shift_.size(); ++j)
        shift_[j] += h[i][j] / static_cast<double>(h.count);
  }
  for_each_row(h, [&](std::span<double> row) {
    for (std::size_t j = 0; j < row.size(); ++j) row[j] -= shift_[j];
  });
  add_gram(h, squares_);
  for (std::int64_t i = 0; i < h.count; ++i) {
    const auto row = h[i];
    for (std::size_t j = 0; j < row.size(); ++j) sum_[j] += row[j];
    const auto& label = labels[place(i)];
    labels_ = labels_ && label;
    if (!label) continue;
    require(*label >= 0 && *label < classes_, "fit: label ", *label, " of ", classes_, " classes");
    for (std::size_t j = 0; j < row.size(); ++j) class_sums_[*label][j] += row[j];
    ++class_counts_[place(*label)];
    if (argmax(outputs.logits[i]) != *label) continue;
    for (std::size_t j = 0; j < row.size(); ++j) correct_sums_[*label][j] += outputs.features[i][j];
    ++correct_counts_[place(*label)];
  }
  images_ += h.count;
}

Fit Fitter::finish(const std::string& record) {
  require(images_ >= 2, "fit: expected two or more images, got ", images_);
  summary_ = {};
  summary_.images = images_;
  summary_.validation_images = validation_.images;
  summary_.features = features_;
  summary_.labels = labels_;
  nn::StateDict tensors;
  put_means(tensors);
  put_covariances(tensors);
  put_softmaxes(tensors);
  return Fit(tensors, record, classes_);
}

void Fitter::put_means(nn::StateDict& to) {
  std::vector<double> mean = shift_;
  for (std::size_t j = 0; j < mean.size(); ++j) mean[j] += sum_[j] / static_cast<double>(images_);
  to["mean"] = to_tensor(mean);
  std::vector<double> percentiles;
  for (int q = 0; q <= 100; ++q) percentiles.push_back(histogram_.percentile(q));
  to["percentiles"] = to_tensor(percentiles);
  if (!labels_) return;
  Rows means(classes_, features_), correct(classes_, features_);
  for (std::int64_t c = 0; c < classes_; ++c) {
    const double count = class_counts_[place(c)], right = correct_counts_[place(c)];
    if (count == 0) summary_.empty_classes.push_back(c);
    if (right == 0) summary_.never_right_classes.push_back(c);
    for (std::size_t j = 0; j < shift_.size(); ++j) {
      if (count > 0) means[c][j] = shift_[j] + class_sums_[c][j] / count;
      if (right > 0) correct[c][j] = correct_sums_[c][j] / right;
    }
  }
  to["class_means"] = odin::to_tensor(means);
  to["class_counts"] = to_tensor(class_counts_);
  to["correct_means"] = odin::to_tensor(correct);
  to["correct_counts"] = to_tensor(correct_counts_);
}

/// All covariances follow from the second moment around the shift.
void Fitter::put_covariances(nn::StateDict& to) {
  const double count = static_cast<double>(images_);
  const Rows moment = scaled(mirrored(squares_), 1 / count);
  std::vector<double> mean = sum_;  // of h - shift
  for (double& x : mean) x /= count;

  if (labels_) {
    Rows within = moment;
    for (std::int64_t c = 0; c < classes_; ++c)
      if (class_counts_[place(c)] > 0)
        add_outer(within, -1 / (class_counts_[place(c)] * count), class_sums_[c], class_sums_[c]);
    const PseudoInverse inverse = pseudo_inverse(symmetric_eigen(within));
    to["precision"] = to_tensor(packed(inverse.matrix));
    summary_.rank = inverse.rank;
  }
  Rows all = moment;
  add_outer(all, -1, mean, mean);
  const PseudoInverse inverse = pseudo_inverse(symmetric_eigen(all));
  to["precision_all"] = to_tensor(packed(inverse.matrix));
  summary_.rank_all = inverse.rank;

  const std::vector<double> origin = origin_of(head_);
  std::vector<double> apart = shift_;
  for (std::size_t j = 0; j < apart.size(); ++j) apart[j] -= origin[j];
  Rows around = moment;
  add_outer(around, 1, apart, mean);
  add_outer(around, 1, mean, apart);
  add_outer(around, 1, apart, apart);
  Rows principal = symmetric_eigen(std::move(around)).vectors;
  principal.count = std::min(features_, kMostPrincipal);
  principal.values.resize(place(principal.count * features_));
  to["principal"] = odin::to_tensor(principal);
  put_bank(to, principal, origin);
}

void Fitter::put_bank(nn::StateDict& to, const Rows& principal, const std::vector<double>& origin) {
  const std::vector<Banked> bank = bank_.take();
  const auto count = static_cast<double>(bank.size());
  Rows x(std::ssize(bank), features_);
  std::vector<float> features;
  std::vector<double> energy;
  double max_logit = 0;
  for (std::size_t i = 0; i < bank.size(); ++i) {
    const auto row = x[static_cast<std::int64_t>(i)];
    for (std::size_t j = 0; j < row.size(); ++j) {
      features.push_back(static_cast<float>(bank[i].features[j]));
      row[j] = bank[i].features[j] - origin[j];
    }
    energy.push_back(bank[i].energy);
    max_logit += bank[i].max_logit / count;
  }
  to["bank"] = Tensor::from(features, {x.count, features_});
  to["bank_energies"] = to_tensor(energy);
  to["mean_max_logit"] = to_tensor({max_logit});
  summary_.bank = x.count;

  // Behind the last direction the rest; then one direction after the other is added to it.
  const Rows along = times_transposed(x, principal);
  const Rows part = times(along, principal);
  std::vector<double> means(place(principal.count + 1), 0);
  for (std::int64_t i = 0; i < x.count; ++i) {
    double square = 0;
    for (std::size_t j = 0; j < place(features_); ++j) {
      const double rest = x[i][j] - part[i][j];
      square += rest * rest;
    }
    for (std::int64_t d = principal.count; d >= 0; --d) {
      means[place(d)] += std::sqrt(square) / count;
      if (d > 0) square += along[i][place(d - 1)] * along[i][place(d - 1)];
    }
  }
  to["residual_means"] = to_tensor(means);
}

void Fitter::put_softmaxes(nn::StateDict& to) {
  Softmaxes& from = validation_.images > 0 ? validation_ : training_;
  Rows means(classes_, classes_);
  for (std::int64_t c = 0; c < classes_; ++c) {
    const double count = from.counts[place(c)];
    if (count == 0) means[c][place(c)] = 1;
    for (std::size_t k = 0; count > 0 && k < place(classes_); ++k)
      means[c][k] = from.sums[c][k] / count;
  }
  to["softmax_means"] = odin::to_tensor(means);
  if (!from.labels) return;
  std::vector<float> logits;
  std::vector<std::int64_t> labels;
  for (const Labelled& image : from.sample.take()) {
    logits.insert(logits.end(), image.logits.begin(), image.logits.end());
    labels.push_back(image.label);
  }
  summary_.temperature =
      calibrated_temperature(Tensor::from(logits, {std::ssize(labels), classes_}), labels);
  to["temperature"] = to_tensor({*summary_.temperature});
}

}  // namespace odin
