#include "odin/scores/nearest_rows.h"

#include <algorithm>
#include <functional>

#include "odin/tensor/ops/matmul.h"
#include "odin/tensor/parallel.h"

namespace odin {
namespace {

using tensor::Tensor;

constexpr std::int64_t kBlock = 4096;     // rows of the bank
constexpr std::int64_t kQueries = 256;    // computed together
constexpr std::int64_t kCandidates = 32;  // more than asked for, against rounding in float32

/// A product and the number of its row. Ordered by the product; of equal ones the first row counts.
struct Candidate {
  double product;
  std::int64_t row;
  bool operator>(const Candidate& other) const {
    return product != other.product ? product > other.product : row < other.row;
  }
};

Tensor as_floats(const Rows& rows, std::int64_t first, std::int64_t last) {
  Tensor t = Tensor::empty({last - first, rows.width});
  const auto from = rows.values.begin() + first * rows.width;
  auto to = t.write<float>();
  std::transform(from, from + t.numel(), to.begin(),
                 [](double x) { return static_cast<float>(x); });
  return t;
}

/// The same as columns: [width, last - first].
Tensor as_columns(const Rows& rows, std::int64_t first, std::int64_t last) {
  Tensor t = Tensor::empty({rows.width, last - first});
  auto elements = t.write<float>();
  float* to = elements.data();
  tensor::parallel_for(rows.width, 16, [&](std::int64_t from, std::int64_t end) {
    for (std::int64_t i = first; i < last; ++i)
      for (auto j = from; j < end; ++j)
        to[j * (last - first) + i - first] =
            static_cast<float>(rows[i][static_cast<std::size_t>(j)]);
  });
  return t;
}

/// The largest `most` so far, as a heap whose front is the least of them.
void offer(std::vector<Candidate>& heap, std::size_t most, const Candidate& c) {
  if (heap.size() < most) {
    heap.push_back(c);
    std::push_heap(heap.begin(), heap.end(), std::greater<>());
  } else if (c > heap.front()) {
    std::pop_heap(heap.begin(), heap.end(), std::greater<>());
    heap.back() = c;
    std::push_heap(heap.begin(), heap.end(), std::greater<>());
  }
}

}  // namespace

NearestRows::NearestRows(Rows bank) : bank_(std::move(bank)) {
  for (std::int64_t first = 0; first < bank_.count; first += kBlock)
    blocks_.push_back(as_columns(bank_, first, std::min(first + kBlock, bank_.count)));
}

std::vector<std::vector<std::int64_t>> NearestRows::find(const Rows& queries,
                                                         std::int64_t k) const {
  const auto most = static_cast<std::size_t>(std::min(k + kCandidates, bank_.count));
  std::vector<std::vector<std::int64_t>> found(static_cast<std::size_t>(queries.count));
  for (std::int64_t start = 0; start < queries.count; start += kQueries) {
    const std::int64_t end = std::min(start + kQueries, queries.count);
    const Tensor asked = as_floats(queries, start, end);
    std::vector<std::vector<Candidate>> heaps(static_cast<std::size_t>(end - start));
    std::int64_t row = 0;
    for (const Tensor& block : blocks_) {
      const Tensor products = tensor::matmul(asked, block);
      const float* values = products.data<float>();
      const std::int64_t width = block.dim(1);
      tensor::parallel_for(end - start, 1, [&](std::int64_t first, std::int64_t last) {
        for (auto i = first; i < last; ++i) {
          auto& heap = heaps[static_cast<std::size_t>(i)];
          const float* own = values + i * width;
          float least = heap.size() == most ? static_cast<float>(heap.front().product) : 0;
          for (std::int64_t j = 0; j < width; ++j) {
            if (heap.size() == most && own[j] <= least) continue;
            offer(heap, most, {own[j], row + j});
            least = static_cast<float>(heap.front().product);
          }
        }
      });
      row += width;
    }
    tensor::parallel_for(end - start, 1, [&](std::int64_t first, std::int64_t last) {
      for (auto i = first; i < last; ++i) {
        auto& heap = heaps[static_cast<std::size_t>(i)];
        for (Candidate& c : heap) c.product = dot(queries[start + i], bank_[c.row]);
        std::sort(heap.begin(), heap.end(), std::greater<>());
        heap.resize(std::min(heap.size(), static_cast<std::size_t>(k)));
        for (const Candidate& c : heap) found[static_cast<std::size_t>(start + i)].push_back(c.row);
      }
    });
  }
  return found;
}

void require_neighbors(const char* method, std::int64_t k, const NearestRows& bank) {
  require(k >= 1 && k <= bank.count(), method, ": expected k from 1 to ", bank.count(),
          ", the images that the fit keeps, got ", k);
}

}  // namespace odin
