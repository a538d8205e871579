#include <sstream>

#include "odin/autograd/ops.h"
#include "odin/tensor/ops.h"
#include "odin/tests/op_cases/families.h"

namespace odin::tests {

namespace {

struct ConvCase {
  Shape x, w;
  Conv2dParams p;
  bool small = true;
};

}  // namespace

void add_conv(std::vector<OpCase>& cases) {
  std::vector<ConvCase> conv{
      {{2, 3, 7, 5}, {4, 3, 3, 3}, {1, 1}},              // 3x3, non-square
      {{1, 1, 5, 9}, {1, 1, 3, 3}, {1, 1}},              // one channel
      {{2, 3, 6, 5}, {13, 3, 3, 3}, {1, 0}},             // no padding, more rows than a tile
      {{1, 2, 3, 35}, {5, 2, 3, 3}, {1, 1}},             // wider than two vectors
      {{2, 4, 9, 6}, {5, 4, 3, 3}, {2, 1}},              // stride 2, odd and even
      {{1, 3, 8, 8}, {2, 3, 3, 3}, {2, 1}},              // stride 2, a row and a column left over
      {{1, 2, 8, 7}, {3, 2, 3, 3}, {2, 0}},              // stride 2 without padding
      {{1, 2, 9, 10}, {2, 2, 3, 3}, {3, 2}},             // stride 3, much padding
      {{3, 5, 4, 7}, {6, 5, 1, 1}, {1, 0}},              // 1x1
      {{2, 3, 7, 6}, {4, 3, 1, 1}, {2, 0}},              // 1x1 stride 2: pixels without gradient
      {{1, 2, 4, 5}, {3, 2, 1, 1}, {1, 1}},              // 1x1 with padding
      {{1, 2, 6, 11}, {3, 2, 5, 5}, {1, 2}},             // 5x5
      {{1, 1, 6, 5}, {2, 1, 2, 3}, {2, 1}},              // a kernel that is not square
      {{1, 2, 1, 1}, {3, 2, 3, 3}, {1, 1}},              // one pixel
      {{2, 2, 3, 3}, {2, 2, 3, 3}, {1, 3}},              // padding beyond the kernel
      {{3, 48, 32, 32}, {12, 48, 3, 3}, {1, 1}, false},  // as in DenseNet
      {{2, 300, 8, 8}, {48, 300, 1, 1}, {1, 0}, false},  // deeper than rows are read in place
      {{2, 21, 9, 13}, {210, 21, 1, 1}, {1, 0}, false},  // the same of the gradient, a tile cut off
      {{2, 64, 16, 16}, {64, 64, 3, 3}, {2, 1}, false},  // as in Wide ResNet
      {{21, 29, 9, 7}, {5, 29, 3, 3}, {2, 1}, false},    // the same, odd, several images at a time
      {{35, 17, 5, 7}, {6, 17, 3, 3}, {1, 1}, false},    // channels in blocks, one left over
      {{3, 7, 11, 10}, {9, 7, 5, 5}, {3, 2}, false},     // stride 3, 5x5
      {{17, 3, 32, 32}, {24, 3, 3, 3}, {1, 1}, false},   // more images than parts of a sum
      {{3, 32, 9, 6}, {64, 32, 3, 3}, {1, 1}, false},    // Winograd, tiles cut off at the edges
      {{1, 64, 1, 3}, {32, 64, 3, 3}, {1, 1}, false},    // Winograd of less than a tile
      {{5, 96, 16, 16}, {32, 96, 3, 3}, {1, 1}, false},  // Winograd, a sum in two pieces
      {{1, 32, 19, 9}, {64, 32, 3, 3}, {1, 1}, false},   // Winograd, one image in bands
      {{1, 96, 8, 8}, {96, 96, 3, 3}, {1, 1}, false},    // Winograd, one image, a large weight
      {{11, 32, 7, 5}, {32, 32, 3, 3}, {1, 1}, false},   // Winograd, images of a thread's own
      {{2, 9, 7, 32}, {13, 9, 3, 3}, {1, 1}, false},     // Winograd along columns, rows cut off
      {{1, 8, 3, 16}, {8, 8, 3, 3}, {1, 1}, false},      // the same, less than a tile
      {{3, 12, 13, 16}, {48, 12, 3, 3}, {1, 1}, false},  // the same, several bands
      {{1, 31, 5, 48}, {17, 31, 3, 3}, {1, 1}, false},   // the same, wider than a band
      {{2, 16, 9, 4}, {16, 16, 3, 3}, {1, 1}, false},    // the same, where a vector has 4 elements
      {{2, 16, 6, 8}, {16, 16, 3, 3}, {1, 1}, false},    // the same, where it has 8
  };
  for (std::int64_t width = 1; width <= 36; width += 5)
    conv.push_back({{2, 3, 4, width}, {7, 3, 3, 3}, {1, 1}, width <= 11});
  for (const ConvCase& c : conv) {
    std::ostringstream name;
    name << "conv2d " << c.x << " with " << c.w << ", stride " << c.p.stride << ", padding "
         << c.p.padding;
    cases.push_back({name.str(),
                     {c.x, c.w},
                     [p = c.p](const Inputs& v) { return conv2d(v[0], v[1], p); },
                     false,
                     c.small});
  }
  // A range of channels of a larger tensor, as DenseNet's layers read it.
  cases.push_back({"conv2d of some channels", {{2, 5, 6, 7}, {3, 2, 3, 3}}, [](const Inputs& v) {
                     return conv2d(slice(v[0], 1, 1, 3), v[1], {1, 1});
                   }});
}

/// Groups, dilation, and steps and paddings that differ between the directions.
void add_grouped_conv(std::vector<OpCase>& cases) {
  const std::vector<ConvCase> conv{
      {{2, 4, 7, 5}, {6, 2, 3, 3}, {.padding = 1, .groups = 2}},
      {{1, 6, 5, 8}, {3, 2, 1, 1}, {.groups = 3}},
      {{2, 6, 7, 6}, {4, 3, 3, 3}, {.stride = 2, .padding = 1, .groups = 2}},
      {{2, 3, 9, 8}, {2, 3, 3, 3}, {.padding = 2, .dilation = 2}},
      {{2, 3, 9, 8}, {2, 3, 3, 3}, {.stride = 2, .padding = 2, .dilation = 3}},
      {{1, 2, 8, 9}, {3, 2, 3, 2}, {.stride = {2, 1}, .padding = {1, 0, 2, 1}}},
      {{2, 2, 7, 9}, {3, 2, 2, 3}, {.stride = {1, 3}, .padding = {0, 2}, .dilation = {3, 1}}},
      {{1, 2, 6, 9}, {2, 2, 1, 7}, {.padding = {0, 3}}},
      {{1, 2, 9, 6}, {2, 2, 7, 1}, {.padding = {3, 0}}},
      // Depthwise: one input channel for each output channel, or for two.
      {{2, 5, 7, 6}, {5, 1, 3, 3}, {.padding = 1, .groups = 5}},
      {{2, 5, 7, 6}, {10, 1, 3, 3}, {.padding = 1, .groups = 5}},
      {{1, 3, 9, 8}, {3, 1, 3, 3}, {.stride = 2, .padding = 1, .groups = 3}},
      {{1, 3, 8, 9}, {3, 1, 5, 5}, {.stride = 2, .padding = 2, .groups = 3}},
      {{1, 3, 8, 9}, {3, 1, 5, 5}, {.padding = 2, .groups = 3}},
      {{1, 2, 9, 9}, {2, 1, 3, 3}, {.padding = 2, .dilation = 2, .groups = 2}},
      {{1, 2, 9, 9}, {2, 1, 3, 3}, {.stride = 2, .padding = 2, .dilation = 2, .groups = 2}},
      {{2, 4, 6, 7}, {4, 1, 3, 2}, {.stride = {1, 2}, .padding = {0, 1, 1, 0}, .groups = 4}},
      {{2, 3, 3, 3}, {3, 1, 7, 7}, {.padding = 3, .groups = 3}},
      {{1, 2, 6, 5}, {2, 1, 1, 1}, {.stride = 3, .groups = 2}},
      {{3, 16, 19, 21}, {16, 1, 3, 3}, {.padding = 1, .groups = 16}, false},
      {{2, 64, 14, 14}, {64, 8, 3, 3}, {.padding = 1, .groups = 8}, false},   // as in RegNet
      {{2, 64, 16, 16}, {64, 32, 3, 3}, {.padding = 1, .groups = 2}, false},  // Winograd
      {{1, 32, 9, 16}, {32, 16, 3, 3}, {.padding = 1, .groups = 2}, false},   // along columns
      {{2, 3, 37, 35}, {24, 3, 7, 7}, {.stride = 2, .padding = 3}, false},    // as in ResNet
      {{2, 3, 38, 36}, {20, 3, 7, 7}, {.stride = 2, .padding = 3}, false},    // all phases at once
      {{1, 1, 12, 10}, {5, 1, 5, 4}, {.stride = {2, 1}, .padding = {2, 1, 1, 2}}},
      {{9, 24, 13, 11}, {24, 4, 3, 3}, {.stride = 2, .padding = 1, .groups = 6}, false},
  };
  for (const ConvCase& c : conv) {
    std::ostringstream name;
    name << "conv2d " << c.x << " with " << c.w << ", stride " << c.p.stride << ", padding "
         << c.p.padding << ", dilation " << c.p.dilation << ", groups " << c.p.groups;
    cases.push_back({name.str(),
                     {c.x, c.w, {c.w[0]}},
                     [p = c.p](const Inputs& v) { return conv2d(v[0], v[1], p, v[2]); },
                     false,
                     c.small});
  }
  cases.push_back(
      {"conv2d in groups of some channels", {{2, 7, 6, 7}, {4, 2, 3, 3}}, [](const Inputs& v) {
         return conv2d(slice(v[0], 1, 1, 5), v[1], {.padding = 1, .groups = 2});
       }});
}

}  // namespace odin::tests
