#include "odin/native/streams/tar_archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

/// Of a picture's file; a compressed archive of a few kilobytes could ask for any size.
constexpr std::int64_t kMostMemberBytes = std::int64_t{1} << 28;

/// Whether the file ends with the two empty blocks that end an archive. libarchive takes one that
/// was cut between two members for a whole one.
bool has_end_mark(const std::filesystem::path& file) {
  constexpr std::streamoff kMark = 1024;
  std::ifstream in(file, std::ios::binary);
  in.seekg(0, std::ios::end);
  if (!in || in.tellg() < kMark) return false;
  in.seekg(-kMark, std::ios::end);
  char mark[kMark];
  in.read(mark, kMark);
  return in && std::all_of(mark, mark + kMark, [](char c) { return c == 0; });
}

}  // namespace

bool reads_archives() { return true; }

struct TarArchive::Reader {
  struct Free {
    void operator()(archive* a) const { archive_read_free(a); }
  };

  explicit Reader(const std::filesystem::path& path) : file(path), in(archive_read_new()) {
    require(in != nullptr, prefix(), "out of memory");
    archive_read_support_filter_all(in.get());
    archive_read_support_format_tar(in.get());
    // Names are bytes: the locale's characters have nothing to do with them.
    archive_read_set_options(in.get(), "hdrcharset=BINARY");
    constexpr std::size_t kBlock = std::size_t{1} << 18;
    if (archive_read_open_filename(in.get(), path.c_str(), kBlock) == ARCHIVE_OK) return;
    const int number = archive_errno(in.get());  // its text would repeat the file's name
    require(number != EILSEQ, prefix(), "no tar archive, or one that is cut or damaged");
    if (number > 0) fail(prefix(), std::strerror(number));
    fail_reading();
  }

  std::string prefix() const { return "archive " + nn::quote(file.string()) + ": "; }

  [[noreturn]] void fail_reading() const {
    const char* text = archive_error_string(in.get());
    fail(prefix(), text ? text : "damaged", "; it may be cut or damaged");
  }

  std::filesystem::path file;
  std::unique_ptr<archive, Free> in;
  archive_entry* entry = nullptr;
};

TarArchive::TarArchive(const std::filesystem::path& file)
    : reader_(std::make_unique<Reader>(file)) {}
TarArchive::~TarArchive() = default;

std::optional<TarArchive::Member> TarArchive::next() {
  Reader& r = *reader_;
  for (;;) {
    const int status = archive_read_next_header(r.in.get(), &r.entry);
    if (status == ARCHIVE_EOF) {
      const bool plain = archive_filter_code(r.in.get(), 0) == ARCHIVE_FILTER_NONE;
      require(!plain || has_end_mark(r.file), r.prefix(),
              "there is no end mark at its end; it may be cut");
      return std::nullopt;
    }
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) r.fail_reading();
    const char* name = archive_entry_pathname(r.entry);
    const bool link = archive_entry_hardlink(r.entry) || archive_entry_symlink(r.entry);
    if (name && (link || archive_entry_filetype(r.entry) == AE_IFREG)) return Member{name, link};
  }
}

std::vector<std::byte> TarArchive::read() {
  Reader& r = *reader_;
  const std::int64_t size = archive_entry_size(r.entry);
  require(size <= kMostMemberBytes, r.prefix(), nn::quote(archive_entry_pathname(r.entry)),
          " is larger than ", kMostMemberBytes >> 20, " MiB");
  const auto wanted = static_cast<std::size_t>(size);
  constexpr std::size_t kPiece = std::size_t{1} << 20;  // a size may be a lie
  std::vector<std::byte> bytes;
  for (std::size_t at = 0; at < wanted;) {
    bytes.resize(std::min(wanted, at + kPiece));
    const auto count = archive_read_data(r.in.get(), bytes.data() + at, bytes.size() - at);
    if (count < 0) r.fail_reading();
    require(count > 0, r.prefix(), "it is cut in ", nn::quote(archive_entry_pathname(r.entry)));
    at += static_cast<std::size_t>(count);
  }
  return bytes;
}

}  // namespace odin::native
