#include "odin/tensor/params.h"

namespace odin::tensor {

std::ostream& operator<<(std::ostream& out, const Size2d& size) {
  out << size.h;
  return size.h == size.w ? out : out << 'x' << size.w;
}

std::ostream& operator<<(std::ostream& out, const Padding2d& p) {
  if (p == Padding2d(p.top)) return out << p.top;
  return out << '[' << p.top << ',' << p.left << ',' << p.bottom << ',' << p.right << ']';
}

}  // namespace odin::tensor
