#include <algorithm>

#include "odin/autograd/ops/shape.h"
#include "odin/nn/graph/operation_families.h"

namespace odin::nn::graph {
namespace {

int read_dim(AttributeReader& a) {
  const std::int64_t dim = a.integer("dim");
  require(dim >= 0 && dim < tensor::Dims::kMaxRank, "expected dim from 0 to ",
          tensor::Dims::kMaxRank - 1, ", got ", dim);
  return static_cast<int>(dim);
}

void check_dim(int dim, const Shape& x) {
  require(dim < x.rank(), "there is no dimension ", dim, " in ", x);
}

std::vector<Extent> read_shape(AttributeReader& a) {
  std::vector<Extent> extents = a.extents("shape");
  require(extents.size() <= tensor::Dims::kMaxRank, "expected a shape of at most ",
          tensor::Dims::kMaxRank, " sizes, got ", extents.size());
  require(std::ranges::count_if(extents, &Extent::is_left) <= 1,
          "expected a shape with -1 in one place at most");
  for (const Extent& extent : extents)
    require((extent.count >= 0 && extent.count <= kMostElements) || extent.is_left(),
            "expected sizes up to ", kMostElements, ", got ", extent.count);
  return extents;
}

std::int64_t size_at(const Extent& extent, std::int64_t batch, const Shape& x) {
  if (extent.of_dim < 0) return extent.times_batch ? extent.count * batch : extent.count;
  check_dim(extent.of_dim, x);
  return x[extent.of_dim];
}

/// The list for a batch and, where it has to do with the input, for this one.
Shape shape_at(const std::vector<Extent>& extents, std::int64_t batch, const Shape& x) {
  Shape shape;
  for (const Extent& extent : extents) shape.push_back(size_at(extent, batch, x));
  const auto left = std::ranges::find_if(extents, &Extent::is_left);
  if (left == extents.end()) return shape;
  const int place = static_cast<int>(left - extents.begin());
  shape[place] = 1;
  const std::int64_t others = tensor::checked_numel("shape", shape, kMostElements * batch);
  require(others > 0 && numel(x) % others == 0, x, " cannot be divided into a shape with ", others,
          " elements and -1");
  shape[place] = numel(x) / others;
  return shape;
}

Operation reshape(AttributeReader& a) {
  const std::vector<Extent> extents = read_shape(a);
  return {.shape =
              [extents](Shapes x, std::int64_t batch) {
                const Shape shape = shape_at(extents, batch, x[0]);
                require(tensor::checked_numel("shape", shape, kMostElements * batch) == numel(x[0]),
                        x[0], " cannot be reshaped to ", shape);
                return shape;
              },
          .run =
              [extents](Inputs x, std::int64_t batch) {
                return autograd::reshape(x[0], shape_at(extents, batch, x[0].shape()));
              }};
}

Operation expand(AttributeReader& a) {
  const std::vector<Extent> extents = read_shape(a);
  require(std::ranges::none_of(extents, &Extent::is_left), "-1 is for a reshape");
  return {.shape =
              [extents](Shapes x, std::int64_t batch) {
                const Shape shape = shape_at(extents, batch, x[0]);
                require(tensor::broadcast_shapes("shapes", x[0], shape) == shape, x[0],
                        " cannot be expanded to ", shape);
                return shape;
              },
          .run =
              [extents](Inputs x, std::int64_t batch) {
                return autograd::expand(x[0], shape_at(extents, batch, x[0].shape()));
              }};
}

Operation transpose(AttributeReader& a) {
  const tensor::Dims order = a.dims("order");
  return {.shape =
              [order](Shapes x, std::int64_t) {
                Shape shape;
                unsigned seen = 0;
                for (const std::int64_t dim : order)
                  if (dim >= 0 && dim < x[0].rank()) {
                    seen |= 1u << dim;
                    shape.push_back(x[0][static_cast<int>(dim)]);
                  }
                require(order.rank() == x[0].rank() && seen + 1 == 1u << order.rank(),
                        "expected an order of the dimensions of ", x[0], ", got ", order);
                return shape;
              },
          .run = [order](Inputs x, std::int64_t) { return autograd::permute(x[0], order); }};
}

Operation concat(AttributeReader& a) {
  const int dim = read_dim(a);
  return {.shape =
              [dim](Shapes x, std::int64_t) {
                check_dim(dim, x[0]);
                Shape shape = x[0];
                for (const Shape& part : x.subspan(1)) {
                  Shape as_first = part;
                  if (part.rank() == shape.rank()) as_first[dim] = x[0][dim];
                  require(as_first == x[0], "expected parts that differ in dimension ", dim,
                          " alone, got ", x[0], " and ", part);
                  shape[dim] += part[dim];
                }
                return shape;
              },
          .run = [dim](Inputs x, std::int64_t) { return autograd::concat(x, dim); }};
}

/// Positions first, first + step, ... below last.
Operation slice(AttributeReader& a) {
  const int dim = read_dim(a);
  const std::int64_t first = a.integer("first"), last = a.integer("last"),
                     step = a.integer("step", 1);
  require(first >= 0 && first < last && step >= 1, "expected 0 <= first < last and a step of 1 or ",
          "more, got ", first, ", ", last, " and ", step);
  return {
      .shape =
          [=](Shapes x, std::int64_t) {
            check_dim(dim, x[0]);
            require(last <= x[0][dim], "positions ", first, " to ", last, " are outside dimension ",
                    dim, " of ", x[0]);
            Shape shape = x[0];
            shape[dim] = (last - first - 1) / step + 1;
            return shape;
          },
      .run = [=](Inputs x, std::int64_t) { return autograd::slice(x[0], dim, first, last, step); }};
}

Operation gather(AttributeReader& a) {
  const int dim = read_dim(a);
  const std::vector<std::int64_t> indices = a.integers("indices");
  const auto count = static_cast<std::int64_t>(indices.size());
  require(count > 0, "attribute 'indices' is empty");
  const auto ends = std::minmax_element(indices.begin(), indices.end());
  return {.shape =
              [dim, count, least = *ends.first, most = *ends.second](Shapes x, std::int64_t) {
                check_dim(dim, x[0]);
                require(least >= 0 && most < x[0][dim], "positions ", least, " to ", most,
                        " are outside dimension ", dim, " of ", x[0]);
                Shape shape = x[0];
                shape[dim] = count;
                return shape;
              },
          .run =
              [dim, positions = tensor::Tensor::from(indices, {count})](Inputs x, std::int64_t) {
                return autograd::gather(x[0], dim, positions.to(x[0].value().device()));
              }};
}

/// mode "constant" (attribute value), "reflect" or "edge"; before and after have one number for
/// each dimension.
Operation pad(AttributeReader& a) {
  const tensor::Dims before = a.dims("before"), after = a.dims("after");
  const std::string mode = a.choice("mode", {"constant", "reflect", "edge"});
  const double value = a.number("value", 0);
  const auto pad_mode = mode == "edge"      ? autograd::PadMode::edge
                        : mode == "reflect" ? autograd::PadMode::reflect
                                            : autograd::PadMode::constant;
  const auto shape = [=](Shapes x, std::int64_t) {
    require(before.rank() == x[0].rank() && after.rank() == x[0].rank(),
            "expected one number before and after each dimension of ", x[0], ", got ", before,
            " and ", after);
    Shape padded = x[0];
    for (int i = 0; i < padded.rank(); ++i) {
      const std::int64_t most = mode == "constant" ? kMostElements
                                : mode == "edge"   ? (x[0][i] > 0 ? kMostElements : 0)
                                                   : x[0][i] - 1;
      for (const std::int64_t count : {before[i], after[i]})
        require(count == 0 || (count > 0 && count <= most), "cannot pad dimension ", i, " of ",
                x[0], " by ", count, " (", mode, ")");
      padded[i] += before[i] + after[i];
    }
    return padded;
  };
  return {.shape = shape, .run = [=](Inputs x, std::int64_t) {
            return autograd::pad(x[0], before, after, pad_mode, value);
          }};
}

}  // namespace

std::span<const OperationEntry> shape_operations() {
  static constexpr OperationEntry kEntries[] = {
      {"reshape", 1, 1, reshape},   {"expand", 1, 1, expand}, {"transpose", 1, 1, transpose},
      {"concat", 1, 10000, concat}, {"slice", 1, 1, slice},   {"gather", 1, 1, gather},
      {"pad", 1, 1, pad},
  };
  return kEntries;
}

}  // namespace odin::nn::graph
