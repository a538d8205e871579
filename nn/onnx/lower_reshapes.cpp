#include <algorithm>

#include "odin/nn/onnx/call.h"

// Operators that give a value other sizes, its elements staying in order.

namespace odin::nn::onnx {
namespace {

/// Replaces 0 by the size in `from` and -1 by what is left. Nothing if that is not possible.
std::optional<Shape> resolved(std::vector<std::int64_t> sizes, const Shape& from,
                              bool zero_copies) {
  std::int64_t known = 1;
  std::optional<std::size_t> open;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 0 && zero_copies && static_cast<int>(i) < from.rank())
      sizes[i] = from[static_cast<int>(i)];
    if (sizes[i] == -1 && !open) {
      open = i;
    } else {
      if (sizes[i] < 0 || sizes[i] > graph::kMostElements) return std::nullopt;
      known *= sizes[i];
      if (known > graph::kMostElements * 4) return std::nullopt;
    }
  }
  if (open) {
    if (known == 0 || numel(from) % known != 0) return std::nullopt;
    sizes[*open] = numel(from) / known;
  }
  if (sizes.size() > Shape::kMaxRank) return std::nullopt;
  const Shape shape{std::span<const std::int64_t>(sizes)};
  if (numel(shape) != numel(from)) return std::nullopt;
  return shape;
}

/// A dimension of `own` elements for each image, with `before` and `after` elements around it.
struct BatchDim {
  std::int64_t before = 1, own = 1, after = 1;
};

/// Where this dimension is in the sizes of a model that was exported for a fixed number of images.
std::optional<std::size_t> place_of_batch(const BatchDim& dim, std::int64_t fixed_batch,
                                          const std::vector<std::int64_t>& sizes) {
  std::vector<std::int64_t> products;  // of the sizes in front of each
  std::int64_t product = 1;
  for (const std::int64_t size : sizes) {
    if (size <= 0 || size > graph::kMostElements || product > graph::kMostElements) break;
    products.push_back(product);
    product *= size;
  }
  for (std::size_t i = 0; i < products.size(); ++i)  // a size of its own
    if (sizes[i] == fixed_batch && products[i] >= dim.before && products[i] <= dim.before * dim.own)
      return i;
  for (std::size_t i = 0; i < products.size(); ++i) {
    const std::int64_t size = sizes[i];
    if (products[i] == dim.before && size % fixed_batch == 0) {
      // [length, 1, features] to [length, features], as attention has it, joins batch and length.
      const bool all_features = i > 0 && fixed_batch == 1 && size == dim.after && dim.after > 1;
      return all_features ? i - 1 : i;
    }
    if (fixed_batch > 1 && products[i] * size == dim.before * dim.own * fixed_batch) return i;
  }
  return std::nullopt;
}

/// A model that was exported for a fixed number of images has this number in the sizes of its
/// reshapes, perhaps multiplied with others. It becomes the number of images.
void open_batch(const Value& x, std::int64_t fixed_batch, Sizes& sizes) {
  if (sizes[0] != sizes[1]) return;
  BatchDim dim;
  int i = 0;
  for (; i < x.rank() && x.shape[0][i] == x.shape[1][i]; ++i) dim.before *= x.shape[0][i];
  if (i == x.rank()) return;
  dim.own = x.shape[0][i] / kBatches[0];
  while (++i < x.rank()) dim.after *= x.shape[0][i];
  if (const auto place = place_of_batch(dim, fixed_batch, sizes[0]))
    for (std::size_t b = 0; b < 2; ++b)
      sizes[b][*place] = sizes[b][*place] / fixed_batch * kBatches[b];
}

std::vector<Value> reshape(Call& c) {
  const Value& x = c.in(0);
  Sizes sizes = c.has(1) ? c.sizes_in(1) : Sizes{};
  if (!c.has(1)) sizes[0] = sizes[1] = c.integers("shape").value_or(std::vector<std::int64_t>());
  if (c.fixed_batch() && !x.is_known()) open_batch(x, *c.fixed_batch(), sizes);
  std::array<Shape, 2> shape;
  for (std::size_t b = 0; b < 2; ++b) {
    const auto found = resolved(sizes[b], x.shape[b], !c.flag("allowzero", false));
    if (!found) {
      std::string list;
      for (const std::int64_t size : sizes[b])
        list += (list.empty() ? "" : ",") + std::to_string(size);
      fail(x.shape[b], " cannot be reshaped to [", list, "]");
    }
    shape[b] = *found;
  }
  return {c.build().reshape(x, shape)};
}

std::vector<Value> flatten(Call& c) {
  const Value& x = c.in(0);
  const std::int64_t given = c.integer("axis", 1);
  const int axis = given == x.rank() ? x.rank() : checked_axis(given, x.rank());
  std::array<Shape, 2> shape;
  for (std::size_t b = 0; b < 2; ++b) {
    shape[b] = {1, 1};
    for (int i = 0; i < x.rank(); ++i) shape[b][i < axis ? 0 : 1] *= x.shape[b][i];
  }
  return {c.build().reshape(x, shape)};
}

std::vector<Value> squeeze(Call& c) {
  const Value& x = c.in(0);
  const auto axes = c.list("axes", 1);
  std::array<Shape, 2> shape;
  for (int i = 0; i < x.rank(); ++i) {
    bool removed = !axes && x.shape[0][i] == 1 && x.shape[1][i] == 1;
    if (axes)
      for (const std::int64_t axis : *axes) removed |= checked_axis(axis, x.rank()) == i;
    require(!removed || x.shape[0][i] == 1, "dimension ", i, " of ", x.shape[0], " is not 1");
    for (std::size_t b = 0; b < 2; ++b)
      if (!removed) shape[b].push_back(x.shape[b][i]);
  }
  return {c.build().reshape(x, shape)};
}

std::vector<Value> unsqueeze(Call& c) {
  const Value& x = c.in(0);
  const auto axes = c.list("axes", 1);
  require(axes.has_value(), "it has no axes");
  const int rank = x.rank() + static_cast<int>(std::min<std::size_t>(axes->size(), 100));
  require(rank <= Shape::kMaxRank, "a result of ", rank, " dimensions, at most ", Shape::kMaxRank,
          " are supported");
  std::vector<int> added;
  for (const std::int64_t axis : *axes) added.push_back(checked_axis(axis, rank));
  std::sort(added.begin(), added.end());
  require(std::adjacent_find(added.begin(), added.end()) == added.end(), "an axis is repeated");
  std::array<Shape, 2> shape = x.shape;
  for (const int axis : added)
    for (Shape& s : shape) s.insert(axis, 1);
  return {c.build().reshape(x, shape)};
}

}  // namespace

void add_reshapes(LoweringTable& table) {
  table.insert(
      {{"Reshape", reshape}, {"Flatten", flatten}, {"Squeeze", squeeze}, {"Unsqueeze", unsqueeze}});
}

}  // namespace odin::nn::onnx
