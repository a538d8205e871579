#include <emscripten/heap.h>

#include "calls.h"
#include "odin/tensor/print.h"

// Tensors as such: their elements, their place on the tape, memory.

namespace odin::web {
namespace {

DType dtype_of(Arguments& in) { return static_cast<DType>(in.integer()); }

/// Address of the elements of a contiguous tensor.
double address(const Tensor& t) {
  return static_cast<double>(reinterpret_cast<std::uintptr_t>(t.raw()));
}

constexpr Function kValueFunctions[] = {
    // dtype, shape -> a tensor and the address of its elements, which JavaScript fills
    {"create",
     [](Arguments& in, Results& out) {
       const DType dtype = dtype_of(in);
       const Tensor made = Tensor::empty(in.dims(), dtype);
       out.number(address(made));
       out.add(made);
     }},
    // tensor -> the same or a contiguous copy, and the address of its elements
    {"elements",
     [](Arguments& in, Results& out) {
       const Tensor dense = in.tensor().value().contiguous();
       out.number(address(dense));
       out.add(dense);
     }},
    {"item", [](Arguments& in, Results& out) { out.number(in.tensor().value().item()); }},
    {"print",
     [](Arguments& in, Results& out) {
       text() = tensor::to_string(in.tensor().value());
       out.with_text();
     }},
    // tensor; the text is its name -> a leaf that requires a gradient and shares the elements
    {"variable",
     [](Arguments& in, Results& out) { out.add(Variable(in.tensor().value(), true, text())); }},
    {"gradient",
     [](Arguments& in, Results& out) {
       if (const Tensor& gradient = in.tensor().grad(); gradient.defined()) out.add(gradient);
     }},
    {"zeroGradient", [](Arguments& in, Results&) { in.tensor().zero_grad(); }},
    // tensor; the text is the name that it has on the tape
    {"setName",
     [](Arguments& in, Results&) {
       if (const Variable v = in.tensor(); v.node()) v.node()->name = text();
     }},
    {"manualSeed",
     [](Arguments& in, Results&) { set_seed(static_cast<std::uint64_t>(in.number())); }},
    // n, seed, stream -> the numbers below n in the order that tensor::Random gives them
    {"permutation",
     [](Arguments& in, Results& out) {
       const std::int64_t n = in.integer();
       const auto seed = static_cast<std::uint64_t>(in.number());
       const tensor::Random random(seed, static_cast<std::uint64_t>(in.number()));
       out.add(Tensor::from(random.permutation(n), {n}));
     }},
    {"memory",
     [](Arguments&, Results& out) {
       out.number(live_tensors());
       out.number(static_cast<double>(emscripten_get_heap_size()));
     }},
};

}  // namespace

std::span<const Function> value_functions() { return kValueFunctions; }

}  // namespace odin::web
