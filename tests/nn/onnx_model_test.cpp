#include <doctest/doctest.h>

#include "odin/nn/io/half.h"
#include "odin/nn/onnx/tensor_data.h"
#include "odin/tensor/random.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/onnx_network.h"

// What an ONNX file says, and files that are broken or made to do harm.

using namespace odin;
using tensor::Tensor;
using tests::contains;
using tests::error_of;
using tests::lowered;
using tests::operations_of;
using tests::onnx::attribute;
using tests::onnx::list;
using tests::onnx::Message;

namespace {

/// x + c, flattened, where c [2] is the given tensor.
std::string sum_model(const Message& constant) {
  return tests::onnx::Model(17)
      .input("x", {-1, 1, 1, 2})
      .tensor(constant)
      .node("Cast", {"c"}, {"f"}, {attribute("to", 1)})
      .node("Add", {"x", "f"}, {"y"})
      .node("Flatten", {"y"}, {"logits"})
      .output("logits")
      .bytes();
}

std::vector<float> sum_with(const Message& constant) {
  return tests::logits_of(sum_model(constant), Tensor::zeros({1, 1, 1, 2})).to_vector<float>();
}

Message typed(int type) { return tests::onnx::dims_message({2}).integer(2, type).text(8, "c"); }

Message external(const std::string& location, const char* offset, const char* length) {
  Message m = tests::onnx::dims_message({2}).integer(2, tests::onnx::kFloat).text(8, "c");
  m.message(13, Message().text(1, "location").text(2, location));
  if (offset) m.message(13, Message().text(1, "offset").text(2, offset));
  if (length) m.message(13, Message().text(1, "length").text(2, length));
  return m.integer(14, 1);
}

/// A small network of every part: convolution, batch norm, pooling, a linear layer.
std::string small_network() {
  const auto numbers = [](std::int64_t n, std::uint64_t seed) {
    return tensor::Random(seed).uniform({n}).to_vector<float>();
  };
  tests::onnx::Model m(13);
  m.input("x", {-1, 3, 8, 8});
  m.tensor(tests::onnx::floats("w", {4, 3, 3, 3}, numbers(108, 1)));
  for (const char* name : {"s", "b", "m", "v"})
    m.tensor(tests::onnx::floats(name, {4}, numbers(4, 2)));
  m.tensor(tests::onnx::floats("fc", {5, 4}, numbers(20, 3)));
  m.tensor(tests::onnx::floats("bias", {5}, numbers(5, 4)));
  m.node("Conv", {"x", "w"}, {"c"}).node("BatchNormalization", {"c", "s", "b", "m", "v"}, {"n"});
  m.node("Relu", {"n"}, {"r"})
      .node("GlobalAveragePool", {"r"}, {"p"})
      .node("Flatten", {"p"}, {"f"});
  m.node("Gemm", {"f", "fc", "bias"}, {"logits"}, {attribute("transB", 1)}).output("logits");
  return m.bytes();
}

std::string refusal(const std::string& bytes, const nn::onnx::LowerOptions& options = {}) {
  const std::string text = error_of([&] { lowered(bytes, options); });
  CHECK(text.starts_with("onnx: "));
  CHECK(text.find('\n') == text.npos);
  return text;
}

/// The refusal of a model that `build` adds nodes to; its images are [N,3,4,4].
template <class F>
std::string refusal_of(F&& build, std::int64_t opset = 17) {
  tests::onnx::Model m(opset);
  m.input("x", {-1, 3, 4, 4});
  build(m);
  return refusal(m.output("y").bytes());
}

}  // namespace

TEST_SUITE("nn onnx") {
  TEST_CASE("elements of a tensor are read from raw bytes and from lists, in every type") {
    using namespace tests::onnx;
    const std::vector<float> expected{1.5f, -2};
    const auto raw = [](int type, const std::string& bytes) {
      return raw_tensor("c", {2}, type, bytes);
    };
    CHECK(sum_with(floats("c", {2}, expected)) == expected);
    CHECK(sum_with(raw(kDouble, bytes_of(std::vector<double>{1.5, -2}))) == expected);
    CHECK(sum_with(raw(kFloat16, bytes_of(std::vector<std::uint16_t>{0x3e00, 0xc000}))) ==
          expected);
    CHECK(sum_with(raw(kBfloat16, bytes_of(std::vector<std::uint16_t>{0x3fc0, 0xc000}))) ==
          expected);
    CHECK(sum_with(typed(kFloat).number(4, 1.5f).number(4, -2)) == expected);  // not packed
    CHECK(sum_with(typed(kFloat).text(4, bytes_of(expected))) == expected);    // packed
    CHECK(sum_with(typed(kDouble).text(10, bytes_of(std::vector<double>{1.5, -2}))) == expected);
    CHECK(sum_with(typed(kFloat16).integer(5, 0x3e00).integer(5, 0xc000)) == expected);
    const std::vector<float> whole{3, -2};
    CHECK(sum_with(raw(kInt64, bytes_of(std::vector<std::int64_t>{3, -2}))) == whole);
    CHECK(sum_with(raw(kInt32, bytes_of(std::vector<std::int32_t>{3, -2}))) == whole);
    CHECK(sum_with(raw(3, bytes_of(std::vector<std::int8_t>{3, -2}))) == whole);
    CHECK(sum_with(raw(kUint8, bytes_of(std::vector<std::uint8_t>{3, 200}))) ==
          std::vector<float>{3, 200});
    CHECK(sum_with(raw(kBool, bytes_of(std::vector<std::uint8_t>{1, 0}))) ==
          std::vector<float>{1, 0});
    CHECK(sum_with(typed(kInt64).integer(7, 3).integer(7, -2)) == whole);
    CHECK(sum_with(typed(kInt32).integer(5, 3).integer(5, -2)) == whole);
    CHECK(sum_with(typed(kInt32).text(5, Message().raw_varint(3).raw_varint(7).bytes)) ==
          std::vector<float>{3, 7});
  }

  TEST_CASE("tensors of a wrong size or type are refused by name") {
    using namespace tests::onnx;
    const auto error = [](const Message& tensor) { return refusal(sum_model(tensor)); };
    CHECK(
        contains(error(raw_tensor("c", {2}, kFloat, "1234567")), "tensor 'c': shape [2] needs 8"));
    CHECK(contains(error(raw_tensor("c", {2}, 14, std::string(16, 'a'))), "type 14"));
    CHECK(contains(error(raw_tensor("c", {1, 1, 1, 1, 1, 1, 2}, kFloat, "12345678")),
                   "7 dimensions"));
    CHECK(contains(error(raw_tensor("c", {-2}, kFloat, "12345678")), "-2"));
    CHECK(contains(error(typed(kFloat).number(4, 1.5f)), "it has 1"));
    const std::int64_t large = std::int64_t{1} << 40;
    CHECK_THROWS_AS(lowered(sum_model(raw_tensor("c", {large, large, large}, kFloat, ""))), Error);
    CHECK_THROWS_AS(lowered(sum_model(raw_tensor("c", {large, 0, large, large}, kFloat, ""))),
                    Error);
  }

  TEST_CASE("elements are read from files beside the model, and from nowhere else") {
    const tests::TempDir dir;
    const std::vector<float> values{7, 1.5f, -2};
    dir.write("models/data.bin", tests::onnx::bytes_of(values));
    dir.write("models/sub/data.bin", tests::onnx::bytes_of(values));
    dir.write("secret.bin", tests::onnx::bytes_of(values));
    std::filesystem::create_symlink(dir.path() / "secret.bin", dir.path() / "models" / "link.bin");
    std::filesystem::create_directory_symlink(dir.path(), dir.path() / "models" / "up");
    const nn::onnx::LowerOptions options{.output = {}, .size = {}, .folder = dir.path() / "models"};
    for (const char* location : {"data.bin", "sub/data.bin", "./data.bin"}) {
      const auto network = lowered(sum_model(external(location, "4", "8")), options);
      CHECK(network.tensors.begin()->second.to_vector<float>() == std::vector<float>{1.5f, -2});
    }
    CHECK(lowered(sum_model(external("data.bin", nullptr, nullptr)), options).tensors.size() == 1);
    const auto error = [&](const std::string& location, const char* offset = "4",
                           const char* length = "8") {
      return refusal(sum_model(external(location, offset, length)), options);
    };
    for (const std::string& location :
         {std::string("../secret.bin"), std::string("sub/../../secret.bin"),
          (dir.path() / "secret.bin").string(), std::string("link.bin"),
          std::string("up/secret.bin"), std::string("/etc/hostname"), std::string("nothing.bin"),
          std::string("sub"), std::string(), std::string("data.bin\0x", 10),
          std::string("..\\secret.bin"), std::string("c:secret.bin")}) {
      CAPTURE(location);
      CHECK(contains(error(location), "only files beside the model are read"));
    }
    CHECK(contains(error("data.bin", "8"), "has 12 bytes, expected 8 from 8 on"));
    CHECK(contains(error("data.bin", "18446744073709551615"), "expected 8 from"));
    CHECK(contains(error("data.bin", "-4"), "expected a number"));
    CHECK(contains(error("data.bin", "0", "12"), "the length is given as 12"));
    CHECK(contains(refusal(sum_model(external("data.bin", "4", "8"))), "in another file"));
  }

  TEST_CASE("a model that is cut short anywhere is refused, or is a model") {
    const std::string bytes = small_network();
    REQUIRE(lowered(bytes).classes == 5);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const std::string text = error_of([&] { lowered(bytes.substr(0, size)); });
      CHECK(text.starts_with(text == "no error" ? "no error" : "onnx: "));
    }
  }

  TEST_CASE("a model with any byte changed is refused, or is a model") {
    const std::string bytes = small_network();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      for (const char changed : {'\x00', '\xff', static_cast<char>(bytes[i] ^ 1)}) {
        std::string other = bytes;
        other[i] = changed;
        const std::string text = error_of([&] { lowered(other); });
        CHECK(text.starts_with(text == "no error" ? "no error" : "onnx: "));
      }
    }
  }

  TEST_CASE("graphs that do not hold together are refused with the node") {
    CHECK(contains(refusal_of([](auto& m) { m.node("Relu", {"gone"}, {"y"}); }),
                   "node 'node_y' (Relu): there is no 'gone'"));
    CHECK(contains(
        refusal_of([](auto& m) {
          m.node("Add", {"x", "b"}, {"a"}).node("Relu", {"a"}, {"b"}).node("Neg", {"b"}, {"y"});
        }),
        "the nodes form a cycle"));
    CHECK(contains(refusal_of([](auto& m) { m.node("Relu", {"y"}, {"y"}); }), "cycle"));
    CHECK(contains(
        refusal_of([](auto& m) { m.node("Relu", {"x"}, {"y"}).node("Neg", {"x"}, {"y"}); }),
        "another node makes 'y' too"));
    CHECK(contains(refusal_of([](auto&) {}), "no nodes"));
    CHECK(contains(refusal_of([](auto& m) { m.node("Relu", {"x"}, {"z"}); }),
                   "no node makes the output 'y'"));
    CHECK(contains(refusal_of([](auto& m) { m.node("Relu", {}, {"y"}); }),
                   "(Relu): input number 1 is missing"));
    CHECK(contains(refusal_of([](auto& m) { m.node("Relu", {"x"}, {"y"}); }),
                   "its output has shape [2,3,4,4] for two images, expected logits"));
  }

  TEST_CASE("shapes that do not fit are refused with node, operator, expected and got") {
    const auto conv = [](std::vector<std::int64_t> shape,
                         std::vector<tests::onnx::Attribute> attributes) {
      return refusal_of([&](auto& m) {
        std::int64_t count = 1;
        for (const std::int64_t size : shape) count *= size;
        m.tensor(
            tests::onnx::floats("w", shape, std::vector<float>(static_cast<std::size_t>(count))));
        m.node("Conv", {"x", "w"}, {"y"}, attributes);
      });
    };
    CHECK(contains(conv({8, 4, 3, 3}, {}),
                   "node 'node_y' (Conv): the input has 3 channels, the weight expects 4"));
    CHECK(contains(conv({8, 3, 5, 3}, {}), "does not fit into the padded input [2,3,4,4]"));
    CHECK(contains(conv({8, 3, 3}, {}), "only two-dimensional"));
    CHECK(contains(conv({8, 3, 3, 3}, {attribute("group", 2)}), "groups"));
    CHECK(contains(conv({8, 3, 3, 3}, {list("strides", {0, 1})}), "'strides' has a 0"));
    CHECK(contains(conv({8, 3, 3, 3}, {list("pads", {-1, 0, 0, 0})}), "padding"));
    const std::int64_t most = std::numeric_limits<std::int64_t>::max();
    CHECK(contains(conv({8, 3, 3, 3}, {list("pads", {most, 0, most, 0})}), "padding"));
    CHECK(contains(
        refusal_of([](auto& m) {
          m.tensor(tests::onnx::integers("s", {2, 5, -1})).node("Reshape", {"x", "s"}, {"y"});
        }),
        "(Reshape): [2,3,4,4] cannot be reshaped to [2,5,-1]"));
    CHECK(contains(refusal_of([&](auto& m) {
                     m.tensor(tests::onnx::integers("s", {most, most, most, most}));
                     m.node("Expand", {"x", "s"}, {"y"});
                   }),
                   "(Expand)"));
    CHECK(contains(refusal_of([&](auto& m) {
                     m.tensor(tests::onnx::integers("s", {1 << 20, 1 << 20}));
                     m.node("ConstantOfShape", {"s"}, {"y"});
                   }),
                   "(ConstantOfShape)"));
    CHECK(contains(refusal_of([](auto& m) {
                     m.tensor(tests::onnx::integers("p", {0, 0, 1 << 29, 0, 0, 0, 1 << 29, 0}));
                     m.node("Pad", {"x", "p"}, {"y"});
                   }),
                   "(Pad)"));
  }

  TEST_CASE("operators that odin does not have are listed all at once") {
    const std::string text = refusal_of([](auto& m) {
      m.node("LSTM", {"x"}, {"a"}).node("NonZero", {"a"}, {"b"}).node("NonZero", {"b"}, {"c"});
      m.node("Relu", {"c"}, {"d"}).node("Fancy", {"d"}, {"y"}, {}, "com.example");
      m.node("GRU", {"x"}, {"unused"});
    });
    CHECK(contains(text, "LSTM (1, first in 'node_a')"));
    CHECK(contains(text, "NonZero (2, first in 'node_b')"));
    CHECK(contains(text, "com.example.Fancy (1, first in 'node_y')"));
    CHECK(!contains(text, "GRU"));  // the output does not need it
    CHECK(!contains(text, "Relu"));
    const std::string quantized = refusal_of([](auto& m) {
      m.node("QuantizeLinear", {"x"}, {"q"}).node("DequantizeLinear", {"q"}, {"y"});
    });
    CHECK(contains(quantized, "DequantizeLinear"));
    CHECK(contains(quantized, "a quantized network has no gradients"));
  }

  TEST_CASE("versions of the operators that odin does not know are refused") {
    for (const std::int64_t opset : {0, 6, 24, 1000})
      CHECK(contains(refusal_of([](auto& m) { m.node("Relu", {"x"}, {"y"}); }, opset),
                     "expected 7 to 23"));
  }

  TEST_CASE("inputs and outputs that are no images and logits are refused") {
    const auto with_input = [](std::vector<std::int64_t> dims, int type) {
      return refusal(tests::onnx::Model(17)
                         .input("x", dims, type)
                         .node("Flatten", {"x"}, {"y"})
                         .output("y")
                         .bytes());
    };
    CHECK(contains(with_input({-1, 8}, tests::onnx::kFloat), "has 2 dimensions"));
    CHECK(contains(with_input({-1, 3, -1, -1}, tests::onnx::kFloat), "--size"));
    CHECK(contains(with_input({-1, -1, 8, 8}, tests::onnx::kFloat), "channels"));
    CHECK(contains(with_input({-1, 3, 5000, 8}, tests::onnx::kFloat), "at most 1024"));
    CHECK(contains(with_input({-1, 3, 8, 8}, tests::onnx::kUint8), "expected floats"));
    const std::string two = refusal(tests::onnx::Model(17)
                                        .input("a", {-1, 3, 8, 8})
                                        .input("b", {-1, 3, 8, 8})
                                        .node("Add", {"a", "b"}, {"y"})
                                        .output("y")
                                        .bytes());
    CHECK(contains(two, "it has 2 inputs, 'a', 'b'"));
    tests::onnx::Model outputs(17);
    outputs.input("x", {-1, 3, 8, 8})
        .node("Flatten", {"x"}, {"first"})
        .node("Neg", {"first"}, {"second"});
    outputs.output("first").output("second");
    CHECK(contains(refusal(outputs.bytes()), "it has 2 outputs, 'first', 'second'"));
    CHECK(operations_of(lowered(outputs.bytes(), {.output = "second"})) == "reshape neg");
    CHECK(contains(refusal(outputs.bytes(), {.output = "third"}), "'third'"));
    tests::onnx::Model sequence(17);
    sequence.input("x", {-1, 3, 8, 8}).node("Flatten", {"x"}, {"y"});
    sequence.graph().message(12,
                             Message().text(1, "y").message(2, Message().message(4, Message())));
    CHECK(contains(refusal(sequence.bytes()), "is a sequence"));
    CHECK(contains(refusal_of([](auto& m) {
                     m.tensor(tests::onnx::floats("c", {2, 5}, std::vector<float>(10)));
                     m.node("Identity", {"c"}, {"y"});
                   }),
                   "does not depend on the images"));
  }

  TEST_CASE("the size of the images is taken where the model leaves it open") {
    const std::string model = tests::onnx::Model(17)
                                  .input("x", {-1, 3, -1, -1})
                                  .node("GlobalAveragePool", {"x"}, {"p"})
                                  .node("Flatten", {"p"}, {"y"})
                                  .output("y")
                                  .bytes();
    CHECK(lowered(model, {.output = {}, .size = tensor::Size2d{20, 30}}).input ==
          nn::InputSize{3, 20, 30});
    const std::string fixed = small_network();
    CHECK(
        contains(refusal(fixed, {.output = {}, .size = tensor::Size2d(16)}), "has 8 rows, not 16"));
    CHECK(
        lowered(fixed, {.output = {}, .size = tensor::Size2d(16), .size_is_default = true}).input ==
        nn::InputSize{3, 8, 8});
  }

  TEST_CASE("sizes beyond all bounds in models for a fixed number of images are refused") {
    const std::int64_t most = std::numeric_limits<std::int64_t>::max();
    const auto model = [](std::int64_t batch, std::vector<std::int64_t> sizes) {
      return tests::onnx::Model(17)
          .input("x", {batch, 3, 8, 8})
          .tensor(tests::onnx::integers("s", sizes))
          .node("Reshape", {"x", "s"}, {"y"})
          .output("y")
          .bytes();
    };
    CHECK(contains(refusal(model(most, {most, -1})), "at most 65536"));
    for (const std::vector<std::int64_t>& sizes :
         {std::vector<std::int64_t>{most, most}, {1, most}, {most - 1, 1, most}, {most, -1}})
      for (const std::int64_t batch : {1, 2, 7})
        CHECK(contains(refusal(model(batch, sizes)), "cannot be reshaped"));
  }

  TEST_CASE("graphs nested in graphs without end are refused") {
    Message graph;
    for (int i = 0; i < 5000; ++i) {
      Message node;
      node.text(4, "If").message(5, Message().text(1, "then_branch").message(6, graph));
      graph = Message().message(1, node);
    }
    const std::string bytes =
        Message().integer(1, 8).message(7, graph).message(8, Message().integer(2, 17)).bytes;
    CHECK(contains(refusal(bytes), "nested"));
  }
}
