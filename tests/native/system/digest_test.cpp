#include "odin/native/system/digest.h"

#include <doctest/doctest.h>

#include "odin/native/system/base64.h"
#include "odin/tensor/error.h"
#include "odin/tests/native/temp_dir.h"

using namespace odin;
using namespace odin::native;

namespace {

std::string sha256_of(const std::string& text) {
  return sha256_hex(std::as_bytes(std::span(text)));
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("sha256 of NIST's example messages") {
    CHECK(sha256_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256_of(std::string(1000000, 'a')) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  }

  TEST_CASE("sha256 of a file equals that of its bytes") {
    const tests::TempDir dir;
    for (const std::size_t size : {0, 1, 65535, 65536, 65537, 200000}) {
      std::string text(size, ' ');
      for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * i % 251);
      CHECK(sha256_hex_of_file(dir.write("file", text)) == sha256_of(text));
    }
  }

  TEST_CASE("md5 of a file, by RFC 1321's examples") {
    const tests::TempDir dir;
    CHECK(md5_hex_of_file(dir.write("file", std::string())) == "d41d8cd98f00b204e9800998ecf8427e");
    CHECK(md5_hex_of_file(dir.write("file", std::string("message digest"))) ==
          "f96b697d7cb7938d525a2f31aaf161d0");
    CHECK_THROWS_WITH_AS(md5_hex_of_file("/nowhere"), "md5: '/nowhere': cannot be opened", Error);
  }

  TEST_CASE("base64 of RFC 4648's examples, and of every byte") {
    const auto encoded = [](const std::string& text) {
      return base64(std::as_bytes(std::span(text)));
    };
    CHECK(encoded("") == "");
    CHECK(encoded("f") == "Zg==");
    CHECK(encoded("fo") == "Zm8=");
    CHECK(encoded("foo") == "Zm9v");
    CHECK(encoded("foob") == "Zm9vYg==");
    CHECK(encoded("fooba") == "Zm9vYmE=");
    CHECK(encoded("foobar") == "Zm9vYmFy");
    CHECK(encoded(std::string("\0\x10\x83\xff\xfe\xfb", 6)) == "ABCD//77");
  }

  TEST_CASE("sha256 of a file that is not there is an error that names it") {
    CHECK_THROWS_WITH_AS(sha256_hex_of_file("/nowhere/at all"),
                         "sha256: '/nowhere/at all': cannot be opened", Error);
    const tests::TempDir dir;
    CHECK_THROWS_AS(sha256_hex_of_file(dir.path()), Error);
  }
}
