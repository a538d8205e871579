#include "odin/model_options.h"

namespace odin {

DetectorOptions options_for(const nn::ModelInfo& info, std::optional<double> temperature,
                            std::optional<double> epsilon, std::optional<double> threshold,
                            Direction direction) {
  DetectorOptions o;
  o.temperature = temperature.value_or(info.temperature.value_or(o.temperature));
  o.epsilon = epsilon.value_or(info.epsilon.value_or(o.epsilon));
  o.direction = direction;
  const bool own = o.temperature == info.temperature && o.epsilon == info.epsilon &&
                   direction == Direction::odin;
  o.threshold = threshold ? threshold : own ? info.threshold : std::nullopt;
  return o;
}

}  // namespace odin
