#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace odin {

/// How many of D features stay when q percent are left out: D - round(D q / 100), at least 1.
/// Halves are rounded to the even number, as NumPy does. Throws unless q is 0 to 100.
std::int64_t kept_features(const char* method, std::int64_t features, double q);

/// Which of them: the largest, of equal ones the first.
std::vector<bool> largest_features(std::span<const double> h, std::int64_t count);

/// exp(sum of h / sum of those kept); 1 where all are 0.
double scale_factor(std::span<const double> h, const std::vector<bool>& kept);

}  // namespace odin
