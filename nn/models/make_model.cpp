#include "odin/nn/models/make_model.h"

#include <charconv>
#include <optional>

#include "odin/nn/io/quote.h"
#include "odin/nn/models/densenet_bc.h"
#include "odin/nn/models/wide_resnet.h"

namespace odin::nn {
namespace {

struct TwoNumbers {
  std::int64_t first, second;
};

/// "100-12" -> {100, 12}
std::optional<TwoNumbers> two_numbers(std::string_view text) {
  TwoNumbers n{};
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, n.first);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, n.second);
  if (second.ec != std::errc() || second.ptr != end) return std::nullopt;
  // Far beyond any network in use, and small enough that their products fit int64.
  if (n.first > 10000 || n.second > 10000) return std::nullopt;
  return n;
}

}  // namespace

std::unique_ptr<Module> make_model(std::string_view architecture, std::int64_t classes) {
  constexpr std::string_view kDenseNet = "densenet-bc-", kWide = "wrn-";
  if (architecture.starts_with(kDenseNet))
    if (const auto n = two_numbers(architecture.substr(kDenseNet.size())))
      return std::make_unique<DenseNetBC>(DenseNetBCOptions{n->first, n->second, classes});
  if (architecture.starts_with(kWide))
    if (const auto n = two_numbers(architecture.substr(kWide.size())))
      return std::make_unique<WideResNet>(WideResNetOptions{n->first, n->second, classes});
  fail("model: expected densenet-bc-L-k (densenet-bc-100-12) or wrn-d-w (wrn-28-10), got ",
       quote(architecture));
}

}  // namespace odin::nn
