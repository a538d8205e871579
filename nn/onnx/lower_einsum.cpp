#include <algorithm>

#include "odin/nn/io/quote.h"
#include "odin/nn/onnx/call.h"

// Einstein sums of two operands as products of batches of matrices.

namespace odin::nn::onnx {
namespace {

struct Equation {
  std::string a, b, result;  ///< one letter for each dimension
};

/// "bid, bjd -> bij"
Equation parse_equation(std::string text) {
  std::erase(text, ' ');
  const auto comma = text.find(','), arrow = text.find("->");
  require(comma != text.npos && arrow != text.npos && comma < arrow &&
              text.find(',', comma + 1) == text.npos && text.find('.') == text.npos,
          "equation ", quote(text), " is not supported: expected two operands and a result");
  Equation e{text.substr(0, comma), text.substr(comma + 1, arrow - comma - 1),
             text.substr(arrow + 2)};
  for (const std::string& letters : {e.a, e.b, e.result})
    for (const char c : letters)
      require(std::count(letters.begin(), letters.end(), c) == 1, "equation ", quote(text),
              " is not supported: a letter is repeated");
  for (const char c : e.a + e.b)
    require(
        (e.result.find(c) != e.result.npos) || (e.a.find(c) != e.a.npos && e.b.find(c) != e.b.npos),
        "equation ", quote(text), " is not supported: it sums over a dimension of one operand");
  for (const char c : e.result)
    require((e.a + e.b).find(c) != std::string::npos, "equation ", quote(text),
            ": no operand has the dimension ", quote(std::string(1, c)));
  return e;
}

/// The letters of `from` that are, or are not, in `other`.
std::string shared_letters(const std::string& from, const std::string& other, bool in) {
  std::string out;
  for (const char c : from)
    if ((other.find(c) != other.npos) == in) out += c;
  return out;
}

/// x with its dimensions in the order of `to`, as [batch..., rows, columns] where each group of
/// letters is one dimension.
Value grouped(Call& c, const Value& x, const std::string& letters,
              const std::array<std::string, 3>& to) {
  std::vector<std::int64_t> order;
  std::array<Shape, 2> shape;
  for (const std::string& group : to) {
    std::array<std::int64_t, 2> product{1, 1};
    for (const char letter : group) {
      const auto dim = static_cast<int>(letters.find(letter));
      order.push_back(dim);
      for (std::size_t b = 0; b < 2; ++b) product[b] *= x.shape[b][dim];
    }
    for (std::size_t b = 0; b < 2; ++b) shape[b].push_back(product[b]);
  }
  return c.build().reshape(c.build().transpose(x, order), shape);
}

std::vector<Value> einsum(Call& c) {
  const Equation e = parse_equation(c.text("equation", ""));
  require(c.input_count() == 2, "expected 2 inputs, got ", c.input_count());
  const Value &a = c.in(0), &b = c.in(1);
  require(std::ssize(e.a) == a.rank() && std::ssize(e.b) == b.rank(), "its equation does not fit ",
          a.shape[0], " and ", b.shape[0]);
  const std::string both = shared_letters(e.a, e.b, true);
  const std::string batch = shared_letters(both, e.result, true);
  const std::string summed = shared_letters(both, e.result, false);
  const std::string rows = shared_letters(e.a, e.b, false),
                    columns = shared_letters(e.b, e.a, false);
  for (const char letter : both)
    for (std::size_t i = 0; i < 2; ++i)
      require(a.shape[i][static_cast<int>(e.a.find(letter))] ==
                  b.shape[i][static_cast<int>(e.b.find(letter))],
              "its operands ", a.shape[i], " and ", b.shape[i], " do not fit together");
  const Value product = c.emit("matmul", {grouped(c, a, e.a, {batch, rows, summed}),
                                          grouped(c, b, e.b, {batch, summed, columns})});
  // [batch, rows, columns], each taken apart again, in the order of the result.
  const std::string now = batch + rows + columns;
  std::array<Shape, 2> apart;
  for (const char letter : now)
    for (std::size_t i = 0; i < 2; ++i)
      apart[i].push_back(e.a.find(letter) != e.a.npos
                             ? a.shape[i][static_cast<int>(e.a.find(letter))]
                             : b.shape[i][static_cast<int>(e.b.find(letter))]);
  std::vector<std::int64_t> order;
  for (const char letter : e.result) order.push_back(static_cast<std::int64_t>(now.find(letter)));
  return {c.build().transpose(c.build().reshape(product, apart), order)};
}

}  // namespace

void add_einsum(LoweringTable& table) { table.insert({{"Einsum", einsum}}); }

}  // namespace odin::nn::onnx
