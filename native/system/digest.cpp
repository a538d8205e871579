#include "odin/native/system/digest.h"

#include <sys/types.h>

#include <md5.h>
#include <sha2.h>

#include <fstream>
#include <vector>

#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

class Sha256 {
 public:
  static constexpr const char* kName = "sha256";
  Sha256() { SHA256Init(&context_); }
  void add(const std::uint8_t* bytes, std::size_t size) { SHA256Update(&context_, bytes, size); }
  Sha256Digest finish() {
    Sha256Digest digest;
    SHA256Final(reinterpret_cast<std::uint8_t*>(digest.data()), &context_);
    return digest;
  }

 private:
  SHA2_CTX context_;
};

class Md5 {
 public:
  static constexpr const char* kName = "md5";
  Md5() { MD5Init(&context_); }
  void add(const std::uint8_t* bytes, std::size_t size) { MD5Update(&context_, bytes, size); }
  std::array<std::byte, MD5_DIGEST_LENGTH> finish() {
    std::array<std::byte, MD5_DIGEST_LENGTH> digest;
    MD5Final(reinterpret_cast<std::uint8_t*>(digest.data()), &context_);
    return digest;
  }

 private:
  MD5_CTX context_;
};

std::string hex(std::span<const std::byte> digest) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : digest) {
    text += kDigits[std::to_integer<int>(byte >> 4)];
    text += kDigits[std::to_integer<int>(byte & std::byte{15})];
  }
  return text;
}

template <class Algorithm>
std::string hex_of_file(const std::filesystem::path& path) {
  const char* name = Algorithm::kName;
  std::ifstream in(path, std::ios::binary);
  require(in.is_open(), name, ": ", nn::quote(path.string()), ": cannot be opened");
  Algorithm algorithm;
  std::vector<char> chunk(1 << 16);
  while (in) {
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    algorithm.add(reinterpret_cast<const std::uint8_t*>(chunk.data()),
                  static_cast<std::size_t>(in.gcount()));
  }
  require(in.eof() && !in.bad(), name, ": ", nn::quote(path.string()), ": cannot be read");
  return hex(algorithm.finish());
}

}  // namespace

Sha256Digest sha256(std::span<const std::byte> bytes) {
  Sha256 algorithm;
  algorithm.add(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return algorithm.finish();
}

std::string sha256_hex(std::span<const std::byte> bytes) { return hex(sha256(bytes)); }

std::string sha256_hex_of_file(const std::filesystem::path& path) {
  return hex_of_file<Sha256>(path);
}

std::string md5_hex_of_file(const std::filesystem::path& path) { return hex_of_file<Md5>(path); }

}  // namespace odin::native
