#pragma once

namespace odin::nn {

/// Whether layers join neighbouring operations (batch normalisation and ReLU, say) into one pass
/// over memory. On by default; without it every operation runs on its own, which is the plain path
/// that tests hold the joined one against.
bool fusion_enabled();

/// Turns fusion on or off for the program while it lives.
class FusionScope {
 public:
  explicit FusionScope(bool enabled);
  ~FusionScope();
  FusionScope(const FusionScope&) = delete;
  FusionScope& operator=(const FusionScope&) = delete;

 private:
  bool previous_;
};

}  // namespace odin::nn
