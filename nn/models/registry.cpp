#include "odin/nn/models/registry.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "odin/nn/models/densenet_bc.h"
#include "odin/nn/models/wide_resnet.h"

namespace odin::nn {
namespace {

/// Far beyond any network in use, and small enough that products of a few of them fit int64.
constexpr std::int64_t kLargestOption = 10000;

/// "100-12" -> {100, 12}
std::optional<std::vector<std::int64_t>> parse_numbers(std::string_view text) {
  std::vector<std::int64_t> numbers;
  const char *at = text.data(), *const end = text.data() + text.size();
  while (true) {
    std::int64_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || number < 0 || number > kLargestOption) return std::nullopt;
    numbers.push_back(number);
    if (next == end) return numbers;
    if (*next != '-') return std::nullopt;
    at = next + 1;
  }
}

std::string form_of(const Architecture& a) {
  return std::string(a.family) + "-" + std::string(a.options);
}

/// describe(architecture) for all families, separated by "or".
template <class F>
std::string list(F&& describe) {
  std::string text;
  for (const Architecture* a : architectures()) text += (text.empty() ? "" : " or ") + describe(*a);
  return text;
}

}  // namespace

std::span<const Architecture* const> architectures() {
  static const std::array all{
      &densenet_bc(),
      &wide_resnet(),
  };
  return all;
}

std::optional<ArchitectureName> parse_architecture(std::string_view name) {
  for (const Architecture* a : architectures()) {
    const std::string prefix = std::string(a->family) + "-";
    if (!name.starts_with(prefix)) continue;
    auto options = parse_numbers(name.substr(prefix.size()));
    const auto expected = std::count(a->options.begin(), a->options.end(), '-') + 1;
    if (options && std::ssize(*options) == expected)
      return ArchitectureName{a, *std::move(options)};
  }
  return std::nullopt;
}

const Architecture* find_architecture(std::string_view name) {
  const auto parsed = parse_architecture(name);
  return parsed ? parsed->architecture : nullptr;
}

std::string architecture_forms() { return list(form_of); }

std::string architecture_help() {
  return list([](const Architecture& a) { return form_of(a) + " (" + std::string(a.legal) + ")"; });
}

}  // namespace odin::nn
