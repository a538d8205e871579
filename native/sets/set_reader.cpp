#include "odin/native/sets/set_reader.h"

#include <algorithm>

namespace odin::native {
namespace {

constexpr std::size_t kBatchesAhead = 4;

/// Up to `most` readable images, starting at image `at`; moves `at` behind the last one examined.
SetBatch read_batch(const ImageSet& set, std::int64_t& at, std::int64_t last, std::int64_t most) {
  SetBatch batch{tensor::Tensor::empty({most, 3, ImageSet::kSize, ImageSet::kSize}), {}, {}};
  auto to_elements = batch.images.write<float>();
  float* to = to_elements.data();
  for (; at < last && std::ssize(batch.numbers) < most; ++at) {
    try {
      set.read(at, to + std::ssize(batch.numbers) * ImageSet::kImageFloats);
      batch.numbers.push_back(at);
    } catch (const ResourceError&) {
      throw;
    } catch (const Error& e) {
      batch.skipped.push_back(e.what());
    }
  }
  batch.images = batch.images.slice(0, 0, std::ssize(batch.numbers));
  return batch;
}

std::function<std::optional<SetBatch>()> batches_of(const ImageSet& set, std::int64_t first,
                                                    std::int64_t last, std::int64_t batch) {
  require(batch > 0, "batch: expected 1 or more, got ", batch);
  require(first >= 0 && first <= last && last <= set.size(), "set '", set.spec().text, "': images ",
          first, " to ", last, " of ", set.size());
  return [&set, at = first, last, batch]() mutable -> std::optional<SetBatch> {
    if (at == last) return std::nullopt;
    return read_batch(set, at, last, std::min(batch, last - at));
  };
}

}  // namespace

SetReader::SetReader(const ImageSet& set, std::int64_t first, std::int64_t last, std::int64_t batch)
    : prefetcher_(batches_of(set, first, last, batch), kBatchesAhead) {}

}  // namespace odin::native
