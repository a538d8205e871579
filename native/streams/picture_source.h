#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "odin/native/pictures/image.h"
#include "odin/native/pictures/picture.h"
#include "odin/native/streams/name_list.h"
#include "odin/native/streams/tar_archive.h"

namespace odin::native {

/// What a stream of pictures brings next.
struct StreamItem {
  enum class Kind { picture, error, note };
  Kind kind = Kind::picture;
  std::int64_t number = 0;  ///< of the pictures and errors before it
  std::string name;         ///< the file, or "ARCHIVE/MEMBER"; what an error is about
  std::string text;         ///< of an error or a note
  bool in_archive = false;
  std::vector<std::byte> bytes;  ///< of a picture in an archive

  /// Reads and decodes the picture. Thread-safe.
  Picture picture() const;
};

/// Which pictures of a stream are wanted.
struct StreamChoice {
  /// The part of a job array: of `shards` processes, each takes every shards-th name, this one
  /// beginning with number `shard` (from 0). An archive counts as one name.
  std::int64_t shard = 0, shards = 1;
  /// Whether a picture is done with already; asked once for each that comes, in order.
  std::function<bool(const std::string& name)> is_done = {};
  /// Whether a picture or error of this number is wanted; those that are not keep their number.
  std::function<bool(std::int64_t number)> is_mine = {};
};

/// Pictures by names, one after the other, in constant memory but for the names in `paths`: files,
/// folders (the pictures in them), archives (the pictures in them, as has_image_name() has it), and
/// any of these with ranges in braces (brace_names.h) where there is no file of that very name. Not
/// thread-safe but for stop().
class PictureSource {
 public:
  /// The names in `paths`, then those in the list ("": none). Throws Error if the list cannot be
  /// opened. What else is wrong comes as items.
  PictureSource(const std::vector<std::string>& paths, const std::string& list,
                StreamChoice choice = {});

  /// The next item that is wanted; nothing at the end. Throws Error for a list that cannot be read.
  std::optional<StreamItem> next();
  /// How many pictures there are; empty where that shows only at the end.
  std::optional<std::int64_t> total() const { return total_; }
  /// How many pictures and errors there have been, those that were not wanted included.
  std::int64_t count() const { return number_; }
  /// Makes a next() that waits for a list on a pipe return nothing.
  void stop();

 private:
  struct Name {
    StreamItem::Kind kind;
    std::string name, text;
  };

  void add(const std::string& name);
  void add_one(const std::string& name);
  bool next_name(Name& name);
  std::optional<StreamItem> begin(Name name);
  std::optional<StreamItem> next_in_archive();
  std::optional<StreamItem> end_archive(const std::string& error);
  std::optional<StreamItem> numbered(StreamItem item);
  StreamItem note(const std::string& text) const;

  StreamChoice choice_;
  std::unique_ptr<NameList> list_;
  std::deque<Name> names_;
  std::unique_ptr<TarArchive> archive_;
  std::string archive_name_;
  std::int64_t pictures_in_archive_ = 0;
  OtherPictures others_in_archive_;
  std::int64_t names_seen_ = 0, number_ = 0;
  std::optional<std::int64_t> total_;
};

}  // namespace odin::native
