#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "odin/native/pictures/picture.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/tensor/random.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/tests/nn/onnx_writer.h"

// `odin convert model.onnx`, and the other commands with the file that comes out.

using namespace odin;
using tests::contains;
using tests::Result;
using tests::Workshop;
using tests::onnx::attribute;
using tests::onnx::list;

namespace {

std::vector<float> random_numbers(std::int64_t count, std::uint64_t seed) {
  return tensor::Random(seed).normal({count}).to_vector<float>();
}

/// Three classes of pictures; `build` may add to it.
tests::onnx::Model three_classes(const std::vector<std::int64_t>& dims) {
  tests::onnx::Model m(13);
  m.input("x", dims);
  m.tensor(tests::onnx::floats("w", {4, dims[1], 3, 3}, random_numbers(4 * dims[1] * 9, 1)));
  m.tensor(tests::onnx::floats("fc", {3, 4}, random_numbers(12, 2)));
  m.node("Conv", {"x", "w"}, {"c"}).node("Relu", {"c"}, {"r"});
  m.node("GlobalAveragePool", {"r"}, {"p"}).node("Flatten", {"p"}, {"f"});
  return m.node("Gemm", {"f", "fc"}, {"logits"}, {attribute("transB", 1)})
      .node("Softmax", {"logits"}, {"y"}, {attribute("axis", 1)});
}

void write_onnx(const Workshop& w, const std::string& name, const tests::onnx::Model& model) {
  const std::string bytes = model.bytes();
  nn::write_file_atomically(w.path(name), tests::as_bytes(bytes));
}

nn::ModelInfo info_of(const Workshop& w, const std::string& name) {
  return nn::parse_model_info(nn::read_safetensors(w.path(name)), name);
}

double score_of(const Result& detected) {
  return nlohmann::json::parse(detected.out).at("odin").get<double>();
}

/// For pictures of these sizes the network of any size, net.safetensors, says what the network says
/// that is made of `onnx` for their size alone.
void check_judges_as_made_for(const Workshop& w, const std::string& onnx,
                              std::initializer_list<tensor::Size2d> sizes) {
  for (const tensor::Size2d& size : sizes) {
    const std::string text = std::to_string(size.h) + "x" + std::to_string(size.w);
    CAPTURE(text);
    native::save_png(w.path(text + ".png"), tensor::Random(5).uniform({3, size.h, size.w}));
    CHECK(w.run("convert " + onnx + " one.safetensors --size " + text).status == 0);
    const Result one = w.run("detect --json --model one.safetensors " + text + ".png");
    const Result any = w.run("detect --json --model net.safetensors " + text + ".png");
    CHECK(any.status == 0);
    CHECK(score_of(any) == score_of(one));
  }
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("odin convert makes a model file of an ONNX model, and every command takes it") {
    const Workshop w;
    write_onnx(w, "m.onnx", three_classes({-1, 3, 20, 24}).output("y"));
    std::ofstream(w.path("names.txt")) << "cat\ndog\nowl\n";
    const Result made =
        w.run("convert m.onnx net.safetensors --classes names.txt --preset imagenet");
    CHECK(made.status == 0);
    CHECK(contains(made.err, "note: the softmax at the end is left out"));
    CHECK(contains(made.err, "wrote net.safetensors: 5 operations, "));
    const nn::ModelInfo info = info_of(w, "net.safetensors");
    CHECK(info.architecture == "graph");
    CHECK(info.input == nn::InputSize{3, 20, 24});
    CHECK(info.classes == std::vector<std::string>{"cat", "dog", "owl"});
    CHECK(info.mean == std::vector<double>{0.485, 0.456, 0.406});

    const Result judged = w.run("detect --json --model net.safetensors p.png");
    CHECK(judged.status == 0);
    const auto line = nlohmann::json::parse(judged.out);
    CHECK(line.dump().find("\"odin\"") != std::string::npos);
    const Result told = w.run("info net.safetensors");
    CHECK(told.status == 0);
    CHECK(contains(told.out, "architecture     graph\n"));
    CHECK(contains(told.out, "conv2d        4x18x22"));
    CHECK(contains(told.out, "\nall "));
    const Result drawn = w.run("info --dot net.safetensors");
    CHECK(drawn.status == 0);
    CHECK(drawn.out.starts_with("digraph network {\n"));
    CHECK(contains(drawn.out, "n0 -> n1;"));
    CHECK(w.run("bench --model net.safetensors").status == 0);
    const Result half = w.run("convert net.safetensors half.safetensors --half");
    CHECK(half.status == 0);
    CHECK(w.run("detect --model half.safetensors p.png").status == 0);
  }

  TEST_CASE(
      "without class names, mean and std, odin convert says what it takes for an ONNX model") {
    const Workshop w;
    write_onnx(w, "m.onnx", three_classes({1, 1, 16, 16}).output("y"));
    const Result made = w.run("convert m.onnx net.safetensors");
    CHECK(made.status == 0);
    CHECK(contains(made.err, "note: the classes are called 0 to 2 (--classes names them)\n"));
    CHECK(contains(made.err, "note: pixels go into the network as numbers from 0 to 1"));
    CHECK(contains(made.err, "note: the model was exported for 1 image at once"));
    const nn::ModelInfo info = info_of(w, "net.safetensors");
    CHECK(info.classes == std::vector<std::string>{"0", "1", "2"});
    CHECK(info.input == nn::InputSize{1, 16, 16});
    CHECK(w.run("detect --model net.safetensors p.png").status == 0);
    CHECK(w.run("convert --quiet m.onnx net.safetensors --mean 0.5 --std 0.25").err.empty());
    CHECK(info_of(w, "net.safetensors").mean == std::vector<double>{0.5});
  }

  TEST_CASE("the size of an ONNX model that takes any is given") {
    const Workshop w;
    write_onnx(w, "any.onnx", three_classes({-1, 3, -1, -1}).output("y"));
    const Result refused = w.run("convert any.onnx net.safetensors");
    CHECK(refused.status == 1);
    CHECK(contains(refused.err, "--size"));
    CHECK(w.run("convert any.onnx net.safetensors --size 40x48").status == 0);
    CHECK(info_of(w, "net.safetensors").input == nn::InputSize{3, 40, 48});
    CHECK(w.run("convert any.onnx net.safetensors --preset imagenet").status == 0);
    CHECK(info_of(w, "net.safetensors").input == nn::InputSize{3, 224, 224});
  }

  TEST_CASE("an ONNX model that takes any size can keep it") {
    const Workshop w;
    write_onnx(w, "any.onnx", three_classes({-1, 3, -1, -1}).output("y"));
    const Result made = w.run("convert any.onnx net.safetensors --size any");
    CHECK(made.status == 0);
    CHECK(contains(made.err, "pictures of any size"));
    CHECK(info_of(w, "net.safetensors").input.any());
    check_judges_as_made_for(w, "any.onnx", {{31, 44}, {57, 20}});
    CHECK(w.run("detect --model net.safetensors 31x44.png 57x20.png").status == 0);
    CHECK(contains(w.run("info net.safetensors").out, "any"));
  }

  TEST_CASE("reshapes follow pictures of any size: a channel shuffle, and positions as one list") {
    const Workshop w;
    tests::onnx::Model m(13);
    m.input("x", {-1, 3, -1, -1});
    m.tensor(tests::onnx::floats("w", {4, 3, 3, 3}, random_numbers(108, 1)));
    m.tensor(tests::onnx::floats("fc", {3, 4}, random_numbers(12, 2)));
    for (const auto& [name, values] :
         std::map<std::string, std::vector<std::int64_t>>{{"from", {2}},
                                                          {"to", {4}},
                                                          {"apart", {0, 2, 2}},
                                                          {"joined", {0, 4}},
                                                          {"rows", {0, 4, -1}}})
      m.tensor(tests::onnx::integers(name, values));
    m.node("Conv", {"x", "w"}, {"c"}, {list("strides", {2, 1})});
    m.node("Shape", {"c"}, {"size"}).node("Slice", {"size", "from", "to"}, {"sides"});
    m.node("Concat", {"apart", "sides"}, {"groups"}, {attribute("axis", 0)});
    m.node("Concat", {"joined", "sides"}, {"channels"}, {attribute("axis", 0)});
    m.node("Reshape", {"c", "groups"}, {"g"});
    m.node("Transpose", {"g"}, {"t"}, {list("perm", {0, 2, 1, 3, 4})});
    m.node("Reshape", {"t", "channels"}, {"shuffled"}).node("Relu", {"shuffled"}, {"r"});
    m.node("Reshape", {"r", "rows"}, {"list"});
    m.node("ReduceMean", {"list"}, {"p"}, {list("axes", {2}), attribute("keepdims", 0)});
    m.node("Gemm", {"p", "fc"}, {"y"}, {attribute("transB", 1)});
    write_onnx(w, "shuffle.onnx", m.output("y"));
    CHECK(w.run("convert shuffle.onnx net.safetensors --size any").status == 0);
    const std::string graph = info_of(w, "net.safetensors").graph;
    CHECK(contains(graph, R"("shape":["N",2,2,"d2","d3"])"));
    CHECK(contains(graph, R"("shape":["N",4,"d3","d4"])"));
    CHECK(contains(graph, R"("shape":["N",4,-1])"));
    check_judges_as_made_for(w, "shuffle.onnx", {{31, 44}, {9, 20}});
  }

  TEST_CASE("an ONNX model that depends on the size of pictures is not made for any") {
    const Workshop w;
    tests::onnx::Model resized(18);
    resized.input("x", {-1, 3, -1, -1});
    resized.tensor(tests::onnx::floats("scales", {4}, {1, 1, 2, 2}));
    resized.tensor(tests::onnx::floats("fc", {3, 3}, random_numbers(9, 2)));
    resized.node("Resize", {"x", "", "scales"}, {"r"}, {attribute("mode", "linear")});
    resized.node("GlobalAveragePool", {"r"}, {"p"}).node("Flatten", {"p"}, {"f"});
    write_onnx(w, "resized.onnx", resized.node("MatMul", {"f", "fc"}, {"y"}).output("y"));
    const Result refused = w.run("convert resized.onnx out.safetensors --size any");
    CHECK(refused.status == 1);
    CHECK(refused.error_lines() == 1);
    CHECK(contains(refused.err, "depends on the size of the images: choose a size (--size N)"));
    CHECK_FALSE(std::filesystem::exists(w.path("out.safetensors")));
    CHECK(w.run("convert resized.onnx out.safetensors --size 24").status == 0);
  }

  TEST_CASE("what is wrong with an ONNX model is one line, and nothing is written") {
    const Workshop w;
    write_onnx(w, "good.onnx", three_classes({-1, 3, 16, 16}).output("y"));
    write_onnx(w, "two.onnx", three_classes({-1, 3, 16, 16}).output("y").output("logits"));
    write_onnx(w, "lstm.onnx",
               three_classes({-1, 3, 16, 16}).node("LSTM", {"y"}, {"z"}).output("z"));
    const std::string bytes = three_classes({-1, 3, 16, 16}).output("y").bytes();
    nn::write_file_atomically(w.path("short.onnx"),
                              tests::as_bytes(std::string_view(bytes).substr(0, 400)));
    std::ofstream(w.path("two.txt")) << "cat\ndog\n";
    const std::pair<const char*, const char*> kinds[] = {
        {"two.onnx out.safetensors", "it has 2 outputs, 'y', 'logits'"},
        {"lstm.onnx out.safetensors", "LSTM (1, first in 'node_z')"},
        {"short.onnx out.safetensors", "damaged, cut short or no ONNX model"},
        {"good.onnx out.safetensors --classes two.txt",
         "the network has 3 classes, 'two.txt' names 2"},
        {"good.onnx out.safetensors --size 32", "has 16 rows, not 32"},
        {"good.onnx out.safetensors --size any", "has 16 rows, not any number"},
        {"good.onnx out.safetensors --mean 0.5,0.5,0.5", "--mean and --std belong together"},
        {"good.onnx out.safetensors --mean 0.5 --std 0.5", "channels"},
        {"good.onnx out.safetensors --arch wrn-10-1", "needs no --arch"},
        {"good.onnx out.safetensors --output gone", "'gone'"},
        {"m.safetensors out.safetensors --output y", "--output is for ONNX models"},
    };
    for (const auto& [arguments, what] : kinds) {
      CAPTURE_BOUND(arguments);
      const Result r = w.run(std::string("convert ") + arguments);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(contains(r.err, what));
      CHECK_FALSE(std::filesystem::exists(w.path("out.safetensors")));
    }
    CHECK(w.run("convert two.onnx out.safetensors --output logits").status == 0);
    const Result as_model = w.run("detect --model good.onnx p.png");
    CHECK(as_model.status == 1);
    CHECK(contains(as_model.err, "an ONNX model, not a model file (odin convert makes one of it)"));
  }

  TEST_CASE("commands that cannot work with a network made of an ONNX model say so") {
    const Workshop w;
    write_onnx(w, "m.onnx", three_classes({-1, 3, 32, 32}).output("y"));
    REQUIRE(w.run("convert m.onnx net.safetensors").status == 0);
    for (const char* arguments : {"train --from net.safetensors --data photos --save t.safetensors",
                                  "bench --arch graph"}) {
      CAPTURE(arguments);
      const Result r = w.run(arguments);
      CHECK(r.status != 0);
      CHECK(r.error_lines() >= 1);
    }
  }
}
