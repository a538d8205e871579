#pragma once

#include <string>
#include <vector>

#include "odin/scores/fit.h"

namespace odin {

/// (h - center)^T precision (h - center) for each row h; the precision is symmetric.
std::vector<double> squared_distances(const Rows& features, const std::vector<double>& center,
                                      const Rows& precision);
/// Their gradients with respect to the rows.
Rows squared_distance_gradients(const Rows& features, const std::vector<double>& center,
                                const Rows& precision);

/// (h - m_c)^T S^-1 (h - m_c) to the nearest class mean m_c that the fit knows.
class ClassDistances {
 public:
  ClassDistances(const std::string& method, const Fit& fit);
  std::vector<double> least(const Rows& features) const;
  /// The gradients of least() with respect to the features.
  Rows gradients(const Rows& features) const;

 private:
  std::int64_t nearest(std::span<const double> along) const;

  std::vector<double> center_;
  Rows precision_;
  Rows towards_;                 ///< [D,classes]: P (m_c - m)
  std::vector<double> lengths_;  ///< (m_c - m)^T P (m_c - m)
};

}  // namespace odin
