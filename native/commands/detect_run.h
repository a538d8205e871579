#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "odin/native/commands/commands.h"
#include "odin/native/commands/picture_judge.h"
#include "odin/native/streams/picture_source.h"
#include "odin/native/streams/result_lines.h"
#include "odin/native/system/ordered_workers.h"

namespace odin::native {

/// The work of `odin detect`: decodes pictures ahead in threads of their own, has them judged in
/// batches and writes the results in the order of the pictures. Pictures are computed together by
/// their numbers in the stream, whatever fails, so that results do not depend on how many ranks
/// share them.
class DetectRun {
 public:
  DetectRun(const DetectOptions& options, const CommonOptions& common);
  ~DetectRun();

  /// Returns the program's exit status: 1 if a picture could not be judged.
  int operator()();

 private:
  /// A picture that is ready to be computed, or what is wrong with it.
  struct Prepared {
    StreamItem item;
    tensor::Tensor input;
    std::vector<std::string> notes;
  };
  /// What comes out of some pictures.
  struct Output {
    std::string lines;                  ///< results
    std::vector<std::string> messages;  ///< for stderr
    std::int64_t pictures = 0;
    bool failed = false;
  };
  struct Waiting {
    std::string name;
    std::string error;  ///< empty: it has an input
  };
  class OpenPictures;

  void open_output();
  StreamChoice choice();
  Prepared prepare(StreamItem item) const;
  void take(Prepared picture);
  void flush();
  void complain(const std::string& what);
  void share_output();
  void write(const Output& output);
  void tell_share(double seconds, double waited) const;

  const DetectOptions& options_;
  Ranks& ranks_;
  bool quiet_;
  bool first_quiet_;  ///< of the rank that speaks
  PictureJudge judge_;
  std::unique_ptr<ResultLines> file_;
  DoneNames done_;
  std::vector<tensor::Tensor> inputs_;  ///< of the pictures that are computed next
  std::vector<Waiting> waiting_;        ///< these, and those that failed among them
  std::int64_t batch_ = 0;              ///< number of their batch in the stream
  Output output_;
  std::int64_t done_count_ = 0;
  bool failed_ = false;
};

}  // namespace odin::native
