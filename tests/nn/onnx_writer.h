#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <variant>
#include <vector>

// Writes ONNX models for tests: protocol buffers by the rules of their format, with the field
// numbers of onnx.proto. Nothing is checked, so that broken models can be made too.

namespace odin::tests::onnx {

/// A protocol buffer message.
struct Message {
  std::string bytes;

  Message& raw_varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
    bytes += static_cast<char>(value);
    return *this;
  }
  Message& tag(int field, int type) {
    return raw_varint(static_cast<std::uint64_t>(field) << 3 | static_cast<unsigned>(type));
  }
  Message& integer(int field, std::int64_t value) {
    return tag(field, 0).raw_varint(static_cast<std::uint64_t>(value));
  }
  Message& number(int field, float value) {
    tag(field, 5);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Message& text(int field, const std::string& value) {
    tag(field, 2).raw_varint(value.size());
    bytes += value;
    return *this;
  }
  Message& message(int field, const Message& value) { return text(field, value.bytes); }
};

inline Message dims_message(const std::vector<std::int64_t>& dims, int field = 1) {
  Message m;
  for (const std::int64_t dim : dims) m.integer(field, dim);
  return m;
}

template <class T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

inline constexpr int kFloat = 1, kUint8 = 2, kInt32 = 6, kInt64 = 7, kBool = 9, kFloat16 = 10,
                     kDouble = 11, kBfloat16 = 16;

/// A tensor whose elements are raw bytes.
inline Message raw_tensor(const std::string& name, const std::vector<std::int64_t>& dims, int type,
                          const std::string& raw) {
  return dims_message(dims).integer(2, type).text(8, name).text(9, raw);
}
inline Message floats(const std::string& name, const std::vector<std::int64_t>& dims,
                      const std::vector<float>& values) {
  return raw_tensor(name, dims, kFloat, bytes_of(values));
}
inline Message integers(const std::string& name, const std::vector<std::int64_t>& values) {
  return raw_tensor(name, {static_cast<std::int64_t>(values.size())}, kInt64, bytes_of(values));
}
/// Without dimensions.
inline Message integer(const std::string& name, std::int64_t value) {
  return raw_tensor(name, {}, kInt64, bytes_of(std::vector{value}));
}

struct Attribute {
  std::string name;
  std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, Message> value;

  Message message() const {
    Message m;
    m.text(1, name);
    if (const auto* i = std::get_if<std::int64_t>(&value)) m.integer(3, *i).integer(20, 2);
    if (const auto* f = std::get_if<float>(&value)) m.number(2, *f).integer(20, 1);
    if (const auto* s = std::get_if<std::string>(&value)) m.text(4, *s).integer(20, 3);
    if (const auto* t = std::get_if<Message>(&value)) m.message(5, *t).integer(20, 4);
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) {
      for (const std::int64_t i : *list) m.integer(8, i);
      m.integer(20, 7);
    }
    return m;
  }
};

/// An attribute from an int, a double, a text or a tensor; list() makes one of integers.
inline Attribute attribute(const std::string& name, std::int64_t value) { return {name, value}; }
inline Attribute attribute(const std::string& name, int value) {
  return {name, std::int64_t{value}};
}
inline Attribute attribute(const std::string& name, double value) {
  return {name, static_cast<float>(value)};
}
inline Attribute attribute(const std::string& name, const char* value) {
  return {name, std::string(value)};
}
inline Attribute list(const std::string& name, std::vector<std::int64_t> value) {
  return {name, std::move(value)};
}
inline Attribute attribute(const std::string& name, const Message& tensor) {
  return {name, tensor};
}

class Model {
 public:
  explicit Model(std::int64_t opset = 17) : opset_(opset) {}

  /// A size below 0 is not a number in the file.
  Model& input(const std::string& name, const std::vector<std::int64_t>& dims, int type = kFloat) {
    graph_.message(11, value(name, dims, type));
    return *this;
  }
  Model& output(const std::string& name) {
    graph_.message(12, value(name, {-1, -1}, kFloat));
    return *this;
  }
  Model& tensor(const Message& tensor) {
    graph_.message(5, tensor);
    return *this;
  }
  Model& node(const std::string& op, const std::vector<std::string>& inputs,
              const std::vector<std::string>& outputs,
              const std::vector<Attribute>& attributes = {}, const std::string& domain = "") {
    graph_.message(1, node_message(op, inputs, outputs, attributes, domain));
    return *this;
  }
  static Message node_message(const std::string& op, const std::vector<std::string>& inputs,
                              const std::vector<std::string>& outputs,
                              const std::vector<Attribute>& attributes = {},
                              const std::string& domain = "") {
    Message m;
    for (const std::string& name : inputs) m.text(1, name);
    for (const std::string& name : outputs) m.text(2, name);
    m.text(3, outputs.empty() ? op : "node_" + outputs.front()).text(4, op);
    for (const Attribute& a : attributes) m.message(5, a.message());
    if (!domain.empty()) m.text(7, domain);
    return m;
  }
  /// For fields that have no function here.
  Message& graph() { return graph_; }

  std::string bytes() const {
    Message opset;
    opset.text(1, "").integer(2, opset_);
    Message graph = graph_;
    graph.text(2, "test");
    return Message()
        .integer(1, 8)
        .text(2, "odin's tests")
        .message(7, graph)
        .message(8, opset)
        .bytes;
  }

 private:
  static Message value(const std::string& name, const std::vector<std::int64_t>& dims, int type) {
    Message shape;
    for (const std::int64_t dim : dims)
      shape.message(1, dim < 0 ? Message().text(2, "size") : Message().integer(1, dim));
    const Message tensor = Message().integer(1, type).message(2, shape);
    return Message().text(1, name).message(2, Message().message(1, tensor));
  }

  std::int64_t opset_;
  Message graph_;
};

}  // namespace odin::tests::onnx
