#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "odin/native/streams/done_names.h"
#include "odin/native/system/locked_file.h"

namespace odin::native {

/// "\"file\": ...", the beginning of a line of results about a file; a name that is not UTF-8 is
/// given as hexadecimal digits too.
std::string name_in_json(const std::string& name);

/// A file of JSON lines, one for each picture, that a later run goes on with. Lines are appended as
/// a whole: a full disk leaves what was there before. Only one process can have it open.
class ResultLines {
 public:
  /// With `resume` the lines that are there stay, but for a last one that was cut off; otherwise
  /// there must be none. Throws Error if there are, if one is no result, if another process is
  /// writing the file, or if it cannot be written.
  ResultLines(const std::string& file, bool resume);

  /// The names in the lines that were there.
  const DoneNames& done() const { return done_; }
  /// Whether one of them is about a picture that failed.
  bool has_errors() const { return has_errors_; }
  /// Adds lines, each with its end. Throws, and leaves none of them, if they cannot be written.
  void append(const std::string& lines);

 private:
  void read_lines();
  void take_line(const std::string& line, std::int64_t number);
  std::string prefix() const;

  std::string file_;
  std::unique_ptr<LockedFile> lines_;
  std::int64_t size_ = 0;  ///< bytes of whole lines
  DoneNames done_;
  bool has_errors_ = false;
};

}  // namespace odin::native
