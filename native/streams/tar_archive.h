#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace odin::native {

/// Whether a name ends as those of archives that TarArchive reads: .tar, .tar.gz, .tgz, .tar.bz2,
/// .tar.xz, .tar.zst, in upper or lower case.
bool has_archive_name(const std::filesystem::path& path);

/// Whether this odin is built with libarchive.
bool reads_archives();

/// Reads a tar archive (ustar, pax, GNU; compressed or not) from its beginning to its end with
/// libarchive, one member at a time. Errors are of type Error, one line that names the archive. Not
/// thread-safe.
class TarArchive {
 public:
  /// Throws if it cannot be opened or is no archive, if libarchive is not installed, and always in
  /// an odin that is built without it.
  explicit TarArchive(const std::filesystem::path& file);
  ~TarArchive();
  TarArchive(const TarArchive&) = delete;
  TarArchive& operator=(const TarArchive&) = delete;

  struct Member {
    std::string name;  ///< in the archive: "birds/000017.jpg"
    bool link;         ///< the name of another member, without bytes of its own
  };
  /// The next member that is a file or a link; nothing at the end. Throws if the archive is damaged
  /// or ends before its end mark does.
  std::optional<Member> next();
  /// The bytes of the member that next() came to. Throws if there are more than a picture may have
  /// (256 MiB).
  std::vector<std::byte> read();

 private:
  struct Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace odin::native
