#include "odin/native/set_reader.h"

#include <algorithm>
#include <utility>

namespace odin::native {
namespace {

constexpr std::size_t kBatchesAhead = 4;

}  // namespace

SetReader::SetReader(const ImageSet& set, std::int64_t first, std::int64_t last, std::int64_t batch)
    : set_(set), first_(first), last_(last), batch_(batch) {
  require(batch > 0, "batch: expected 1 or more, got ", batch);
  require(first >= 0 && first <= last && last <= set.size(), "set '", set.spec().text, "': images ",
          first, " to ", last, " of ", set.size());
  thread_ = std::thread([this] { read_ahead(); });
}

SetReader::~SetReader() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::optional<SetBatch> SetReader::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !ready_.empty() || finished_; });
  if (ready_.empty()) {
    if (error_) std::rethrow_exception(error_);
    return std::nullopt;
  }
  SetBatch batch = std::move(ready_.front());
  ready_.pop_front();
  lock.unlock();
  changed_.notify_all();
  return batch;
}

void SetReader::read_ahead() {
  std::exception_ptr error;
  try {
    for (std::int64_t at = first_; at < last_;)
      if (!put(read_batch(at))) break;
  } catch (...) {
    error = std::current_exception();
  }
  {
    const std::lock_guard lock(mutex_);
    error_ = error;
    finished_ = true;
  }
  changed_.notify_all();
}

SetBatch SetReader::read_batch(std::int64_t& at) const {
  const std::int64_t most = std::min(batch_, last_ - at);
  SetBatch batch{tensor::Tensor::empty({most, 3, ImageSet::kSize, ImageSet::kSize}), {}, {}};
  float* to = batch.images.mutable_data<float>();
  for (; at < last_ && std::ssize(batch.numbers) < most; ++at) {
    try {
      set_.read(at, to + std::ssize(batch.numbers) * ImageSet::kImageFloats);
      batch.numbers.push_back(at);
    } catch (const Error& e) {
      batch.skipped.push_back(e.what());
    }
  }
  batch.images = batch.images.slice(0, 0, std::ssize(batch.numbers));
  return batch;
}

bool SetReader::put(SetBatch batch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ready_.size() < kBatchesAhead || abandoned_; });
  if (abandoned_) return false;
  ready_.push_back(std::move(batch));
  lock.unlock();
  changed_.notify_all();
  return true;
}

}  // namespace odin::native
