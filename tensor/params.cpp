#include "odin/tensor/params.h"

#include "odin/tensor/shape.h"

namespace odin::tensor {

std::string to_string(const Size2d& size) {
  const std::string rows = std::to_string(size.h);
  return size.h == size.w ? rows : rows + 'x' + std::to_string(size.w);
}

std::string to_string(const Padding2d& p) {
  if (p == Padding2d(p.top)) return std::to_string(p.top);
  return to_string(Dims{p.top, p.left, p.bottom, p.right});
}

std::ostream& operator<<(std::ostream& out, const Size2d& size) { return out << to_string(size); }

std::ostream& operator<<(std::ostream& out, const Padding2d& p) { return out << to_string(p); }

}  // namespace odin::tensor
