#include "odin/nn/models/make_model.h"

#include <charconv>
#include <optional>
#include <variant>

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

using Options = std::variant<DenseNetBCOptions, WideResNetOptions>;

Options options_of(std::string_view architecture, std::int64_t classes) {
  constexpr std::string_view kDenseNet = "densenet-bc-", kWide = "wrn-";
  if (architecture.starts_with(kDenseNet))
    if (const auto n = two_numbers(architecture.substr(kDenseNet.size())))
      return DenseNetBCOptions{n->first, n->second, classes};
  if (architecture.starts_with(kWide))
    if (const auto n = two_numbers(architecture.substr(kWide.size())))
      return WideResNetOptions{n->first, n->second, classes};
  fail("model: expected densenet-bc-L-k (densenet-bc-100-12) or wrn-d-w (wrn-28-10), got ",
       quote(architecture));
}

std::unique_ptr<Module> make(const DenseNetBCOptions& o) { return std::make_unique<DenseNetBC>(o); }
std::unique_ptr<Module> make(const WideResNetOptions& o) { return std::make_unique<WideResNet>(o); }

}  // namespace

std::unique_ptr<Module> make_model(std::string_view architecture, std::int64_t classes) {
  return std::visit([](const auto& o) { return make(o); }, options_of(architecture, classes));
}

std::int64_t parameter_count(std::string_view architecture, std::int64_t classes) {
  return std::visit([](const auto& o) { return parameter_count(o); },
                    options_of(architecture, classes));
}

}  // namespace odin::nn
