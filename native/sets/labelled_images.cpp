#include "odin/native/sets/labelled_images.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numeric>

#include "odin/fit_picture.h"
#include "odin/native/sets/class_join.h"
#include "odin/native/system/machine_memory.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"

namespace odin::native {
namespace {

using Counts = std::vector<std::int64_t>;

// A random stream of the seed, different from those of training and of the sets (data_set.cpp).
constexpr std::uint64_t kSplitStream = (std::uint64_t{1} << 32) + 3;

/// The first names, in quotes.
std::string names_of(const std::vector<std::string>& classes) {
  constexpr std::size_t kMost = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(kMost, classes.size()); ++i)
    text += (i == 0 ? "" : ", ") + nn::quote(classes[i]);
  return text + (classes.size() > kMost ? ", ..." : "");
}

Counts images_per_class(const Dataset& data) {
  Counts counts(data.classes.size());
  for (const std::int64_t label : data.labels) ++counts.at(static_cast<std::size_t>(label));
  return counts;
}

/// `count` divided in proportion to the classes' images by the method of largest remainders; of
/// equal remainders the earlier class comes first.
Counts shares(const Counts& images, std::int64_t count) {
  const std::int64_t total = std::accumulate(images.begin(), images.end(), std::int64_t{0});
  Counts share(images.size()), remainder(images.size());
  for (std::size_t c = 0; c < images.size(); ++c) {
    share[c] = count * images[c] / total;
    remainder[c] = count * images[c] % total;
  }
  std::vector<std::size_t> order(images.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainder[a] > remainder[b]; });
  const std::int64_t missing = count - std::accumulate(share.begin(), share.end(), std::int64_t{0});
  for (std::int64_t i = 0; i < missing; ++i) ++share[order[static_cast<std::size_t>(i)]];
  return share;
}

/// For each image, whether it is drawn as one of the `share` images of its class.
std::vector<bool> draw(const Dataset& data, Counts share, std::uint64_t seed) {
  std::vector<bool> drawn(static_cast<std::size_t>(data.size()));
  for (const std::int64_t at : tensor::Random(seed, kSplitStream).permutation(data.size())) {
    std::int64_t& left = share[static_cast<std::size_t>(data.labels[static_cast<std::size_t>(at)])];
    if (left == 0) continue;
    drawn[static_cast<std::size_t>(at)] = true;
    --left;
  }
  return drawn;
}

std::string channel_name(std::size_t channel, std::size_t channels) {
  constexpr std::array<const char*, 3> kColors = {"red", "green", "blue"};
  if (channels == 1) return "the gray value";
  return channels == 3 ? kColors[channel] : "channel " + std::to_string(channel);
}

}  // namespace

tensor::Tensor unit_image(const Dataset& data, std::int64_t at) {
  tensor::Tensor image =
      tensor::Tensor::empty({data.input.channels, data.input.height, data.input.width});
  auto elements = image.write<float>();
  std::transform(data.image(at), data.image(at + 1), elements.begin(),
                 [](std::uint8_t v) { return static_cast<float>(v / 255.0); });
  return image;
}

void append_bytes(const tensor::Tensor& image, std::vector<std::uint8_t>& to) {
  const tensor::Tensor pixels = image.contiguous();
  const float* values = pixels.data<float>();
  std::transform(values, values + pixels.numel(), std::back_inserter(to), [](float v) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(v, 0.0f, 1.0f) * 255));
  });
}

void check_memory_for(std::int64_t images, const nn::InputSize& input) {
  const double wanted = static_cast<double>(images) * static_cast<double>(input.numel());
  const double there = machine_memory();
  const auto gigabytes = [](double bytes) { return std::ceil(bytes / 1e8) / 10; };
  require(there <= 0 || wanted < 0.9 * there, images, " images of ", nn::size_in_words(input),
          " take ", gigabytes(wanted), " GB, this machine has ", gigabytes(there),
          "; take fewer (--limit) or smaller ones");
}

Dataset fitted(Dataset data, const nn::InputSize& input, const nn::Preprocess& preprocess) {
  if (input == data.input) return data;
  check_memory_for(data.size(), input);
  Dataset result{{}, std::move(data.labels), std::move(data.classes), input};
  const std::int64_t count = result.size(), bytes = result.image_bytes();
  result.pixels.resize(static_cast<std::size_t>(count * bytes));
  tensor::parallel_for(count, 16, [&](std::int64_t first, std::int64_t last) {
    std::vector<std::uint8_t> one;
    for (std::int64_t i = first; i < last; ++i) {
      one.clear();
      append_bytes(fit_picture(unit_image(data, i), input, preprocess), one);
      std::copy(one.begin(), one.end(), result.pixels.begin() + i * bytes);
    }
  });
  return result;
}

std::vector<std::string> use_classes(Dataset& data, const std::string& from,
                                     const std::vector<std::string>& classes,
                                     const std::string& to) {
  const ClassJoin join = join_classes(data.classes, from, classes, to);
  if (const auto unknown = join.first_unknown())
    fail("data ", nn::quote(from), ": ", to, " has no class ", nn::quote(data.classes[*unknown]),
         ", only ", names_of(classes), ": rename or remove its pictures");
  for (std::int64_t& label : data.labels) label = *join.numbers[static_cast<std::size_t>(label)];
  data.classes = classes;
  return join.notes;
}

Dataset images_at(const Dataset& data, std::span<const std::int64_t> positions) {
  Dataset found;
  found.classes = data.classes;
  found.input = data.input;
  found.pixels.reserve(positions.size() * static_cast<std::size_t>(data.image_bytes()));
  for (const std::int64_t at : positions) {
    found.pixels.insert(found.pixels.end(), data.image(at), data.image(at + 1));
    found.labels.push_back(data.labels[static_cast<std::size_t>(at)]);
  }
  return found;
}

Split split_off(Dataset data, std::int64_t count, std::uint64_t seed) {
  require(count > 0 && count < data.size(), "split: ", count, " images cannot be held out of ",
          data.size(), ", expected 1 to ", data.size() - 1);
  const Counts images = images_per_class(data);
  const Counts share = shares(images, count);
  for (std::size_t c = 0; c < images.size(); ++c)
    require(images[c] == 0 || share[c] < images[c], "split: with ", count,
            " images held out, class ", nn::quote(data.classes[c]), " keeps none of its ",
            images[c], " for the training; hold out fewer");

  const std::vector<bool> drawn = draw(data, share, seed);
  Split split{std::move(data), {}};
  Dataset& rest = split.rest;
  split.held_out.classes = rest.classes;
  split.held_out.input = rest.input;
  const std::int64_t image_bytes = rest.image_bytes();
  split.held_out.pixels.reserve(static_cast<std::size_t>(count * image_bytes));
  auto to = rest.pixels.begin();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const auto image = rest.pixels.begin() + static_cast<std::ptrdiff_t>(i) * image_bytes;
    const auto end = image + image_bytes;
    if (drawn[i]) {
      split.held_out.labels.push_back(rest.labels[i]);
      split.held_out.pixels.insert(split.held_out.pixels.end(), image, end);
    } else {
      rest.labels[kept++] = rest.labels[i];
      to = std::copy(image, end, to);
    }
  }
  rest.labels.resize(kept);
  rest.pixels.erase(to, rest.pixels.end());
  return split;
}

Normalization pixel_normalization(const Dataset& data) {
  require(data.size() > 0, "normalization: the data set is empty");
  const auto channels = static_cast<std::size_t>(data.input.channels);
  const std::int64_t plane = data.input.height * data.input.width;
  // Counts of each value: integers, so that the sum does not depend on the order of addition.
  std::vector<std::array<std::int64_t, 256>> times(channels);
  const std::uint8_t* pixels = data.pixels.data();
  for (std::size_t i = 0; i < channels * static_cast<std::size_t>(data.size()); ++i)
    for (std::int64_t j = 0; j < plane; ++j) ++times[i % channels][*pixels++];

  Normalization result;
  const auto count = static_cast<double>(data.size() * plane);
  for (std::size_t c = 0; c < channels; ++c) {
    double sum = 0, squares = 0;
    for (std::size_t v = 0; v < 256; ++v)
      sum += static_cast<double>(times[c][v]) * static_cast<double>(v);
    const double mean = sum / count;
    for (std::size_t v = 0; v < 256; ++v) {
      const double off = static_cast<double>(v) - mean;
      squares += static_cast<double>(times[c][v]) * off * off;
    }
    const bool constant =
        std::find(times[c].begin(), times[c].end(), data.size() * plane) != times[c].end();
    require(!constant, "normalization: ", channel_name(c, channels), " is ", mean,
            " of 255 in every pixel of all ", data.size(),
            " images: a network cannot be trained on that");
    result.mean.push_back(mean / 255);
    result.std.push_back(std::sqrt(squares / count) / 255);
  }
  return result;
}

}  // namespace odin::native
