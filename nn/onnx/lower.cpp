#include "odin/nn/onnx/lower.h"

#include <algorithm>

#include "odin/nn/graph/graph_shapes.h"
#include "odin/nn/io/elements.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/onnx/any_size.h"
#include "odin/nn/onnx/patterns.h"
#include "odin/nn/onnx/support.h"
#include "odin/nn/onnx/tensor_data.h"
#include "odin/tensor/ops/reduce.h"

namespace odin::nn::onnx {
namespace {

constexpr std::int64_t kMostChannels = 256, kMostPixelsASide = 1024;

std::int64_t element_count(const Graph& graph) {
  std::int64_t count = 0;
  for (const StoredTensor& tensor : graph.initializers)
    if (tensor.dims.size() <= Shape::kMaxRank) {
      const std::int64_t own = stored_numel(Shape(std::span(tensor.dims)));
      require(own <= graph::kMostElements * 16 - count, "its tensors are too large");
      count += own;
    }
  return count;
}

/// As TensorFlow has images: [N,H,W,C], with one or three channels and more rows and columns.
bool has_channels_last(const std::vector<Dim>& dims) {
  if (!dims[3] || (*dims[3] != 1 && *dims[3] != 3)) return false;
  const auto is_side = [&](const Dim& dim) { return !dim || *dim < 1 || *dim > *dims[3]; };
  return is_side(dims[1]) && is_side(dims[2]);
}

class Lowerer {
 public:
  Lowerer(const Model& model, const LowerOptions& options)
      : model_(model),
        options_(options),
        opset_(checked_opset(model)),
        builder_(kOwnElements + 4 * element_count(model.graph), options.folder) {}

  Network run() {
    const std::string output = chosen_output();
    const std::vector<const Node*> nodes = needed_nodes(model_.graph, output);
    check_supported(nodes);
    require(model_.graph.sparse_initializers == 0, "sparse tensors are not supported");
    for (const StoredTensor& tensor : model_.graph.initializers)
      require(initializers_.emplace(tensor.name, &tensor).second, "two tensors are named ",
              quote(tensor.name));
    add_image();
    for (const Node* node : nodes) lower(*node);
    return finish(values_.at(output));
  }

 private:
  /// For constants beside those in the file.
  static constexpr std::int64_t kOwnElements = std::int64_t{1} << 24;

  std::string chosen_output() const {
    const auto& outputs = model_.graph.outputs;
    if (!options_.output.empty()) return options_.output;
    std::string names;
    for (const auto& output : outputs)
      if (names.size() < 500) names += (names.empty() ? "" : ", ") + quote(output.name);
    require(!outputs.empty(), "it has no output");
    require(outputs.size() == 1, "it has ", outputs.size(), " outputs, ", names,
            ": choose the one with the logits (--output)");
    require(outputs.front().kind == "tensor", "its output ", names, " is a ", outputs.front().kind,
            ", expected a tensor of logits");
    return outputs.front().name;
  }

  /// The model's one input that is no initializer.
  const GraphValue& image_input() const {
    std::vector<const GraphValue*> images;
    std::string names;
    for (const GraphValue& input : model_.graph.inputs) {
      if (initializers_.contains(input.name)) continue;
      images.push_back(&input);
      if (names.size() < 500) names += (names.empty() ? "" : ", ") + quote(input.name);
    }
    require(images.size() == 1, "it has ", images.size(), " inputs", images.empty() ? "" : ", ",
            names, ": expected one, the images");
    return *images.front();
  }

  void add_image() {
    const GraphValue& image = image_input();
    const std::string what = "its input " + quote(image.name);
    require(image.kind == "tensor", what, " is a ", image.kind, ", expected a tensor of images");
    const auto type = static_cast<ElementType>(image.type);
    require(type == ElementType::f32 || type == ElementType::f16 || type == ElementType::f64 ||
                type == ElementType::bf16,
            what, " has elements of type ", image.type, " of ONNX, expected floats");
    require(image.dims && image.dims->size() == 4, what, " has ",
            image.dims ? std::to_string(image.dims->size()) : "an unknown number of",
            " dimensions, expected images [N,C,H,W]");
    const std::vector<Dim>& dims = *image.dims;
    if (dims[0] && *dims[0] > 0) {
      constexpr std::int64_t kMostImages = 1 << 16;
      require(*dims[0] <= kMostImages, what, " takes ", *dims[0], " images at once, at most ",
              kMostImages, " are supported");
      fixed_batch_ = *dims[0];
      network_.notes.push_back("the model was exported for " + std::to_string(*fixed_batch_) +
                               (*fixed_batch_ == 1 ? " image" : " images") +
                               " at once; it is made to take any number");
    }
    const bool channels_last = has_channels_last(dims);
    network_.input = {
        .channels =
            checked_size(channels_last ? dims[3] : dims[1], what, "channels", kMostChannels, {}),
        .height =
            checked_size(dims[channels_last ? 1 : 2], what, "rows", kMostPixelsASide, height()),
        .width =
            checked_size(dims[channels_last ? 2 : 3], what, "columns", kMostPixelsASide, width())};
    Value x = builder_.input("input", {network_.input.batch(2), network_.input.batch(3)});
    builder_.set_label(image.name);
    if (channels_last) {
      network_.notes.push_back("the model takes images as [N,H,W,C]; it gets them turned");
      x = builder_.transpose(x, {0, 2, 3, 1});
    }
    values_.emplace(image.name, x);
  }

  Dim height() const { return options_.size ? Dim(options_.size->h) : Dim(); }
  Dim width() const { return options_.size ? Dim(options_.size->w) : Dim(); }

  std::int64_t checked_size(const Dim& size, const std::string& what, const char* of,
                            std::int64_t most, const Dim& wanted) const {
    const bool is_fixed = size && *size > 0;
    require(is_fixed || wanted, what, " may have any number of ", of,
            most == kMostPixelsASide ? ": choose the size of the images (--size)"
                                     : ", expected 1 or 3");
    if (!is_fixed) return *wanted;
    require(!wanted || !options_.any_size, what, " has ", *size, " ", of,
            ", not any number: export it with dynamic axes, or leave out --size");
    require(!wanted || *wanted == *size || options_.size_is_default, what, " has ", *size, " ", of,
            ", not ", wanted.value_or(0));
    require(*size <= most, what, " has ", *size, " ", of, ", at most ", most, " are supported");
    return *size;
  }

  void lower(const Node& node) {
    try {
      node.op == "If" ? lower_if(node) : lower_operator(node);
    } catch (const Error& e) {
      const std::string text = e.what();
      if (text.starts_with("node ")) throw;  // one in a branch of this node
      fail(where(node), text);
    }
  }

  void lower_operator(const Node& node) {
    builder_.set_label(node.name.empty() ? node.outputs.at(0) : node.name);
    std::vector<const Value*> inputs;
    for (const std::string& name : node.inputs)
      inputs.push_back(name.empty() ? nullptr : &find(name));
    Call call(node, inputs, opset_, fixed_batch_, builder_);
    const std::vector<Value> results = lowering_table().at(node.op)(call);
    for (std::size_t i = 0; i < std::min(results.size(), node.outputs.size()); ++i)
      if (!node.outputs[i].empty()) define(node.outputs[i], results[i]);
  }

  /// The condition has to be known; the branch that it chooses takes the node's place.
  void lower_if(const Node& node) {
    require(!node.inputs.empty(), "it has no condition");
    const Value& condition = find(node.inputs.front());
    require(condition.is_fixed() && numel(condition.shape[0]) == 1,
            "its condition depends on the images");
    const char* name = condition.known[0].item() != 0 ? "then_branch" : "else_branch";
    for (const Attribute& attribute : node.attributes) {
      if (attribute.name != name || attribute.graph.empty()) continue;
      const Graph& branch = attribute.graph.front();
      for (const StoredTensor& tensor : branch.initializers)
        require(initializers_.emplace(tensor.name, &tensor).second, "two tensors are named ",
                quote(tensor.name));
      for (const Node& inner : branch.nodes) lower(inner);
      for (std::size_t i = 0; i < std::min(branch.outputs.size(), node.outputs.size()); ++i)
        define(node.outputs[i], Value(find(branch.outputs[i].name)));
      return;
    }
    fail("it has no ", name);
  }

  void define(const std::string& name, const Value& value) {
    require(values_.emplace(name, value).second, "the name ", quote(name), " is taken");
  }

  const Value& find(const std::string& name) {
    if (const auto found = values_.find(name); found != values_.end()) return found->second;
    const auto tensor = initializers_.find(name);
    require(tensor != initializers_.end(), "there is no ", quote(name),
            " before it: it is missing, or the nodes form a cycle");
    const Elements elements = decode(*tensor->second, options_.folder);
    return values_.emplace(name, known_value(elements.values, elements.integer, name))
        .first->second;
  }

  Network finish(Value logits) {
    require(!logits.is_known(), "its output does not depend on the images");
    const auto flat = [&](std::size_t b) { return Shape{kBatches[b], logits.shape[b][1]}; };
    if (logits.rank() > 2 && numel(logits.shape[0]) == numel(flat(0)) &&
        logits.shape[0][0] == kBatches[0] && logits.shape[1][0] == kBatches[1]) {
      builder_.set_label("logits");
      logits = builder_.reshape(logits, {flat(0), flat(1)});
    }
    require(logits.rank() == 2 && logits.shape[0][0] == kBatches[0] &&
                logits.shape[1][0] == kBatches[1] && logits.shape[0][1] == logits.shape[1][1],
            "its output has shape ", logits.shape[0],
            " for two images, expected logits [2,classes]");
    network_.classes = logits.shape[0][1];
    network_.graph = std::move(builder_.graph);
    network_.graph.output = logits.name;
    network_.tensors = std::move(builder_.tensors);
    simplify(network_);
    for (const auto& [name, tensor] : network_.tensors)
      require(tensor::all_finite(tensor), "tensor ", quote(name),
              " has values that are NaN or infinite");
    graph::check_graph(network_.graph, network_.tensors, network_.input, network_.classes);
    return std::move(network_);
  }

  const Model& model_;
  const LowerOptions& options_;
  std::int64_t opset_;
  Builder builder_;
  std::optional<std::int64_t> fixed_batch_;
  std::map<std::string, const StoredTensor*> initializers_;
  std::map<std::string, Value> values_;
  Network network_{};
};

}  // namespace

Network lower(const Model& model, const LowerOptions& options) {
  try {
    if (!options.any_size) return Lowerer(model, options).run();
    return for_any_size([&](const tensor::Size2d& size) {
      LowerOptions of_size = options;
      of_size.size = size;
      return Lowerer(model, of_size).run();
    });
  } catch (const Error& e) {
    fail("onnx: ", e.what());
  }
}

}  // namespace odin::nn::onnx
