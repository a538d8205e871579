#include "odin/nn/state_dict.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "odin/nn/io/quote.h"
#include "odin/tensor/ops/reduce.h"

namespace odin::nn {
namespace {

using tensor::Tensor;

constexpr std::string_view kBookkeeping[] = {"num_batches_tracked", "n_averaged", "total_ops",
                                             "total_params", "total_flops"};

/// A list of problems, each with the name of its entry.
class Problems {
 public:
  explicit Problems(const char* kind) : kind_(kind) {}

  void add(const std::string& name, const std::string& text) {
    texts_.push_back(text);
    names_.push_back(name);
  }
  std::size_t size() const { return texts_.size(); }

  /// The first `most` of them, then "and 30 more missing or unfit: block1.* (20), fc.* (10)".
  std::string text(std::size_t most) const {
    std::string out;
    for (std::size_t i = 0; i < std::min(most, size()); ++i) out += (i ? "; " : "") + texts_[i];
    if (size() > most)
      out += "; and " + std::to_string(size() - most) + " more " + kind_ + ": " + groups(most);
    return out;
  }

 private:
  /// The names from `first` on, by the part before their first dot.
  std::string groups(std::size_t first) const {
    constexpr std::size_t kMostGroups = 6;
    std::map<std::string, int> counts;
    for (std::size_t i = first; i < size(); ++i) {
      const std::size_t dot = names_[i].find('.');
      ++counts[dot == std::string::npos ? names_[i] : names_[i].substr(0, dot) + ".*"];
    }
    std::string out;
    std::size_t shown = 0;
    for (const auto& [group, count] : counts) {
      if (++shown > kMostGroups) return out + ", ...";
      const std::string quoted = quote(group);
      out += (shown > 1 ? ", " : "") + quoted.substr(1, quoted.size() - 2) + " (" +
             std::to_string(count) + ")";
    }
    return out;
  }

  const char* kind_;
  std::vector<std::string> texts_, names_;
};

/// What is wrong with `given` for the place of `own`; empty if nothing is.
std::string misfit(const std::string& name, const Tensor& own, const Tensor& given) {
  if (given.shape() != own.shape())
    return name + " has shape " + to_string(given.shape()) + ", expected " + to_string(own.shape());
  if (!tensor::is_floating(given.dtype()))
    return name + " is " + name_of(given.dtype()) + ", expected a floating type";
  if (!tensor::all_finite(given)) return name + " holds NaN or infinity";
  if (given.dtype() != own.dtype() && !tensor::all_finite(given.to(own.dtype())))
    return name + " holds a number too large for " + name_of(own.dtype());
  return "";
}

}  // namespace

bool is_bookkeeping(const std::string& name, const Tensor& value) {
  const std::size_t dot = name.rfind('.');
  const std::string last = dot == std::string::npos ? name : name.substr(dot + 1);
  return std::find(std::begin(kBookkeeping), std::end(kBookkeeping), last) !=
             std::end(kBookkeeping) ||
         (value.dtype() == tensor::DType::i64 && value.numel() == 1);
}

std::string common_prefix(const StateDict& own, const StateDict& given) {
  std::map<std::string, std::size_t> found;  // how many names of `own` are there under a prefix
  for (const auto& [name, value] : given) {
    found[""] += own.contains(name);
    for (std::size_t dot = name.find('.'); dot != name.npos; dot = name.find('.', dot + 1))
      if (own.contains(name.substr(dot + 1))) ++found[name.substr(0, dot + 1)];
  }
  std::string best;
  for (const auto& [prefix, count] : found)
    if (count > found[best]) best = prefix;
  if (2 * found[best] < own.size()) return "";
  for (const auto& [prefix, count] : found)
    require(prefix == best || best.empty() || count < found[best],
            "its names fit under two prefixes, ", quote(best), " and ", quote(prefix),
            "; say which one to take (odin convert --key)");
  return best;
}

StateDict without_prefix(const StateDict& given, const std::string& prefix) {
  if (prefix.empty()) return given;
  StateDict out;
  for (const auto& [name, value] : given)
    out[name.starts_with(prefix) ? name.substr(prefix.size()) : name] = value;
  return out;
}

std::string differences(const StateDict& own, const StateDict& given) {
  constexpr std::size_t kMost = 20, kLeast = 8;
  Problems unfit("missing or unfit"), surplus("unexpected");
  std::size_t known = 0;
  for (const auto& [name, tensor] : own) {
    const auto found = given.find(name);
    known += found != given.end();
    const std::string text = found == given.end()
                                 ? "missing " + name + " " + to_string(tensor.shape())
                                 : misfit(name, tensor, found->second);
    if (!text.empty()) unfit.add(name, text);
  }
  for (const auto& [name, tensor] : given)
    if (!own.contains(name) && !is_bookkeeping(name, tensor))
      surplus.add(name, "unexpected " + quote(name) + " " + to_string(tensor.shape()));
  // Each of the two lists has its place, however long the other one is.
  const std::size_t of_surplus =
      std::min(surplus.size(), std::max(kLeast, kMost - std::min(kMost, unfit.size())));
  std::string text = unfit.text(kMost - of_surplus);
  if (surplus.size() > 0) text += (text.empty() ? "" : "; ") + surplus.text(of_surplus);
  if (known == 0 && !given.empty() && !own.empty())
    text = "no name fits: probably another network; " + text;
  return text;
}

}  // namespace odin::nn
