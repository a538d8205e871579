#include "odin/native/system/digest.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "odin/native/system/message_digest.h"
#include "odin/nn/io/input_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

std::string hex(std::span<const std::byte> digest) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : digest) {
    text += kDigits[std::to_integer<int>(byte >> 4)];
    text += kDigits[std::to_integer<int>(byte & std::byte{15})];
  }
  return text;
}

std::string hex_of_file(const std::filesystem::path& path, MessageDigest::Kind kind,
                        const char* name) {
  std::optional<nn::InputFile> file;
  const auto attempt = [&](const char* what, auto&& work) {
    try {
      return work();
    } catch (const Error&) {
      fail(name, ": ", nn::quote(path.string()), ": cannot be ", what);
    }
  };
  attempt("opened", [&] { file.emplace(path); });
  MessageDigest digest(kind);
  std::vector<std::byte> chunk(1 << 16);
  while (const std::size_t count =
             attempt("read", [&] { return file->read(chunk.data(), chunk.size()); }))
    digest.add(std::span(chunk).first(count));
  return hex(digest.finish());
}

}  // namespace

Sha256Digest sha256(std::span<const std::byte> bytes) {
  MessageDigest digest(MessageDigest::Kind::sha256);
  digest.add(bytes);
  const std::vector<std::byte> found = digest.finish();
  Sha256Digest result;
  std::copy(found.begin(), found.end(), result.begin());
  return result;
}

std::string sha256_hex(std::span<const std::byte> bytes) { return hex(sha256(bytes)); }

std::string sha256_hex_of_file(const std::filesystem::path& path) {
  return hex_of_file(path, MessageDigest::Kind::sha256, "sha256");
}

std::string md5_hex_of_file(const std::filesystem::path& path) {
  return hex_of_file(path, MessageDigest::Kind::md5, "md5");
}

}  // namespace odin::native
