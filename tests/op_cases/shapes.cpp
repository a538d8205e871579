#include <array>

#include "odin/autograd/ops.h"
#include "odin/tests/op_cases/families.h"

namespace odin::tests {

void add_reductions_and_shapes(std::vector<OpCase>& cases) {
  const Shape s{2, 3, 5, 7};
  cases.push_back({"sum of everything", {s}, [](const Inputs& v) { return sum(v[0]); }});
  cases.push_back({"sum over images and pixels", {s}, [](const Inputs& v) {
                     return sum(v[0], {0, 2, 3});
                   }});
  cases.push_back({"sum, keepdim", {s}, [](const Inputs& v) { return sum(v[0], {1}, true); }});
  cases.push_back({"mean over pixels", {s}, [](const Inputs& v) { return mean(v[0], {2, 3}); }});
  cases.push_back(
      {"max over a middle dimension", {s}, [](const Inputs& v) { return max(v[0], 1); }});
  cases.push_back({"max, keepdim", {s}, [](const Inputs& v) { return max(v[0], -1, true); }});
  cases.push_back(
      {"matmul", {{5, 17}, {17, 35}}, [](const Inputs& v) { return matmul(v[0], v[1]); }});
  cases.push_back(
      {"matmul of one row", {{1, 3}, {3, 1}}, [](const Inputs& v) { return matmul(v[0], v[1]); }});
  cases.push_back({"linear", {{3, 19}, {5, 19}, {5}}, [](const Inputs& v) {
                     return linear(v[0], v[1], v[2]);
                   }});
  cases.push_back({"reshape", {s}, [](const Inputs& v) { return square(reshape(v[0], {6, -1})); }});
  cases.push_back({"permute", {s}, [](const Inputs& v) {
                     return square(permute(v[0], {2, 0, 3, 1}));
                   }});
  cases.push_back(
      {"slice with a step", {s}, [](const Inputs& v) { return square(slice(v[0], 3, 1, 7, 2)); }});
  cases.push_back({"concat of channels",
                   {{2, 3, 5, 7}, {2, 1, 5, 7}, {2, 4, 5, 7}},
                   [](const Inputs& v) { return square(concat(v, 1)); }});
  cases.push_back({"concat of images", {{1, 3, 2}, {4, 3, 2}}, [](const Inputs& v) {
                     return square(concat(v, 0));
                   }});
  cases.push_back({"matmul of batches, broadcast",
                   {{2, 1, 5, 17}, {3, 17, 9}},
                   [](const Inputs& v) { return matmul(v[0], v[1]); }});
  cases.push_back({"matmul of a batch with one matrix", {{3, 4, 7}, {7, 5}}, [](const Inputs& v) {
                     return matmul(v[0], v[1]);
                   }});
  cases.push_back({"linear without bias, of a batch of rows",
                   {{2, 3, 19}, {5, 19}},
                   [](const Inputs& v) { return linear(v[0], v[1], {}); }});
  cases.push_back({"linear with a large weight",
                   {{3, 1031}, {1021, 1031}, {1021}},
                   [](const Inputs& v) { return linear(v[0], v[1], v[2]); },
                   false,
                   false});
  cases.push_back({"expand", {{3, 1, 7}}, [](const Inputs& v) {
                     return square(expand(v[0], {2, 3, 5, 7}));
                   }});
  cases.push_back({"gather", {s}, [](const Inputs& v) {
                     const std::vector<std::int64_t> positions{4, 0, 0, 2};
                     return square(gather(v[0], 2, beside(v[0], Tensor::from(positions, {4}))));
                   }});
  cases.push_back(
      {"pad with a constant", {s}, [](const Inputs& v) {
         return square(pad(v[0], {0, 0, 1, 2}, {0, 1, 0, 3}, autograd::PadMode::constant, 0.5));
       }});
  cases.push_back(
      {"pad by mirroring", {s}, [](const Inputs& v) {
         return square(pad(v[0], {0, 0, 4, 1}, {0, 0, 2, 0}, autograd::PadMode::reflect));
       }});
  cases.push_back({"pad by repeating the edge, and cutting off", {s}, [](const Inputs& v) {
                     return square(pad(v[0], {0, 0, 6, -1}, {0, 0, 2, 3}, autograd::PadMode::edge));
                   }});
  cases.push_back(
      {"stack", {{3, 5}, {3, 5}}, [](const Inputs& v) { return square(autograd::stack(v, 1)); }});
  cases.push_back({"split and flip", {s}, [](const Inputs& v) {
                     const std::array<std::int64_t, 2> sizes{2, 3};
                     const auto parts = split(v[0], sizes, 2);
                     return add(square(flip(parts[0], 3)), parts[0]);
                   }});
}

}  // namespace odin::tests
