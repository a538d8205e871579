#include "odin/tensor/print.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <vector>

#include "odin/tensor/ops/concat.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor {
namespace {

constexpr std::int64_t kMostElements = 1000;  ///< larger tensors are abbreviated
constexpr std::int64_t kEdge = 3;             ///< positions shown at each end of a long dimension
constexpr std::size_t kLineWidth = 80;

bool is_cut(std::int64_t size) { return size > 2 * kEdge; }

/// t with only the first and last positions of each dimension that is too long.
Tensor edges_of(const Tensor& t) {
  Tensor edges = t;
  for (int d = 0; d < t.rank(); ++d) {
    if (!is_cut(t.dim(d))) continue;
    const std::array ends{edges.slice(d, 0, kEdge), edges.slice(d, -kEdge, t.dim(d))};
    edges = concat(ends, d);
  }
  return edges;
}

/// The printf format for all of the values. PyTorch's rule, except that whole numbers of very
/// different sizes are still printed as whole numbers.
const char* format_for(const std::vector<double>& values) {
  double least = INFINITY, greatest = 0;  // magnitudes of the nonzero values
  bool whole = true;
  for (const double v : values) {
    if (!std::isfinite(v) || v == 0) continue;
    least = std::min(least, std::abs(v));
    greatest = std::max(greatest, std::abs(v));
    whole = whole && v == std::floor(v);
  }
  if (greatest >= 1e8) return "%.4e";
  if (whole) return "%.0f.";
  return least < 1e-4 || greatest > 1000 * least ? "%.4e" : "%.4f";
}

std::string in_format(const char* format, double value) {
  if (std::isnan(value)) return "nan";  // without the sign that NaN has on some machines
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::array<char, 64> text{};  // long enough: fixed notation is for numbers below 1e8
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

std::vector<std::string> words_of(const Tensor& t) {
  std::vector<std::string> words;
  if (t.dtype() == DType::i64) {
    for (const std::int64_t v : t.to_vector<std::int64_t>()) words.push_back(std::to_string(v));
    return words;
  }
  const std::vector<double> values = t.to(DType::f64).to_vector<double>();
  const char* format = format_for(values);
  for (const double v : values) words.push_back(in_format(format, v));
  return words;
}

/// Prints the formatted elements (words) in nested brackets.
class Layout {
 public:
  Layout(const Shape& shape, bool abbreviated, std::vector<std::string> words)
      : shape_(shape), abbreviated_(abbreviated), words_(std::move(words)) {
    for (const std::string& word : words_) width_ = std::max(width_, word.size());
  }

  std::string text() {
    write(0);
    return std::move(text_);
  }

 private:
  bool cut(int dim) const { return abbreviated_ && is_cut(shape_[dim]); }

  void write(int dim) {
    if (dim == shape_.rank()) {
      const std::string& word = words_[next_++];
      text_.append(width_ - word.size(), ' ').append(word);
    } else if (dim + 1 == shape_.rank()) {
      write_row(dim);
    } else {
      write_rows(dim);
    }
  }

  void write_rows(int dim) {
    // One empty line between matrices, two between groups of matrices, and so on.
    const std::string newline =
        std::string(static_cast<std::size_t>(shape_.rank() - 1 - dim), '\n') +
        std::string(static_cast<std::size_t>(dim) + 1, ' ');
    text_ += '[';
    const std::int64_t shown = cut(dim) ? 2 * kEdge : shape_[dim];
    for (std::int64_t i = 0; i < shown; ++i) {
      if (i > 0) text_ += "," + newline;
      if (i == kEdge && cut(dim)) text_ += "...," + newline;
      write(dim + 1);
    }
    text_ += ']';
  }

  void write_row(int dim) {
    const auto indent = static_cast<std::size_t>(dim) + 1;
    std::size_t column = indent;
    text_ += '[';
    const auto make_room = [&](std::size_t width) {  // for a word and what follows it
      if (column > indent && column + 1 + width > kLineWidth) {
        text_.append("\n").append(indent, ' ');
        column = indent;
      } else if (column > indent) {
        text_ += ' ';
        ++column;
      }
      column += width;
    };
    const std::int64_t shown = cut(dim) ? 2 * kEdge : shape_[dim];
    for (std::int64_t i = 0; i < shown; ++i) {
      if (i == kEdge && cut(dim)) {
        make_room(4);
        text_ += "...,";
      }
      make_room(width_ + 1);
      write(dim + 1);
      if (i + 1 < shown) text_ += ',';
    }
    text_ += ']';
  }

  const Shape shape_;
  const bool abbreviated_;
  const std::vector<std::string> words_;
  std::size_t width_ = 0, next_ = 0;
  std::string text_;
};

}  // namespace

std::string to_string(const Tensor& tensor) {
  if (!tensor.defined()) return "tensor undefined";
  const std::string heading = "tensor " + to_string(tensor.shape()) + ' ' +
                              name_of(tensor.dtype()) + ' ' + name_of(tensor.device()) + '\n';
  if (tensor.numel() == 0) return heading + "[]";
  const bool abbreviated = tensor.numel() > kMostElements;
  Layout layout(tensor.shape(), abbreviated, words_of(abbreviated ? edges_of(tensor) : tensor));
  return heading + layout.text();
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  return out << to_string(tensor);
}

}  // namespace odin::tensor
