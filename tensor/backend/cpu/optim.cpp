#include <algorithm>
#include <vector>

#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/backend/cpu/row_loop.h"
#include "odin/tensor/parallel.h"

namespace odin::tensor::cpu {

void sgd_step(const SgdStep& p, const Tensor& g, Tensor& w, Tensor& v) {
  const cpu::RowLoop<3> loop(w.shape(), {g.strides(), w.strides(), v.strides()});
  const bool rows = loop.step(0) == 1 && loop.step(1) == 1 && loop.step(2) == 1;
  if (w.dtype() != DType::f32 || !rows) return reference_backend().sgd_step(p, g, w, v);
  loop.parallel([&, gradient = g.data<float>(), weight = w.backend_data<float>(),
                 momentum = v.backend_data<float>()](std::int64_t n, const auto& at) {
    cpu::kernels().sgd_step(p, n, gradient + at[0], weight + at[1], momentum + at[2]);
  });
}

namespace {

/// Eight independent sums hide the latency of the additions.
double piece_sum(const float* x, std::int64_t n) {
  constexpr std::int64_t kSums = 8;
  double sums[kSums] = {};
  std::int64_t i = 0;
  for (; i + kSums <= n; i += kSums)
    for (std::int64_t s = 0; s < kSums; ++s)
      sums[s] += static_cast<double>(x[i + s]) * static_cast<double>(x[i + s]);
  for (; i < n; ++i) sums[0] += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

double sum_of_squares(const Tensor& x) {
  if (x.dtype() != DType::f32 || !x.is_contiguous()) return reference_backend().sum_of_squares(x);
  // The pieces have a fixed length, so that the order of the additions does not depend on the
  // threads.
  constexpr std::int64_t kPiece = 1 << 14;
  const std::int64_t n = x.numel();
  std::vector<double> pieces(static_cast<std::size_t>((n + kPiece - 1) / kPiece));
  parallel_for(static_cast<std::int64_t>(pieces.size()), 1,
               [&, from = x.data<float>()](std::int64_t first, std::int64_t last) {
                 for (auto i = first; i < last; ++i)
                   pieces[static_cast<std::size_t>(i)] =
                       piece_sum(from + i * kPiece, std::min(kPiece, n - i * kPiece));
               });
  double total = 0;
  for (const double piece : pieces) total += piece;
  return total;
}

}  // namespace

void add_optim(Backend& b) {
  b.sgd_step = sgd_step;
  b.sum_of_squares = sum_of_squares;
}

}  // namespace odin::tensor::cpu
