#pragma once

#include <string>
#include <vector>

#include "odin/scores/fit.h"

namespace odin {

/// (h - center)^T precision (h - center) for each row h.
std::vector<double> squared_distances(const Rows& features, const std::vector<double>& center,
                                      const Rows& precision);

/// (h - m_c)^T S^-1 (h - m_c) to the nearest class mean m_c that the fit knows.
class ClassDistances {
 public:
  ClassDistances(const std::string& method, const Fit& fit);
  std::vector<double> least(const Rows& features) const;

 private:
  std::vector<double> center_;
  Rows precision_;
  Rows towards_;                 ///< [classes,D]: P (m_c - m)
  std::vector<double> lengths_;  ///< (m_c - m)^T P (m_c - m)
};

}  // namespace odin
