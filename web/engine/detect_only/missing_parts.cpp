#include "../engine.h"
#include "odin/nn/graph/graph_network.h"

// What only the full module has. Defined here, none of it is taken from the libraries.

namespace odin {

std::unique_ptr<nn::Module> nn::make_graph_network(std::string_view, const StateDict&,
                                                   const InputSize&, std::int64_t) {
  throw web::FullModuleNeeded();
}

namespace web {

val method_scores(const val&, Model&, const DetectorOptions&, const tensor::Tensor&) {
  throw FullModuleNeeded();
}

}  // namespace web
}  // namespace odin
