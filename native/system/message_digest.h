#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace odin::native {

/// A digest of bytes that come one after the other.
class MessageDigest {
 public:
  enum class Kind { sha256, md5 };
  explicit MessageDigest(Kind kind);
  ~MessageDigest();
  MessageDigest(const MessageDigest&) = delete;
  MessageDigest& operator=(const MessageDigest&) = delete;

  void add(std::span<const std::byte> bytes);
  /// Of SHA-256 32 bytes, of MD5 16. To be called once, at the end.
  std::vector<std::byte> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace odin::native
