#include "odin/native/system/digest.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>
#include <vector>

#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

class Digest {
 public:
  Digest(const char* name, const EVP_MD* algorithm)
      : name_(name), context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    check(context_ && EVP_DigestInit_ex(context_.get(), algorithm, nullptr) == 1);
  }

  void add(const void* bytes, std::size_t size) {
    check(EVP_DigestUpdate(context_.get(), bytes, size) == 1);
  }

  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    check(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1);
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
      text += "0123456789abcdef"[digest[i] >> 4];
      text += "0123456789abcdef"[digest[i] & 15];
    }
    return text;
  }

 private:
  void check(bool ok) const { require(ok, name_, ": OpenSSL reports an error"); }

  const char* name_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::string hex_of_file(const char* name, const EVP_MD* algorithm,
                        const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  require(in.is_open(), name, ": ", nn::quote(path.string()), ": cannot be opened");
  Digest digest(name, algorithm);
  std::vector<char> chunk(1 << 16);
  while (in) {
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    digest.add(chunk.data(), static_cast<std::size_t>(in.gcount()));
  }
  require(in.eof() && !in.bad(), name, ": ", nn::quote(path.string()), ": cannot be read");
  return digest.hex();
}

}  // namespace

std::string sha256_hex(std::span<const std::byte> bytes) {
  Digest digest("sha256", EVP_sha256());
  digest.add(bytes.data(), bytes.size());
  return digest.hex();
}

std::string sha256_hex_of_file(const std::filesystem::path& path) {
  return hex_of_file("sha256", EVP_sha256(), path);
}

std::string md5_hex_of_file(const std::filesystem::path& path) {
  return hex_of_file("md5", EVP_md5(), path);
}

}  // namespace odin::native
