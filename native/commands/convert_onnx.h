#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "odin/native/commands/input_options.h"

namespace odin::native {

struct OnnxOptions {
  std::string classes_file;  ///< empty: the classes are numbered
  InputOptions input;
  std::string output;  ///< name of the logits; empty: the only output
  bool half;           ///< weights as float16
};

/// Writes a model file made of the ONNX model in `bytes`, which lies at `path`. Notes say what was
/// changed or assumed. Errors name `path`; nothing is written then.
int convert_onnx(std::span<const std::byte> bytes, const std::string& path, const std::string& to,
                 const OnnxOptions& options, bool quiet);

}  // namespace odin::native
