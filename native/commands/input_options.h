#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "odin/native/commands/command_line.h"
#include "odin/nn/io/model_file.h"

namespace odin::native {

/// A height and width as on the command line; both 0 for "any".
struct GivenSize {
  std::int64_t height, width;
};

/// "64" (a square), "48x64" (height, then width). Throws Error for anything else and for sizes that
/// a model file cannot have.
GivenSize parse_size(const std::string& text);
void set_size(nn::InputSize& input, const GivenSize& size);

/// The options of `odin convert` that say what a network takes and how pictures become that. Empty:
/// as the model file has it, or 32x32, squeezed.
struct InputOptions {
  std::string preset, size, filter;
  std::optional<std::int64_t> shorter, longest;
  std::vector<double> mean, std;

  bool empty() const {
    return preset.empty() && size.empty() && filter.empty() && !shorter && !longest &&
           mean.empty() && std.empty();
  }
};

void add_input_options(Command command, InputOptions& options);

/// Changes what the options name. Throws Error for a size, shorter side or filter that cannot be.
void apply(const InputOptions& options, nn::ModelInfo& info);

}  // namespace odin::native
