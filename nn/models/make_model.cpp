#include "odin/nn/models/make_model.h"

#include "odin/nn/io/quote.h"
#include "odin/nn/models/registry.h"
#include "odin/nn/shapes_only.h"

namespace odin::nn {
std::unique_ptr<Module> make_model(std::string_view architecture, std::int64_t classes,
                                   const InputSize& input) {
  const auto name = parse_architecture(architecture);
  if (!name) fail("model: expected ", architecture_forms(), ", got ", quote(architecture));
  require(classes <= kMostClasses, "model: expected at most ", kMostClasses, " classes, got ",
          classes);
  return name->architecture->make(name->options, classes, input);
}

std::int64_t parameter_count(std::string_view architecture, std::int64_t classes,
                             const InputSize& input) {
  const ShapesOnlyScope scope;
  return make_model(architecture, classes, input)->parameter_count();
}

}  // namespace odin::nn
