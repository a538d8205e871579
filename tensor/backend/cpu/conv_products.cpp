#include <algorithm>
#include <vector>

#include "odin/tensor/backend/cpu/conv.h"
#include "odin/tensor/parallel.h"

// Convolutions as matrix products: of pixels, where they lie if nothing has to be done to them, and of
// shifted copies of bands (conv_windows.h). The threads share the columns, or, where a weight is large
// or the columns are few, the rows.

namespace odin::tensor::cpu {
namespace {

std::vector<Output> outputs_of(const BatchOutput& output, std::int64_t first, std::int64_t count) {
  std::vector<Output> outputs;
  for (std::int64_t n = 0; n < count; ++n) outputs.push_back(output[first + n]);
  return outputs;
}

/// Columns [at, at + count) of map(x), the pixels of all images: where they lie, or as copies in
/// tiles, the rows of each tile consecutive.
class PixelTiles {
 public:
  /// For pieces of at most `width` columns and `depth` rows. Of what lies in place no more than a tile
  /// is copied.
  PixelTiles(const PackedRows& weight, const Images& x, const MapPointers& map, std::int64_t pixels,
             std::int64_t depth, std::int64_t width)
      : weight_(weight),
        x_(x),
        map_(map),
        pixels_(pixels),
        tile_(kernels().tile_cols),
        rows_(depth, tile_),
        rows_in_place_(weight.depth(), pixels),
        data_(depth * (map.scale ? width : tile_)),
        part_(depth * tile_) {}

  /// How many of `count` columns the next call of fill() should take.
  std::int64_t columns(std::int64_t at, std::int64_t count) const {
    if (map_.scale) return count;
    const std::int64_t in_image = std::min(count, pixels_ - at % pixels_),
                       whole = weight_.columns_of_tiles(in_image);
    return whole > 0 ? whole : in_image;
  }

  /// Rows [first, last) of these columns, until the next call.
  RightPiece fill(std::int64_t first, std::int64_t last, std::int64_t at,
                  std::int64_t count) const {
    if (!map_.scale && weight_.columns_of_tiles(count) == count && at % pixels_ + count <= pixels_)
      return {first, last, x_[at / pixels_] + first * pixels_ + at % pixels_, rows_in_place_.data(),
              tile_};
    const std::int64_t tile_step = (last - first) * tile_;
    for (std::int64_t j = 0; j < count;) {
      float* to = data_.data() + j / tile_ * tile_step;
      const std::int64_t left = count - j, in_image = pixels_ - (at + j) % pixels_;
      const std::int64_t in_tiles = in_image >= left ? left : in_image / tile_ * tile_;
      if (in_tiles > 0)
        copy(first, last, at + j, in_tiles, to, tile_step);
      else
        fill_tile(first, last, at + j, std::min(tile_, left), to);
      j += in_tiles > 0 ? in_tiles : tile_;
    }
    return {first, last, data_.data(), rows_.data(), tile_step};
  }

 private:
  /// A tile whose columns are pixels of several images.
  void fill_tile(std::int64_t first, std::int64_t last, std::int64_t at, std::int64_t count,
                 float* to) const {
    std::fill_n(to, (last - first) * tile_, 0.0f);
    for (std::int64_t done = 0, some; done < count; done += some) {
      some = std::min(count - done, pixels_ - (at + done) % pixels_);
      copy(first, last, at + done, some, part_.data(), 0);
      for (std::int64_t r = 0; r < last - first; ++r)
        std::copy_n(part_.data() + r * tile_, some, to + r * tile_ + done);
    }
  }
  /// Columns that are pixels of one image.
  void copy(std::int64_t first, std::int64_t last, std::int64_t at, std::int64_t count, float* to,
            std::int64_t tile_step) const {
    const MapPointers map = map_.from(first);
    const float* x = x_[at / pixels_] + first * pixels_ + at % pixels_;
    kernels().map_rows(static_cast<int>(last - first), count, x, pixels_, map.scale, map.shift,
                       map.relu, to, tile_step);
  }

  const PackedRows& weight_;
  Images x_;
  MapPointers map_;
  std::int64_t pixels_, tile_;
  RowOffsets rows_, rows_in_place_;
  Scratch data_, part_;
};

}  // namespace

void multiply_pixels(const PackedRows& weight, const Images& x, const MapPointers& map,
                     std::int64_t images, std::int64_t pixels, const BatchOutput& output) {
  const std::int64_t tile = kernels().tile_cols, lanes = kernels().lanes, depth = weight.depth(),
                     piece = weight.piece_depth();
  const bool large = is_large_factor(weight.rows() * depth);
  const PieceFloats most = large       ? PieceFloats::for_large_factor
                           : map.scale ? PieceFloats::copied
                                       : PieceFloats::in_place;
  const auto multiply = [&](Groups groups, std::int64_t image, std::int64_t count,
                            std::int64_t begin, std::int64_t end) {
    const std::int64_t at_whole_depth =
        kTakesWholeDepth && large ? width_at_whole_depth(depth, end - begin) : 0;
    const bool whole = at_whole_depth > 0;
    const std::int64_t width = whole ? at_whole_depth : width_of_piece(piece, end - begin, most);
    const PixelTiles tiles(weight, x.from(image), map, pixels, whole ? depth : piece,
                           width + (end - begin > width ? tile : 0));
    const std::vector<Output> outputs = outputs_of(output, image, count);
    TileProduct product(weight, groups);
    for (std::int64_t at = begin, columns = 0; at < end; at += columns) {
      columns = end - at <= width + weight.side_columns() ? end - at : width;
      columns = tiles.columns(at, columns);
      if constexpr (kTakesWholeDepth)
        if (whole) {
          product.add_all(outputs, tiles.fill(0, depth, at, columns), at, columns);
          continue;
        }
      for (std::int64_t c = 0; c < depth; c += piece)
        product.add_piece(outputs, tiles.fill(c, std::min(depth, c + piece), at, columns), at,
                          columns);
    }
  };
  const Groups all{0, weight.groups()};
  const std::int64_t columns = images * pixels;
  const std::int64_t vectors = parts_of_columns(weight, columns, lanes),
                     column_tiles = parts_of_columns(weight, columns, tile);
  if (columns == 0) return;
  if (output.sums())  // of one image after the other
    parallel_for(images, 1, [&](std::int64_t first, std::int64_t last) {
      for (auto n = first; n < last; ++n) multiply(all, n, 1, 0, pixels);
    });
  else if (large || (vectors < 4 * num_threads() && all.last >= 4 * num_threads()))
    parallel_for(all.last, one_range_a_thread(all.last), [&](auto first, auto last) {
      multiply({first, last}, 0, images, 0, columns);
    });
  else if (images < num_threads())
    parallel_for(vectors, one_range_a_thread(vectors), [&](auto first, auto last) {
      multiply({0, all.last, first * all.last / vectors}, 0, images, first * lanes,
               last == vectors ? columns : last * lanes);
    });
  else
    parallel_for(column_tiles, 1, [&](std::int64_t first, std::int64_t last) {
      multiply(all, 0, images, first * tile, last == column_tiles ? columns : last * tile);
    });
}

namespace {

/// The rows of a band: few enough that its copies stay in the second-level cache.
std::int64_t rows_of_band(const Windows& w, std::int64_t images, bool whole) {
  constexpr std::int64_t kPixels = 512;
  const std::int64_t parts = parts_of_image(images, w.rows, whole),
                     bands = std::max((w.rows * w.cols + kPixels - 1) / kPixels, parts),
                     even = (bands + parts - 1) / parts * parts;
  return (w.rows + even - 1) / even;
}

}  // namespace

void multiply_windows(const PackedRows& weight, const Windows& windows, const Images& x,
                      const MapPointers& map, std::int64_t images, const BatchOutput& output) {
  const std::int64_t tile = kernels().tile_cols, depth = weight.depth(),
                     piece = weight.piece_depth();
  const bool large = is_large_factor(weight.rows() * depth);
  const bool share_rows = large && !output.sums() && images < 2 * num_threads() &&
                          windows.rows * windows.cols < weight.rows();
  const std::int64_t band_rows = rows_of_band(windows, images, share_rows || output.sums());
  const std::int64_t bands = (windows.rows + band_rows - 1) / band_rows;
  const std::int64_t channels = depth / (windows.kernel_h * windows.kernel_w);
  // Image i / bands, rows from `top` to `bottom`.
  const auto top = [&](std::int64_t i) { return i % bands * band_rows; };
  const auto bottom = [&](std::int64_t i) { return std::min(top(i) + band_rows, windows.rows); };
  const auto multiply = [&](TileProduct& product, std::int64_t i, const WindowCopies& copies,
                            const std::vector<std::int64_t>& taps) {
    const Output out = output[i / bands];
    const std::int64_t start = top(i) * windows.cols, pixels = (bottom(i) - top(i)) * windows.cols;
    const std::int64_t width = large ? pixels : width_of_piece(piece, pixels, PieceFloats::copied);
    const std::int64_t parts = large ? 1 : parts_of_columns(weight, pixels, width);
    for (std::int64_t part = 0; part < parts; ++part) {
      const std::int64_t at = part * width, columns = part + 1 == parts ? pixels - at : width;
      for (std::int64_t k = 0; k < depth; k += piece)
        product.add_piece(
            {&out, 1}, {k, std::min(depth, k + piece), copies.data() + at, taps.data() + k, tile},
            start + at, columns);
    }
  };
  if (share_rows) {  // All make the copies together, since each reads all of them.
    const WindowCopies copies(windows, channels, band_rows);
    const auto taps = copies.tap_offsets();
    for (std::int64_t i = 0; i < images * bands; ++i) {
      parallel_for(channels, one_range_a_thread(channels), [&](auto first, auto last) {
        for (auto c = first; c < last; ++c)
          copies.fill_channel(c, x.from(i / bands), 1, map, top(i), bottom(i));
      });
      parallel_for(weight.groups(), one_range_a_thread(weight.groups()),
                   [&](auto first, auto last) {
                     TileProduct product(weight, {first, last});
                     multiply(product, i, copies, taps);
                   });
    }
    return;
  }
  // If sums are computed, one thread does all bands of an image.
  const std::int64_t parts = output.sums() ? 1 : bands;
  parallel_for(images * parts, grain_of_parts(images, images * parts),
               [&](std::int64_t first, std::int64_t last) {
                 const WindowCopies copies(windows, channels, band_rows);
                 const auto taps = copies.tap_offsets();
                 TileProduct product(weight);
                 for (auto i = first * bands / parts; i < last * bands / parts; ++i) {
                   copies.fill(x.from(i / bands), 1, channels, map, top(i), bottom(i));
                   multiply(product, i, copies, taps);
                 }
               });
}

}  // namespace odin::tensor::cpu
