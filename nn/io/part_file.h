#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace odin::nn {

/// A file that is not complete yet, in the folder of the file `target` whose place it will take. It
/// has no name where the file system allows that (O_TMPFILE), so that nothing remains of it however
/// the program ends; otherwise a name of its own, TARGET.XXXXXX.part, which no other writer uses
/// and which is never a link. The destructor removes it.
class PartFile {
 public:
  enum class Kind { unnamed, named };
  /// For `unnamed`, throws if the file system does not support it.
  PartFile(std::filesystem::path target, Kind kind);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void take_permissions_of(const std::filesystem::path& file);
  /// Flushes it to the disk and gives it the target's name, in place of a file that is there.
  void move_to_target();

 private:
  void create_named();
  bool link_as(const std::filesystem::path& name) const;
  void name_it();

  std::filesystem::path target_;
  std::filesystem::path name_;  ///< empty: it has none
  int slot_ = -1;               ///< of name_ in the list of remove_unfinished_files()
  int descriptor_ = -1;
};

/// Removes the part files of `target` that killed programs have left. Those that are being written
/// stay: their writers hold a lock on them.
void remove_leftovers(const std::filesystem::path& target);

/// Removes all part files that this process is writing. For signal handlers that end the process:
/// async-signal-safe.
void remove_unfinished_files() noexcept;

}  // namespace odin::nn
