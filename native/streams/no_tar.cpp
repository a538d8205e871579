#include "odin/native/streams/tar_archive.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

// In place of tar_archive.cpp where odin is built without libarchive.

namespace odin::native {

bool reads_archives() { return false; }

struct TarArchive::Reader {};

TarArchive::TarArchive(const std::filesystem::path& file) {
  fail("archive ", nn::quote(file.string()),
       ": archives are not read by this odin, which is built without libarchive (ODIN_TAR)");
}
TarArchive::~TarArchive() = default;
std::optional<TarArchive::Member> TarArchive::next() { return std::nullopt; }
std::vector<std::byte> TarArchive::read() { return {}; }

}  // namespace odin::native
