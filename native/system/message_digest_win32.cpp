#include <windows.h>

#include <bcrypt.h>

#include <algorithm>

#include "odin/native/system/message_digest.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

void check_digest(NTSTATUS status) {
  require(status >= 0, "Windows computes no digest: status ", status);
}

}  // namespace

struct MessageDigest::State {
  BCRYPT_ALG_HANDLE algorithm = nullptr;
  BCRYPT_HASH_HANDLE hash = nullptr;
  std::size_t bytes = 0;

  ~State() {
    if (hash) BCryptDestroyHash(hash);
    if (algorithm) BCryptCloseAlgorithmProvider(algorithm, 0);
  }
};

MessageDigest::MessageDigest(Kind kind) : state_(new State) {
  const bool is_sha256 = kind == Kind::sha256;
  state_->bytes = is_sha256 ? 32 : 16;
  check_digest(BCryptOpenAlgorithmProvider(
      &state_->algorithm, is_sha256 ? BCRYPT_SHA256_ALGORITHM : BCRYPT_MD5_ALGORITHM, nullptr, 0));
  check_digest(BCryptCreateHash(state_->algorithm, &state_->hash, nullptr, 0, nullptr, 0, 0));
}

MessageDigest::~MessageDigest() = default;

void MessageDigest::add(std::span<const std::byte> bytes) {
  constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;
  while (!bytes.empty()) {
    const auto piece = bytes.first(std::min(bytes.size(), kMostAtOnce));
    auto* data = reinterpret_cast<UCHAR*>(const_cast<std::byte*>(piece.data()));
    check_digest(BCryptHashData(state_->hash, data, static_cast<ULONG>(piece.size()), 0));
    bytes = bytes.subspan(piece.size());
  }
}

std::vector<std::byte> MessageDigest::finish() {
  std::vector<std::byte> digest(state_->bytes);
  check_digest(BCryptFinishHash(state_->hash, reinterpret_cast<UCHAR*>(digest.data()),
                                static_cast<ULONG>(digest.size()), 0));
  return digest;
}

}  // namespace odin::native
