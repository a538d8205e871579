#include "odin/autograd/observer.h"

#include <doctest/doctest.h>

#include <sstream>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops.h"
#include "odin/tests/autograd/leaf.h"

using namespace odin;
using autograd::Node;
using autograd::Variable;
using tensor::Tensor;
using tests::leaf;

namespace {

/// Records the calls of the observer as text: "mul(2,3)=6" and "mul:1".
struct Notes final : autograd::Observer {
  void recorded(const Variable& result, std::span<const Variable> inputs) override {
    text << result.node()->name << '(';
    for (const Variable& input : inputs)
      text << (&input == &inputs[0] ? "" : ",") << input.value().item();
    text << ")=" << result.value().item() << ' ';
  }
  void reached(const Node& node, const Tensor& gradient) override {
    text << node.name << ':' << gradient.item() << ' ';
  }
  std::ostringstream text;
};

}  // namespace

TEST_SUITE("autograd") {
  TEST_CASE("an observer sees every operation recorded and every whole gradient of the walk back") {
    const Variable a = leaf(2, "a"), b = leaf(3, "b"), constant(Tensor::scalar(10));
    Notes notes;
    {
      const autograd::ObserverScope scope(notes);
      mul(constant, constant);  // not recorded: no input requires a gradient
      const Variable c = mul(a, b);
      const Variable squared = mul(c, c);
      autograd::backward(add(squared, mul(constant, c)));
    }
    CHECK(notes.text.str() ==
          "mul(2,3)=6 mul(6,6)=36 mul(10,6)=60 add(36,60)=96 "
          "add:1 mul:1 mul:1 mul:22 b:44 a:66 ");
  }

  TEST_CASE("an observer of grad() sees only what lies on the way") {
    const Variable a = leaf(2, "a"), b = leaf(3, "b");
    const Variable y = mul(square(a), exp(b));
    Notes notes;
    const autograd::ObserverScope scope(notes);
    autograd::grad(y, a);
    CHECK(notes.text.str().find("square:") != std::string::npos);
    CHECK(notes.text.str().find("exp:") == std::string::npos);
    CHECK(notes.text.str().find("b:") == std::string::npos);
  }

  TEST_CASE("the innermost observer sees, and the one before it again afterwards") {
    Notes outer, inner;
    const Variable a = leaf(2, "a");
    const autograd::ObserverScope scope(outer);
    {
      const autograd::ObserverScope nested(inner);
      CHECK(autograd::observer.get() == &inner);
      square(a);
    }
    neg(a);
    CHECK(inner.text.str() == "square(2)=4 ");
    CHECK(outer.text.str() == "neg(2)=-2 ");
  }
}
