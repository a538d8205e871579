#include "odin/nn/models/registry.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "odin/nn/io/quote.h"
#include "odin/nn/models/densenet.h"
#include "odin/nn/models/densenet_bc.h"
#include "odin/nn/models/mobilenet.h"
#include "odin/nn/models/resnet.h"
#include "odin/nn/models/small_networks.h"
#include "odin/nn/models/wide_resnet.h"

namespace odin::nn {
namespace {

/// Far beyond any network in use, and small enough that products of a few of them fit int64.
constexpr std::int64_t kLargestOption = 10000;
/// Numbers in a name, which may come from an untrusted file.
constexpr std::size_t kMostOptions = 32;

/// "100-12" -> {100, 12}
std::optional<std::vector<std::int64_t>> parse_numbers(std::string_view text) {
  std::vector<std::int64_t> numbers;
  const char *at = text.data(), *const end = text.data() + text.size();
  while (true) {
    std::int64_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || number < 0 || number > kLargestOption) return std::nullopt;
    numbers.push_back(number);
    if (numbers.size() > kMostOptions) return std::nullopt;
    if (next == end) return numbers;
    if (*next != '-') return std::nullopt;
    at = next + 1;
  }
}

/// Whether a name of this family may have so many numbers.
bool takes(const Architecture& a, std::ptrdiff_t numbers) {
  if (a.options.ends_with("...")) return numbers >= 1;
  return numbers == std::count(a.options.begin(), a.options.end(), '-') + 1;
}

/// describe(architecture) for all families, separated by commas, the last by "or".
template <class F>
std::string list(F&& describe) {
  std::string text;
  const auto all = architectures();
  for (std::size_t i = 0; i < all.size(); ++i)
    text += (i == 0 ? "" : i + 1 < all.size() ? ", " : " or ") + describe(*all[i]);
  return text;
}

}  // namespace

std::span<const Architecture* const> architectures() {
  static const std::array all{
      &densenet_bc(), &wide_resnet(),  &resnet_32(), &resnet(),  &wide_resnet_bottleneck(),
      &densenet(),    &mobilenet_v2(), &lenet_5(),   &convnet(),
  };
  return all;
}

std::optional<ArchitectureName> parse_architecture(std::string_view name) {
  for (const Architecture* a : architectures()) {
    if (a->options.empty()) {
      if (name == a->family) return ArchitectureName{a, {}};
      continue;
    }
    const std::string prefix = std::string(a->family) + "-";
    if (!name.starts_with(prefix)) continue;
    auto options = parse_numbers(name.substr(prefix.size()));
    if (options && takes(*a, std::ssize(*options))) return ArchitectureName{a, *std::move(options)};
  }
  return std::nullopt;
}

StateDict with_our_names(const StateDict& state, std::string_view architecture) {
  const Architecture* family = find_architecture(architecture);
  if (!family || !family->our_name) return state;
  StateDict renamed;
  for (const auto& [name, t] : state) {
    const std::string ours = family->our_name(name);
    require(renamed.emplace(ours, t).second, "checkpoint: two tensors are named ", quote(ours),
            ", one of them by ", quote(name));
  }
  return renamed;
}

const Architecture* find_architecture(std::string_view name) {
  const auto parsed = parse_architecture(name);
  return parsed ? parsed->architecture : nullptr;
}

std::string form_of(const Architecture& a) {
  return std::string(a.family) + (a.options.empty() ? "" : "-") + std::string(a.options);
}

std::string architecture_forms() { return list(form_of); }

std::string architecture_help() {
  return list([](const Architecture& a) {
    return form_of(a) + (a.legal.empty() ? "" : " (" + std::string(a.legal) + ")");
  });
}

}  // namespace odin::nn
