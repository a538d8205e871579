#include <protozero/pbf_message.hpp>

#include "odin/nn/io/file_kind.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/onnx/model.h"
#include "odin/tensor/error.h"

namespace odin::nn::onnx {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

constexpr auto kLength = pbf_wire_type::length_delimited;
constexpr auto kVarint = pbf_wire_type::varint;
constexpr auto kFixed32 = pbf_wire_type::fixed32;
constexpr auto kFixed64 = pbf_wire_type::fixed64;

/// Graphs in attributes of nodes (If, Loop) lie in one another.
constexpr int kMostLevels = 16;
/// Each part takes two bytes in a file and a hundred times as much here.
constexpr std::size_t kMostParts = 500'000;

class Parser {
 public:
  Model model(pbf_reader message) {
    Model out;
    std::string version;
    while (message.next()) switch (message.tag_and_type()) {
        case tag_and_type(2, kLength): out.producer = text(message); break;
        case tag_and_type(3, kLength): version = text(message); break;
        case tag_and_type(7, kLength): out.graph = graph(message.get_message(), 0); break;
        case tag_and_type(8, kLength): opset(message.get_message(), out); break;
        default: message.skip();
      }
    if (!version.empty()) out.producer += " " + version;
    return out;
  }

 private:
  void count_part() { require(++parts_ <= kMostParts, "it has more than ", kMostParts, " parts"); }

  std::string text(pbf_reader& message) {
    constexpr std::size_t kLongest = 1 << 20;
    const auto view = message.get_view();
    require(view.size() <= kLongest, "a text of ", view.size(), " bytes");
    return std::string(view.data(), view.size());
  }

  void opset(pbf_reader message, Model& out) {
    count_part();
    std::string domain;
    std::int64_t version = 0;
    while (message.next()) switch (message.tag_and_type()) {
        case tag_and_type(1, kLength): domain = text(message); break;
        case tag_and_type(2, kVarint): version = message.get_int64(); break;
        default: message.skip();
      }
    out.opsets[domain == "ai.onnx" ? "" : domain] = version;
  }

  Graph graph(pbf_reader message, int level) {
    require(level < kMostLevels, "its graphs are nested more than ", kMostLevels, " levels deep");
    Graph out;
    while (message.next()) {
      count_part();
      switch (message.tag_and_type()) {
        case tag_and_type(1, kLength):
          out.nodes.push_back(node(message.get_message(), level));
          break;
        case tag_and_type(5, kLength):
          out.initializers.push_back(tensor(message.get_message()));
          break;
        case tag_and_type(11, kLength): out.inputs.push_back(value(message.get_message())); break;
        case tag_and_type(12, kLength): out.outputs.push_back(value(message.get_message())); break;
        case tag_and_type(15, kLength): ++out.sparse_initializers; [[fallthrough]];
        default: message.skip();
      }
    }
    return out;
  }

  Node node(pbf_reader message, int level) {
    Node out;
    while (message.next()) {
      count_part();
      switch (message.tag_and_type()) {
        case tag_and_type(1, kLength): out.inputs.push_back(text(message)); break;
        case tag_and_type(2, kLength): out.outputs.push_back(text(message)); break;
        case tag_and_type(3, kLength): out.name = text(message); break;
        case tag_and_type(4, kLength): out.op = text(message); break;
        case tag_and_type(5, kLength):
          out.attributes.push_back(attribute(message.get_message(), level));
          break;
        case tag_and_type(7, kLength): out.domain = text(message); break;
        default: message.skip();
      }
    }
    if (out.domain == "ai.onnx") out.domain.clear();
    return out;
  }

  Attribute attribute(pbf_reader message, int level) {
    Attribute out;
    while (message.next()) switch (message.tag_and_type()) {
        case tag_and_type(1, kLength): out.name = text(message); break;
        case tag_and_type(2, kFixed32): out.number = message.get_float(); break;
        case tag_and_type(3, kVarint): out.integer = message.get_int64(); break;
        case tag_and_type(4, kLength): out.text = text(message); break;
        case tag_and_type(5, kLength): out.tensor = tensor(message.get_message()); break;
        case tag_and_type(6, kLength):
          out.graph.assign(1, graph(message.get_message(), level + 1));
          break;
        case tag_and_type(7, kFixed32): out.numbers.push_back(message.get_float()); break;
        case tag_and_type(7, kLength): append(message.get_packed_float(), out.numbers); break;
        case tag_and_type(8, kVarint): out.integers.push_back(message.get_int64()); break;
        case tag_and_type(8, kLength): append(message.get_packed_int64(), out.integers); break;
        default: message.skip();
      }
    return out;
  }

  StoredTensor tensor(pbf_reader message) {
    count_part();
    StoredTensor out;
    while (message.next()) switch (message.tag_and_type()) {
        case tag_and_type(1, kVarint): out.dims.push_back(message.get_int64()); break;
        case tag_and_type(1, kLength): append(message.get_packed_int64(), out.dims); break;
        case tag_and_type(2, kVarint): out.type = message.get_int64(); break;
        case tag_and_type(4, kFixed32): out.floats.push_back(message.get_float()); break;
        case tag_and_type(4, kLength): append(message.get_packed_float(), out.floats); break;
        case tag_and_type(5, kVarint):
        case tag_and_type(7, kVarint):
        case tag_and_type(11, kVarint): out.integers.push_back(message.get_int64()); break;
        case tag_and_type(5, kLength):
        case tag_and_type(7, kLength):
        case tag_and_type(11, kLength): append(message.get_packed_int64(), out.integers); break;
        case tag_and_type(8, kLength): out.name = text(message); break;
        case tag_and_type(9, kLength): {
          const auto view = message.get_view();
          out.raw = {view.data(), view.size()};
          break;
        }
        case tag_and_type(10, kFixed64): out.doubles.push_back(message.get_double()); break;
        case tag_and_type(10, kLength): append(message.get_packed_double(), out.doubles); break;
        case tag_and_type(13, kLength): location(message.get_message(), out); break;
        case tag_and_type(14, kVarint): out.external = message.get_int64() == 1; break;
        default: message.skip();
      }
    return out;
  }

  void location(pbf_reader message, StoredTensor& out) {
    count_part();
    std::string key, value;
    while (message.next()) switch (message.tag_and_type()) {
        case tag_and_type(1, kLength): key = text(message); break;
        case tag_and_type(2, kLength): value = text(message); break;
        default: message.skip();
      }
    out.where[key] = value;
  }

  GraphValue value(pbf_reader message) {
    GraphValue out;
    while (message.next()) switch (message.tag_and_type()) {
        case tag_and_type(1, kLength): out.name = text(message); break;
        case tag_and_type(2, kLength): type(message.get_message(), out); break;
        default: message.skip();
      }
    return out;
  }

  void type(pbf_reader message, GraphValue& out) {
    while (message.next()) switch (message.tag_and_type()) {
        case tag_and_type(1, kLength): tensor_type(message.get_message(), out); break;
        case tag_and_type(4, kLength):
          out.kind = "sequence";
          message.skip();
          break;
        case tag_and_type(5, kLength):
          out.kind = "map";
          message.skip();
          break;
        case tag_and_type(8, kLength):
          out.kind = "sparse tensor";
          message.skip();
          break;
        case tag_and_type(9, kLength):
          out.kind = "optional";
          message.skip();
          break;
        default: message.skip();
      }
  }

  void tensor_type(pbf_reader message, GraphValue& out) {
    while (message.next()) switch (message.tag_and_type()) {
        case tag_and_type(1, kVarint): out.type = message.get_int64(); break;
        case tag_and_type(2, kLength): shape(message.get_message(), out.dims.emplace()); break;
        default: message.skip();
      }
  }

  void shape(pbf_reader message, std::vector<Dim>& dims) {
    while (message.next()) switch (message.tag_and_type()) {
        case tag_and_type(1, kLength): dims.push_back(dim(message.get_message())); break;
        default: message.skip();
      }
  }

  Dim dim(pbf_reader message) {
    count_part();
    Dim out;
    while (message.next()) switch (message.tag_and_type()) {
        case tag_and_type(1, kVarint): out = message.get_int64(); break;
        default: message.skip();
      }
    return out;
  }

  template <class Range, class T>
  static void append(const Range& range, std::vector<T>& to) {
    to.insert(to.end(), range.begin(), range.end());
  }

  std::size_t parts_ = 0;
};

Model parse(std::span<const std::byte> bytes) {
  try {
    const protozero::data_view view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    Model model = Parser().model(pbf_reader(view));
    require(!model.opsets.empty() && !model.graph.nodes.empty(),
            "it is not an ONNX model, or it has no nodes");
    return model;
  } catch (const protozero::exception& e) {
    fail("it is damaged, cut short or no ONNX model (", e.what(), ")");
  }
}

}  // namespace

Model parse_model(std::span<const std::byte> bytes) {
  try {
    return parse(bytes);
  } catch (const Error& error) {
    fail("onnx: ", error.what());
  }
}

}  // namespace odin::nn::onnx
