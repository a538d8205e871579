#include "odin/native/streams/tar_archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "odin/nn/io/late_library.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

/// The functions of libarchive that odin calls. Where ODIN_LIBARCHIVE names the file of a shared
/// library, it is loaded by the first call of libarchive(); otherwise they are linked.
struct Libarchive {
#ifdef ODIN_LIBARCHIVE
  nn::LateLibrary library{ODIN_LIBARCHIVE, "tar archives"};
#define ODIN_OF_LIBARCHIVE(name) decltype(&::name) name = library.function<decltype(&::name)>(#name)
#else
#define ODIN_OF_LIBARCHIVE(name) static constexpr auto name = &::name
#endif
  ODIN_OF_LIBARCHIVE(archive_entry_filetype);
  ODIN_OF_LIBARCHIVE(archive_entry_hardlink);
  ODIN_OF_LIBARCHIVE(archive_entry_pathname);
  ODIN_OF_LIBARCHIVE(archive_entry_size);
  ODIN_OF_LIBARCHIVE(archive_entry_symlink);
  ODIN_OF_LIBARCHIVE(archive_errno);
  ODIN_OF_LIBARCHIVE(archive_error_string);
  ODIN_OF_LIBARCHIVE(archive_filter_code);
  ODIN_OF_LIBARCHIVE(archive_read_data);
  ODIN_OF_LIBARCHIVE(archive_read_free);
  ODIN_OF_LIBARCHIVE(archive_read_new);
  ODIN_OF_LIBARCHIVE(archive_read_next_header);
  ODIN_OF_LIBARCHIVE(archive_read_open_filename);
  ODIN_OF_LIBARCHIVE(archive_read_set_options);
  ODIN_OF_LIBARCHIVE(archive_read_support_filter_all);
  ODIN_OF_LIBARCHIVE(archive_read_support_format_tar);
#undef ODIN_OF_LIBARCHIVE
};

/// Throws Error, every time, if the library cannot be loaded.
const Libarchive& libarchive() {
  static const Libarchive functions;
  return functions;
}

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

std::string prefix_of(const std::filesystem::path& file) {
  return "archive " + nn::quote(file.string()) + ": ";
}

archive* new_archive(const std::filesystem::path& file) {
  try {
    archive* made = libarchive().archive_read_new();
    require(made != nullptr, "out of memory");
    return made;
  } catch (const Error& error) {
    fail(prefix_of(file), error.what());
  }
}

}  // namespace

bool reads_archives() { return true; }

struct TarArchive::Reader {
  struct Free {
    void operator()(archive* a) const { libarchive().archive_read_free(a); }
  };

  explicit Reader(const std::filesystem::path& path) : file(path), in(new_archive(path)) {
    libarchive().archive_read_support_filter_all(in.get());
    libarchive().archive_read_support_format_tar(in.get());
    // Names are bytes: the locale's characters have nothing to do with them.
    libarchive().archive_read_set_options(in.get(), "hdrcharset=BINARY");
    constexpr std::size_t kBlock = std::size_t{1} << 18;
    if (libarchive().archive_read_open_filename(in.get(), path.c_str(), kBlock) == ARCHIVE_OK)
      return;
    const int number =
        libarchive().archive_errno(in.get());  // its text would repeat the file's name
    require(number != EILSEQ, prefix(), "no tar archive, or one that is cut or damaged");
    if (number > 0) fail(prefix(), std::strerror(number));
    fail_reading();
  }

  std::string prefix() const { return prefix_of(file); }

  [[noreturn]] void fail_reading() const {
    const char* text = libarchive().archive_error_string(in.get());
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
    const int status = libarchive().archive_read_next_header(r.in.get(), &r.entry);
    if (status == ARCHIVE_EOF) {
      const bool plain = libarchive().archive_filter_code(r.in.get(), 0) == ARCHIVE_FILTER_NONE;
      require(!plain || has_end_mark(r.file), r.prefix(),
              "there is no end mark at its end; it may be cut");
      return std::nullopt;
    }
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) r.fail_reading();
    const char* name = libarchive().archive_entry_pathname(r.entry);
    const bool link =
        libarchive().archive_entry_hardlink(r.entry) || libarchive().archive_entry_symlink(r.entry);
    if (name && (link || libarchive().archive_entry_filetype(r.entry) == AE_IFREG))
      return Member{name, link};
  }
}

std::vector<std::byte> TarArchive::read() {
  Reader& r = *reader_;
  const std::int64_t size = libarchive().archive_entry_size(r.entry);
  require(size <= kMostMemberBytes, r.prefix(),
          nn::quote(libarchive().archive_entry_pathname(r.entry)), " is larger than ",
          kMostMemberBytes >> 20, " MiB");
  const auto wanted = static_cast<std::size_t>(size);
  constexpr std::size_t kPiece = std::size_t{1} << 20;  // a size may be a lie
  std::vector<std::byte> bytes;
  for (std::size_t at = 0; at < wanted;) {
    bytes.resize(std::min(wanted, at + kPiece));
    const auto count =
        libarchive().archive_read_data(r.in.get(), bytes.data() + at, bytes.size() - at);
    if (count < 0) r.fail_reading();
    require(count > 0, r.prefix(), "it is cut in ",
            nn::quote(libarchive().archive_entry_pathname(r.entry)));
    at += static_cast<std::size_t>(count);
  }
  return bytes;
}

}  // namespace odin::native
