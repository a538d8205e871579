#include "odin/native/system/message_digest.h"

#include <sys/types.h>

#include <md5.h>
#include <sha2.h>

#include <cstdint>

namespace odin::native {

struct MessageDigest::State {
  Kind kind;
  SHA2_CTX sha256;
  MD5_CTX md5;
};

MessageDigest::MessageDigest(Kind kind) : state_(new State{kind, {}, {}}) {
  kind == Kind::sha256 ? SHA256Init(&state_->sha256) : MD5Init(&state_->md5);
}

MessageDigest::~MessageDigest() = default;

void MessageDigest::add(std::span<const std::byte> bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  state_->kind == Kind::sha256 ? SHA256Update(&state_->sha256, data, bytes.size())
                               : MD5Update(&state_->md5, data, bytes.size());
}

std::vector<std::byte> MessageDigest::finish() {
  const bool is_sha256 = state_->kind == Kind::sha256;
  std::vector<std::byte> digest(is_sha256 ? SHA256_DIGEST_LENGTH : MD5_DIGEST_LENGTH);
  auto* to = reinterpret_cast<std::uint8_t*>(digest.data());
  is_sha256 ? SHA256Final(to, &state_->sha256) : MD5Final(to, &state_->md5);
  return digest;
}

}  // namespace odin::native
