#include "odin/native/sets/set_reader.h"

#include <algorithm>
#include <utility>

namespace odin::native {
namespace {

constexpr std::size_t kBatchesAhead = 4;

/// Images of one size as a batch. Single-threaded, as all that runs in a Prefetcher.
tensor::Tensor stacked(const std::vector<tensor::Tensor>& images) {
  if (images.empty()) return {};
  const tensor::Shape& one = images.front().shape();
  tensor::Tensor all = tensor::Tensor::empty({std::ssize(images), one[0], one[1], one[2]});
  auto elements = all.write<float>();
  float* to = elements.data();
  for (const tensor::Tensor& image : images)
    to = std::copy_n(image.contiguous().data<float>(), image.numel(), to);
  return all;
}

/// Makes the batches one after another.
class Batches {
 public:
  Batches(const ImageSet& set, std::int64_t first, std::int64_t last,
          std::optional<std::int64_t> batch, std::int64_t of_small)
      : set_(set), at_(first), last_(last), batch_(batch), of_small_(of_small) {}

  std::optional<SetBatch> operator()() {
    if (at_ == last_) return std::nullopt;
    SetBatch batch;
    std::vector<tensor::Tensor> images;
    std::int64_t most = 1;
    for (; at_ < last_ && std::ssize(images) < most; ++at_) {
      try {
        tensor::Tensor image = waiting_ ? *std::exchange(waiting_, {}) : set_.read(at_);
        if (images.empty()) {
          most = most_of(image);
        } else if (image.shape() != images.front().shape()) {
          waiting_ = std::move(image);
          break;
        }
        images.push_back(std::move(image));
        batch.numbers.push_back(at_);
      } catch (const ResourceError&) {
        throw;
      } catch (const Error& e) {
        batch.skipped.push_back(e.what());
      }
    }
    batch.images = stacked(images);
    return batch;
  }

 private:
  std::int64_t most_of(const tensor::Tensor& image) const {
    return batch_.value_or(
        nn::images_at_once({image.dim(0), image.dim(1), image.dim(2)}, of_small_));
  }

  const ImageSet& set_;
  std::int64_t at_, last_;
  std::optional<std::int64_t> batch_;
  std::int64_t of_small_;
  std::optional<tensor::Tensor> waiting_;  ///< image at_, read and of another size than the last
};

std::function<std::optional<SetBatch>()> batches_of(const ImageSet& set, std::int64_t first,
                                                    std::int64_t last,
                                                    std::optional<std::int64_t> batch,
                                                    std::int64_t of_small) {
  require(!batch || *batch > 0, "batch: expected 1 or more, got ", batch.value_or(0));
  require(first >= 0 && first <= last && last <= set.size(), "set '", set.spec().text, "': images ",
          first, " to ", last, " of ", set.size());
  return Batches(set, first, last, batch, of_small);
}

}  // namespace

SetReader::SetReader(const ImageSet& set, std::int64_t first, std::int64_t last,
                     std::optional<std::int64_t> batch, std::int64_t of_small)
    : prefetcher_(batches_of(set, first, last, batch, of_small), kBatchesAhead) {}

}  // namespace odin::native
