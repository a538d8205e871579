#include <algorithm>

#include "odin/nn/onnx/call.h"

namespace odin::nn::onnx {
namespace {

std::vector<Value> transpose(Call& c) {
  const Value& x = c.in(0);
  std::vector<std::int64_t> reversed;
  for (int i = x.rank(); i-- > 0;) reversed.push_back(i);
  return {c.build().transpose(x, c.integers("perm").value_or(reversed))};
}

/// A part of a single image beside parts of the batch, in a model exported for a single image, is
/// the same for every image.
Value for_every_image(Call& c, const Value& part, const Value& batched, int dim) {
  if (!c.fixed_batch() || part.rank() != batched.rank() || part.rank() == 0 || dim == 0)
    return part;
  if (part.shape[0][0] != *c.fixed_batch() || part.shape[1][0] != *c.fixed_batch() ||
      batched.shape[0][0] != kBatches[0] || batched.shape[1][0] != kBatches[1] ||
      *c.fixed_batch() != 1)
    return part;
  std::array<Shape, 2> shape = part.shape;
  for (std::size_t b = 0; b < 2; ++b) shape[b][0] = kBatches[b];
  return c.build().expand(part, shape);
}

std::vector<Value> concat(Call& c) {
  std::vector<Value> parts = c.all_inputs();
  const int dim = checked_axis(c.integer("axis"), parts.front().rank());
  // Lists of sizes may have empty parts.
  if (std::all_of(parts.begin(), parts.end(), [](const Value& v) { return v.is_known(); }))
    std::erase_if(parts,
                  [&](const Value& v) { return parts.size() > 1 && numel(v.shape[0]) == 0; });
  if (parts.empty()) return {c.in(0)};
  const auto batched =
      std::find_if(parts.begin(), parts.end(), [](const Value& v) { return !v.is_known(); });
  if (batched != parts.end()) {
    const Value example = *batched;
    for (Value& part : parts)
      if (part.is_known()) part = for_every_image(c, part, example, dim);
  }
  if (parts.size() == 1) return {parts.front()};
  return {c.emit("concat", parts, {{"dim", std::int64_t{dim}}})};
}

struct Range {
  std::int64_t first, last, step;
};

/// As in Python: negative positions count from the end, and those beyond it are clamped.
Range clamped(std::int64_t start, std::int64_t end, std::int64_t step, std::int64_t size) {
  const auto clamp = [&](std::int64_t at) {
    if (at < 0) at += size;
    return step > 0 ? std::clamp<std::int64_t>(at, 0, size)
                    : std::clamp<std::int64_t>(at, -1, size - 1);
  };
  return {clamp(start), end < 0 && step < 0 && end < -size ? -1 : clamp(end), step};
}

Value slice_dim(Call& c, const Value& x, int dim, const std::array<Range, 2>& r) {
  const bool is_all = r[0].step == 1 && r[0].first == 0 && r[1].first == 0 &&
                      r[0].last == x.shape[0][dim] && r[1].last == x.shape[1][dim];
  if (is_all) return x;
  require(r[0].first == r[1].first && r[0].last == r[1].last,
          "it takes a part of the batch, or one that depends on it");
  if (r[0].step > 0) return c.build().slice(x, dim, r[0].first, r[0].last, r[0].step);
  std::vector<std::int64_t> positions;
  for (std::int64_t at = r[0].first; at > r[0].last; at += r[0].step) positions.push_back(at);
  return c.build().gather(x, dim, positions);
}

/// Attributes up to version 9, inputs from 10 on.
std::vector<Value> slice(Call& c) {
  const auto read = [&](const char* name, std::size_t input) -> Sizes {
    if (c.has(input)) return c.sizes_in(input);
    const auto list = c.integers(name).value_or(std::vector<std::int64_t>());
    return {list, list};
  };
  const Sizes starts = read("starts", 1), ends = read("ends", 2);
  const std::size_t count = starts[0].size();
  std::vector<std::int64_t> axes = read("axes", 3)[0], steps = read("steps", 4)[0];
  for (std::size_t i = axes.size(); i < count; ++i) axes.push_back(static_cast<std::int64_t>(i));
  steps.resize(count, 1);
  Value x = c.in(0);
  require(ends[0].size() == count && axes.size() == count && starts[1].size() == count &&
              ends[1].size() == count,
          "starts, ends and axes have different lengths");
  for (std::size_t i = 0; i < count; ++i) {
    const int dim = checked_axis(axes[i], x.rank());
    require(steps[i] != 0 && steps[i] > -(1 << 30), "a step of ", steps[i]);
    std::array<Range, 2> ranges;
    for (std::size_t b = 0; b < 2; ++b)
      ranges[b] = clamped(starts[b][i], ends[b][i], steps[i], x.shape[b][dim]);
    x = slice_dim(c, x, dim, ranges);
  }
  return {x};
}

std::vector<Value> split(Call& c) {
  const Value& x = c.in(0);
  const int dim = checked_axis(c.integer("axis", 0), x.rank());
  require(x.shape[0][dim] == x.shape[1][dim], "it splits the batch");
  const std::int64_t size = x.shape[0][dim];
  const auto count = static_cast<std::int64_t>(c.node().outputs.size());
  std::vector<std::int64_t> sizes;
  if (const auto given = c.list("split", 1)) {
    sizes = *given;
  } else {
    const std::int64_t each = (size + count - 1) / count;
    for (std::int64_t first = 0; first < size; first += each)
      sizes.push_back(std::min(each, size - first));
  }
  std::vector<Value> parts;
  std::int64_t first = 0;
  for (const std::int64_t part : sizes) {
    require(part > 0 && part <= size - first, "the parts do not fit into ", size);
    parts.push_back(c.build().slice(x, dim, first, first + part));
    first += part;
  }
  require(first == size, "the parts have ", first, " of ", size, " positions");
  return parts;
}

std::vector<Value> gather(Call& c) {
  const Value &x = c.in(0), &indices = c.in(1);
  const int dim = checked_axis(c.integer("axis", 0), x.rank());
  std::vector<std::int64_t> positions = c.integers_in(1);
  for (std::int64_t& position : positions) {
    require(position < 0 || position < x.shape[0][dim], "position ", position, " of ", x.shape[0]);
    if (position < 0) {
      require(x.shape[0][dim] == x.shape[1][dim], "it takes a part of the batch");
      position += x.shape[0][dim];
    }
  }
  const Value taken = c.build().gather(x, dim, positions);
  if (indices.rank() == 1) return {taken};
  require(x.rank() - 1 + indices.rank() <= Shape::kMaxRank, "a result of more than ",
          Shape::kMaxRank, " dimensions");
  std::array<Shape, 2> shape;
  for (std::size_t b = 0; b < 2; ++b)
    for (int i = 0; i < x.rank(); ++i) {
      if (i != dim) shape[b].push_back(x.shape[b][i]);
      if (i == dim)
        for (const std::int64_t size : indices.shape[b]) shape[b].push_back(size);
    }
  return {c.build().reshape(taken, shape)};
}

std::vector<Value> expand(Call& c) {
  const Value& x = c.in(0);
  const Sizes sizes = c.sizes_in(1);
  std::array<Shape, 2> shape;
  for (std::size_t b = 0; b < 2; ++b) {
    require(sizes[b].size() <= Shape::kMaxRank, "a result of ", sizes[b].size(), " dimensions");
    shape[b] = tensor::broadcast_shapes("shapes", x.shape[b],
                                        Shape(std::span<const std::int64_t>(sizes[b])));
  }
  return {c.build().expand(x, shape)};
}

std::vector<Value> tile(Call& c) {
  Value x = c.in(0);
  const Sizes repeats = c.sizes_in(1);
  require(std::ssize(repeats[0]) == x.rank() && std::ssize(repeats[1]) == x.rank(),
          "expected one number for each dimension of ", x.shape[0]);
  for (int dim = 0; dim < x.rank(); ++dim) {
    const std::int64_t n = repeats[0][static_cast<std::size_t>(dim)];
    const std::int64_t n3 = repeats[1][static_cast<std::size_t>(dim)];
    if (x.shape[0][dim] == 1 && x.shape[1][dim] == 1) {
      std::array<Shape, 2> shape = x.shape;
      shape[0][dim] = n;
      shape[1][dim] = n3;
      x = c.build().expand(x, shape);
    } else if (n != 1 || n3 != 1) {
      require(n == n3 && n >= 1 && n <= 1000, "repeats are ", n, " and ", n3);
      x = c.emit("concat", std::vector<Value>(static_cast<std::size_t>(n), x),
                 {{"dim", std::int64_t{dim}}});
    }
  }
  return {x};
}

/// Attributes up to version 10, inputs from 11 on.
std::vector<Value> pad(Call& c) {
  const Value& x = c.in(0);
  const auto pads = c.opset() < 11 ? c.integers("pads") : c.list("pads", 1);
  require(pads.has_value(), "it has no pads");
  std::vector<std::int64_t> axes;
  if (c.has(3)) axes = c.integers_in(3);
  if (!c.has(3))
    for (int i = 0; i < x.rank(); ++i) axes.push_back(i);
  require(pads->size() == 2 * axes.size(), "expected ", 2 * axes.size(), " pads, got ",
          pads->size());
  std::vector<Extent> before(static_cast<std::size_t>(x.rank())), after = before;
  bool is_nothing = true;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto dim = static_cast<std::size_t>(checked_axis(axes[i], x.rank()));
    before[dim] = {(*pads)[i]};
    after[dim] = {(*pads)[i + axes.size()]};
    is_nothing &= before[dim].count == 0 && after[dim].count == 0;
  }
  const std::string mode = c.text("mode", "constant");
  double value = c.opset() < 11 ? c.number("value", 0) : 0;
  if (c.opset() >= 11 && c.has(2)) value = c.number_in(2);
  if (is_nothing) return {x};
  return {
      c.emit("pad", {x}, {{"before", before}, {"after", after}, {"mode", mode}, {"value", value}})};
}

/// Reshapes to `apart`, orders these dimensions anew, and reshapes to `together`.
std::vector<Value> rearrange(Call& c, const std::array<Shape, 2>& apart,
                             const std::vector<std::int64_t>& order,
                             const std::array<Shape, 2>& together) {
  Builder& b = c.build();
  return {b.reshape(b.transpose(b.reshape(c.in(0), apart), order), together)};
}

std::vector<Value> depth_to_space(Call& c) {
  const Value& x = c.in(0);
  const std::int64_t s = c.integer("blocksize");
  require(x.rank() == 4 && s >= 1 && s <= 1 << 10 && x.shape[0][1] % (s * s) == 0,
          "expected [N,C,H,W] with C a multiple of the square of ", s, ", got ", x.shape[0]);
  const bool depth_first = c.text("mode", "DCR") == "DCR";
  std::array<Shape, 2> apart, together;
  for (std::size_t b = 0; b < 2; ++b) {
    const std::int64_t n = x.shape[b][0], k = x.shape[b][1] / (s * s), h = x.shape[b][2],
                       w = x.shape[b][3];
    apart[b] = depth_first ? Shape{n, s, s, k, h, w} : Shape{n, k, s, s, h, w};
    together[b] = {n, k, h * s, w * s};
  }
  return depth_first ? rearrange(c, apart, {0, 3, 4, 1, 5, 2}, together)
                     : rearrange(c, apart, {0, 1, 4, 2, 5, 3}, together);
}

std::vector<Value> space_to_depth(Call& c) {
  const Value& x = c.in(0);
  const std::int64_t s = c.integer("blocksize");
  require(
      x.rank() == 4 && s >= 1 && s <= 1 << 10 && x.shape[0][2] % s == 0 && x.shape[0][3] % s == 0,
      "expected [N,C,H,W] with H and W multiples of ", s, ", got ", x.shape[0]);
  std::array<Shape, 2> apart, together;
  for (std::size_t b = 0; b < 2; ++b) {
    const std::int64_t n = x.shape[b][0], k = x.shape[b][1], h = x.shape[b][2] / s,
                       w = x.shape[b][3] / s;
    apart[b] = {n, k, h, s, w, s};
    together[b] = {n, k * s * s, h, w};
  }
  return rearrange(c, apart, {0, 3, 5, 1, 2, 4}, together);
}

}  // namespace

void add_shapes(LoweringTable& table) {
  table.insert({
      {"Transpose", transpose},
      {"Concat", concat},
      {"Slice", slice},
      {"Split", split},
      {"Gather", gather},
      {"Expand", expand},
      {"Tile", tile},
      {"Pad", pad},
      {"DepthToSpace", depth_to_space},
      {"SpaceToDepth", space_to_depth},
  });
}

}  // namespace odin::nn::onnx
