#include "odin/native/commands/detect_run.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>

#include "odin/native/ranks/text_lines.h"
#include "odin/native/system/console.h"
#include "odin/native/system/json_text.h"
#include "odin/native/system/output_file.h"
#include "odin/native/system/piped_input.h"
#include "odin/native/system/progress.h"
#include "odin/nn/inference.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/ops/concat.h"
#include "odin/tensor/parallel.h"

namespace odin::native {
namespace {

constexpr std::int64_t kBatch = 32;         // images of 32x32 computed together
constexpr std::int64_t kTurn = 4 * kBatch;  // pictures that a rank takes at a time

/// For a number of pictures, if it is known.
std::size_t decoding_threads(std::optional<std::int64_t> pictures) {
  const std::int64_t most = std::clamp(tensor::num_threads() / 2, 2, 8);
  return static_cast<std::size_t>(std::clamp<std::int64_t>(pictures.value_or(most), 1, most));
}

/// How many pictures may be ready: some batches.
std::size_t pictures_ahead(const nn::ModelInfo& info, std::size_t threads) {
  nn::InputSize size = info.input;
  if (size.any()) size.height = size.width = info.preprocess.longest;
  return static_cast<std::size_t>(4 * nn::images_at_once(size, kBatch)) + threads;
}

std::string conversion_note(const Picture& picture, const tensor::Tensor& input,
                            const nn::ModelInfo& info) {
  std::string note = picture.note(info.input.channels);
  const auto size = [](std::int64_t width, std::int64_t height) {
    return std::to_string(width) + "x" + std::to_string(height);
  };
  const std::int64_t height = input.dim(2), width = input.dim(3);
  const bool cropped = info.preprocess.mode == nn::Preprocess::Mode::crop;
  if (picture.width() != width || picture.height() != height)
    note += (note.empty() ? "" : ", ") + size(picture.width(), picture.height()) +
            (cropped ? " resized and cropped to " : " resized to ") + size(width, height);
  return note;
}

/// The list that all ranks read: standard input belongs to the first alone.
std::string list_for_ranks(const std::string& from, Ranks& ranks) {
  if (from != "-" || ranks.size() == 1) return from;
  std::string error, text;
  if (ranks.first()) {
    try {
      const auto bytes = nn::read_file(from, "list");
      text.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    } catch (const std::exception& e) {
      error = e.what();
    }
  }
  ranks.check_errors(error);
  text = ranks.gather(text).front();
  return kept_bytes("list on standard input", std::as_bytes(std::span(text))).string();
}

}  // namespace

/// The stream of pictures while it is being decoded. Whatever ends the work does not wait for a
/// list on a silent pipe.
class DetectRun::OpenPictures {
 public:
  OpenPictures(const DetectRun& run, PictureSource& source, std::size_t threads)
      : source_(source),
        workers_([&source] { return source.next(); },
                 [&run](StreamItem item) { return run.prepare(std::move(item)); }, threads,
                 pictures_ahead(run.judge_.info(), threads)) {}
  ~OpenPictures() { source_.stop(); }  // before the workers' end
  OpenPictures(const OpenPictures&) = delete;
  OpenPictures& operator=(const OpenPictures&) = delete;

  std::optional<Prepared> next() { return workers_.next(); }
  double waited_seconds() const { return workers_.waited_seconds(); }

 private:
  PictureSource& source_;
  OrderedWorkers<StreamItem, Prepared> workers_;
};

DetectRun::DetectRun(const DetectOptions& options, const CommonOptions& common)
    : options_(options),
      ranks_(*common.ranks),
      quiet_(common.quiet),
      first_quiet_(ranks_.gather(common.quiet ? "quiet" : "").front() == "quiet"),
      judge_(options, common) {}

DetectRun::~DetectRun() = default;

int DetectRun::operator()() {
  if (!options_.output.empty()) open_output();
  PictureSource source(options_.paths, list_for_ranks(options_.from, ranks_), choice());
  if (ranks_.first()) {
    std::fputs(judge_.heading().c_str(), stdout);
    check_results_written();
  }
  const bool is_stream = !source.total();
  Progress progress("detect", source.total().value_or(-1),
                    !quiet_ && (is_stream || *source.total() > kBatch));
  const auto start = std::chrono::steady_clock::now();
  double waited = 0;
  {
    OpenPictures pictures(*this, source, decoding_threads(source.total()));
    auto next = pictures.next();
    for (std::int64_t round = 0;; ++round) {
      const std::int64_t end = (round * ranks_.size() + ranks_.rank() + 1) * kTurn;
      for (; next && next->item.number < end; next = pictures.next()) {
        take(std::move(*next));
        progress.update(done_count_ + output_.pictures);
      }
      flush();
      if (ranks_.size() > 1) share_output();
      if (!ranks_.any(next.has_value())) break;
    }
    waited = pictures.waited_seconds();
  }
  ranks_.require_same("list of pictures", std::to_string(source.count()) + " pictures");
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (is_stream && !quiet_) tell_share(seconds, waited);
  return ranks_.any(failed_) ? 1 : 0;
}

/// The first rank opens the file; all need to know what is in it.
void DetectRun::open_output() {
  std::string error;
  if (ranks_.first()) {
    try {
      file_ = std::make_unique<ResultLines>(options_.output, options_.resume);
      done_ = file_->done();
      failed_ = file_->has_errors();
    } catch (const std::exception& e) {
      error = error_text(e);
    }
  }
  ranks_.check_errors(error);
  if (ranks_.size() > 1) done_ = DoneNames::unpacked(ranks_.gather(done_.packed()).front());
}

StreamChoice DetectRun::choice() {
  StreamChoice choice;
  choice.shard = options_.shard;
  choice.shards = options_.shards;
  if (done_.size() > 0)
    choice.is_done = [this](const std::string& name) { return done_.take(name); };
  if (ranks_.size() > 1)
    choice.is_mine = [rank = ranks_.rank(), size = ranks_.size()](std::int64_t number) {
      return number / kTurn % size == rank;
    };
  return choice;
}

/// Called by several threads at once.
DetectRun::Prepared DetectRun::prepare(StreamItem item) const {
  Prepared prepared;
  if (item.kind == StreamItem::Kind::picture) {
    try {
      const nn::ModelInfo& info = judge_.info();
      const Picture picture = item.picture();
      prepared.input = fit_picture(picture.rows(), info.input, info.preprocess);
      const std::string note = conversion_note(picture, prepared.input, info);
      if (!note.empty() && !first_quiet_)
        prepared.notes.push_back("note: '" + item.name + "': " + note);
    } catch (const std::exception& e) {
      item.kind = StreamItem::Kind::error;
      item.text = error_text(e);
    }
    item.bytes = {};
  } else if (item.kind == StreamItem::Kind::note) {
    if (!first_quiet_) prepared.notes.push_back("note: " + item.text);
  }
  prepared.item = std::move(item);
  return prepared;
}

/// Images are computed together with those before them that have the same size.
void DetectRun::take(Prepared picture) {
  for (std::string& note : picture.notes) output_.messages.push_back(std::move(note));
  StreamItem& item = picture.item;
  if (item.kind == StreamItem::Kind::note) return;
  const bool other_batch = !waiting_.empty() && item.number / kBatch != batch_;
  const bool other_size = !inputs_.empty() && picture.input.defined() &&
                          inputs_.front().shape() != picture.input.shape();
  if (other_batch || other_size) flush();
  batch_ = item.number / kBatch;
  ++output_.pictures;
  if (item.kind == StreamItem::Kind::error) {
    complain(item.text);
    waiting_.push_back({item.name, item.text});
    return;
  }
  const nn::InputSize size{picture.input.dim(1), picture.input.dim(2), picture.input.dim(3)};
  inputs_.push_back(std::move(picture.input));
  waiting_.push_back({std::move(item.name), {}});
  if (std::ssize(inputs_) == nn::images_at_once(size, kBatch)) flush();
}

void DetectRun::complain(const std::string& what) {
  output_.messages.push_back("odin: " + what);
  output_.failed = true;
}

/// Judges the pictures read so far.
void DetectRun::flush() {
  const auto inputs = std::exchange(inputs_, {});
  auto waiting = std::exchange(waiting_, {});
  std::vector<ImageResult> results;
  if (!inputs.empty()) {
    try {
      results = judge_.judge(tensor::concat(inputs, 0));
    } catch (const Error& e) {  // a network of any size cannot compute with every one
      if (!judge_.info().input.any()) throw;
      for (Waiting& w : waiting) {
        if (!w.error.empty()) continue;
        w.error = "'" + w.name + "': " + e.what();
        complain(w.error);
      }
    }
  }
  auto result = results.begin();
  for (const Waiting& w : waiting) {
    if (w.error.empty())
      output_.lines += judge_.line(w.name, *result++);
    else if (!options_.output.empty())
      output_.lines += "{" + name_in_json(w.name) + ", \"error\": " + json_quoted(w.error) + "}\n";
  }
  if (ranks_.size() == 1) write(std::exchange(output_, {}));
}

/// Brings the output of all ranks together, in the order of the pictures.
void DetectRun::share_output() {
  const Output mine = std::exchange(output_, {});
  const auto lines = ranks_.gather(mine.lines);
  const auto messages = ranks_.gather(joined_lines(mine.messages));
  const auto pictures =
      ranks_.gather(std::vector<double>{static_cast<double>(mine.pictures), mine.failed ? 1. : 0.});
  std::string error;
  try {
    for (std::size_t r = 0; r < lines.size(); ++r)
      write({lines[r], split_lines(messages[r]), static_cast<std::int64_t>(pictures[2 * r]),
             pictures[2 * r + 1] > 0});
  } catch (const std::exception& e) {
    error = e.what();
  }
  ranks_.check_errors(error);
}

void DetectRun::write(const Output& output) {
  done_count_ += output.pictures;
  failed_ = failed_ || output.failed;
  for (const std::string& message : output.messages) tell_line(message);
  if (!ranks_.first() || output.lines.empty()) return;
  if (file_) return file_->append(output.lines);
  Progress::hide_current();
  std::fwrite(output.lines.data(), 1, output.lines.size(), stdout);
  check_results_written();
}

void DetectRun::tell_share(double seconds, double waited) const {
  char text[96];
  std::snprintf(text, sizeof text, ", %s; waited for pictures %.1f%% of the time",
                format_rate(static_cast<double>(done_count_) / seconds).c_str(),
                100 * waited / seconds);
  tell("note: ", done_count_, done_count_ == 1 ? " picture" : " pictures", " in ",
       format_duration(seconds), text);
}

}  // namespace odin::native
