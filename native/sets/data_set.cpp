#include "odin/native/sets/data_set.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <set>

#include "odin/fit_picture.h"
#include "odin/native/pictures/picture.h"
#include "odin/native/sets/cifar.h"
#include "odin/native/sets/class_folders.h"
#include "odin/native/sets/image_fit.h"
#include "odin/native/sets/image_list.h"
#include "odin/native/sets/mnist.h"
#include "odin/native/sets/svhn.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/random.h"

namespace odin::native {
namespace {

namespace fs = std::filesystem;
using tensor::Random;
using tensor::Tensor;
using Kind = SetSpec::Kind;

// Random streams of the seed, different from those of training.
constexpr std::uint64_t kUniformStream = std::uint64_t{1} << 32;
constexpr std::uint64_t kGaussianStream = kUniformStream + 1;

class MemorySet final : public ImageSet {
 public:
  MemorySet(const SetSpec& set, const SetTarget& target, Dataset data)
      : ImageSet(set, target, data.size()), data_(std::move(data)) {}

  const std::vector<std::string>& classes() const override { return data_.classes; }

  Tensor read(std::int64_t image) const override {
    return fit_picture(unit_image(data_, position(image)), target().input, target().preprocess)
        .select(0, 0);
  }

 private:
  std::optional<std::int64_t> own_label(std::int64_t image) const override {
    return data_.labels[static_cast<std::size_t>(position(image))];
  }

  Dataset data_;
};

class NoiseSet final : public ImageSet {
 public:
  NoiseSet(const SetSpec& set, const SetTarget& target, std::uint64_t seed)
      : ImageSet(set, target, set.count),
        random_(seed, set.kind == Kind::uniform ? kUniformStream : kGaussianStream) {}

  Tensor read(std::int64_t image) const override {
    const nn::InputSize size = input().or_square(nn::InputSize{}.height);
    Tensor noise = Tensor::empty({size.channels, size.height, size.width});
    auto elements = noise.write<float>();
    const bool uniform = spec().kind == Kind::uniform;
    auto at = static_cast<std::uint64_t>(position(image) * size.numel());
    for (float& value : elements) {
      value =
          uniform ? random_.uniform_at(at) : std::clamp(0.5f + random_.normal_at(at), 0.0f, 1.0f);
      ++at;
    }
    return noise;
  }

 private:
  Random random_;
};

class FolderSet final : public ImageSet {
 public:
  FolderSet(const SetSpec& set, const SetTarget& target, ClassFolders found, std::uint64_t seed)
      : ImageSet(set, target, std::ssize(found.files)),
        found_(std::move(found)),
        fit_{set.transform, target.input, target.preprocess, seed} {}

  const std::vector<std::string>& classes() const override { return found_.classes; }

  std::string name(std::int64_t image) const override { return file(image).string(); }

  Tensor read(std::int64_t image) const override {
    const Picture picture = load_picture(file(image));
    Tensor pixels = fit_image(picture, fit_, file(image), position(image));
    const std::vector<std::string> notes = picture.notes(input().channels);
    const std::scoped_lock lock(mutex_);
    if (!notes.empty() && noted_.insert(position(image)).second) notes_.add(notes);
    return pixels;
  }

  std::string others_note() const override { return other_pictures_note(found_.others); }

  std::vector<std::string> conversions() const override {
    const std::scoped_lock lock(mutex_);
    return notes_.lines();
  }

 private:
  bool class_after_class() const override { return !found_.classes.empty(); }

  void check_numbers(std::int64_t classes) const override {
    for (std::size_t i = 0; i < found_.labels.size(); ++i)
      require(found_.labels[i] < classes, spec().text, ": label ", found_.labels[i], " of ",
              nn::quote(found_.files[i].string()), ", but the network has ", classes, " classes");
  }

  const fs::path& file(std::int64_t image) const {
    return found_.files[static_cast<std::size_t>(position(image))];
  }

  std::optional<std::int64_t> own_label(std::int64_t image) const override {
    if (found_.labels.empty()) return std::nullopt;
    const std::int64_t label = found_.labels[static_cast<std::size_t>(position(image))];
    return label < 0 ? std::nullopt : std::optional(label);  // unknown, in lists
  }

  ClassFolders found_;
  ImageFit fit_;
  mutable std::mutex mutex_;  ///< of the following
  mutable NoteCounts notes_;
  mutable std::set<std::int64_t> noted_;  ///< images counted in notes_, since some are read twice
};

/// As networks of 32x32 colors expect it, padded; as it is for those of its own size.
Dataset mnist_for(const SetTarget& target, Dataset gray) {
  const bool own_size =
      target.input.height == gray.input.height && target.input.width == gray.input.width;
  return with_border(gray, own_size ? 0 : 2, target.input.channels == 1 ? 1 : 3);
}

/// Returns read(); adds to its errors where to get the data.
template <class F>
auto published(F&& read) {
  try {
    return read();
  } catch (const Error& e) {
    const std::string what = e.what();
    const bool says_where = what.find("https://") != what.npos;
    fail(what, says_where ? "" : "; `odin data` says where the known sets can be had");
  }
}

std::unique_ptr<ImageSet> memory_set(const SetSpec& spec, const SetTarget& target, Dataset data) {
  if (const auto& part = spec.held_out)
    data = split_off(std::move(data), part->count, part->seed).held_out;
  return std::make_unique<MemorySet>(spec, target, std::move(data));
}

std::unique_ptr<ImageSet> open_any(const SetSpec& spec, std::uint64_t seed,
                                   const SetTarget& target) {
  const std::string& folder = spec.folder;
  switch (spec.kind) {
    case Kind::cifar10:
      return memory_set(spec, target, published([&] { return read_cifar10(folder, spec.train); }));
    case Kind::cifar100:
      return memory_set(spec, target, published([&] { return read_cifar100(folder, spec.train); }));
    case Kind::folder:
      return std::make_unique<FolderSet>(spec, target,
                                         published([&] { return find_pictures(folder); }), seed);
    case Kind::mnist:
      return memory_set(spec, target, mnist_for(target, read_mnist(folder, spec.train)));
    case Kind::svhn: return memory_set(spec, target, read_svhn(folder, spec.train));
    case Kind::list:
      return std::make_unique<FolderSet>(spec, target, read_image_list(spec.list, folder), seed);
    case Kind::uniform:
    case Kind::gaussian: break;
  }
  return std::make_unique<NoiseSet>(spec, target, seed);
}

/// Detects a wrong transform before the work starts, but tolerates a few unreadable images.
void check_first_images(const ImageSet& set) {
  constexpr std::int64_t kTried = 16;
  std::string error;
  for (std::int64_t i = 0; i < std::min(set.size(), kTried); ++i) {
    try {
      set.read(i);
      return;
    } catch (const Error& e) {
      if (error.empty()) error = e.what();
    }
  }
  fail("none of its first images can be used: ", error);
}

}  // namespace

ImageSet::ImageSet(SetSpec spec, SetTarget target, std::int64_t total)
    : spec_(std::move(spec)), target_(target), choice_(spec_.range, total) {
  require(total > 0, "no images");
}

const std::vector<std::string>& ImageSet::classes() const {
  static const std::vector<std::string> none;
  return none;
}

std::optional<std::int64_t> ImageSet::own_label(std::int64_t) const { return std::nullopt; }

std::vector<std::string> ImageSet::use_classes_of_network(const std::vector<std::string>& network) {
  if (classes().empty()) {
    check_numbers(std::ssize(network));
    return {};
  }
  join_ = join_classes(classes(), without_folders(spec_), network, "the network");
  return join_->notes;
}

std::optional<std::int64_t> ImageSet::label(std::int64_t image) const {
  const auto own = own_label(image);
  if (!own || !join_) return own;
  return join_->numbers[static_cast<std::size_t>(*own)];
}

std::string ImageSet::name(std::int64_t image) const { return std::to_string(position(image)); }

std::unique_ptr<ImageSet> open_set(const SetSpec& spec, std::uint64_t seed,
                                   const SetTarget& target) {
  try {
    auto set = open_any(spec, seed, target);
    check_first_images(*set);
    return set;
  } catch (const Error& e) {
    fail("set ", nn::quote(spec.text), ": ", e.what());
  }
}

std::optional<std::vector<std::int64_t>> labels_of(const ImageSet& set,
                                                   const std::vector<std::int64_t>& images) {
  std::vector<std::int64_t> labels;
  for (const std::int64_t image : images) {
    const auto label = set.label(image);
    if (!label) return std::nullopt;
    labels.push_back(*label);
  }
  return labels;
}

}  // namespace odin::native
