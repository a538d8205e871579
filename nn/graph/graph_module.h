#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "odin/nn/graph/graph.h"
#include "odin/nn/graph/last_layer.h"
#include "odin/nn/graph/plan.h"
#include "odin/nn/input_size.h"
#include "odin/nn/module.h"

namespace odin::nn {

/// A network given as a graph (graph/graph.h), as `odin convert` makes them of ONNX models. Its
/// tensors have the names that the nodes use: weights, biases and scales are parameters, all others
/// buffers. Zero until they are loaded.
///
/// For evaluation only: batch normalizations use their running statistics, and forward() throws in
/// training mode.
class GraphModule final : public Module {
 public:
  /// Takes names and shapes of `tensors`, not their values, and leaves out those that no node uses.
  /// Throws unless the graph makes logits [N,classes] of images of this size.
  GraphModule(graph::Graph graph, const StateDict& tensors, const InputSize& input,
              std::int64_t classes);

  Variable forward(const Variable& x) const override;
  const graph::Graph& graph() const { return graph_; }

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE;

 private:
  /// Where a step's input is: a value of this pass, or a tensor of the network.
  struct Operand {
    std::size_t value = 0;
    const Variable* parameter = nullptr;
    const Tensor* buffer = nullptr;
  };
  struct PlacedStep {
    graph::Step step;
    std::vector<Operand> inputs;
    std::size_t output;
    std::vector<std::size_t> last_uses;  ///< values that no later step needs
  };
  /// A way to compute the graph, with places for its values.
  struct Plan {
    std::vector<PlacedStep> steps;
    std::size_t values = 0, output = 0;
    std::optional<std::size_t> last_layer = {};  ///< the step that computes it
  };

  void make_tensors(const StateDict& shapes);
  Plan placed(std::vector<graph::Step> steps) const;
  const Plan& plan() const;
  std::vector<Variable> inputs_of(const PlacedStep& placed,
                                  const std::vector<Variable>& values) const;
  Variable run(const PlacedStep& placed, const std::vector<Variable>& values,
               std::int64_t batch) const;
  /// Tells nn::forward_features() what the last layer read and that it computed y.
  void note_last_layer(const std::vector<Variable>& inputs, const Variable& y) const;

  graph::Graph graph_;
  InputSize input_;
  std::int64_t classes_;
  std::optional<graph::LastLayerNode> last_layer_;
  std::map<std::string, Variable> parameters_;
  std::map<std::string, Tensor> buffers_;
  Plan plain_, fused_;
};

}  // namespace odin::nn
