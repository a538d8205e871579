#include "odin/nn/state_dict.h"

#include "odin/nn/io/quote.h"
#include "odin/tensor/ops/reduce.h"

namespace odin::nn {
namespace {

bool is_ignored(const std::string& name) { return name.ends_with("num_batches_tracked"); }

}  // namespace

std::string differences(const StateDict& own, const StateDict& given) {
  constexpr int kMost = 20;
  std::string text;
  int count = 0;
  const auto note = [&](const std::string& what) {
    if (++count <= kMost) text += (text.empty() ? "" : "; ") + what;
  };
  for (const auto& [name, tensor] : own) {
    const auto found = given.find(name);
    if (found == given.end())
      note("missing " + name + " " + to_string(tensor.shape()));
    else if (found->second.shape() != tensor.shape())
      note(name + " has shape " + to_string(found->second.shape()) + ", expected " +
           to_string(tensor.shape()));
    else if (!tensor::is_floating(found->second.dtype()))
      note(name + " is " + name_of(found->second.dtype()) + ", expected a floating type");
    else if (!tensor::all_finite(found->second))
      note(name + " holds NaN or infinity");
    else if (found->second.dtype() != tensor.dtype() &&
             !tensor::all_finite(found->second.to(tensor.dtype())))
      note(name + " holds a number too large for " + name_of(tensor.dtype()));
  }
  for (const auto& [name, tensor] : given)
    if (!own.contains(name) && !is_ignored(name))
      note("unexpected " + quote(name) + " " + to_string(tensor.shape()));
  return count <= kMost ? text : text + "; and " + std::to_string(count - kMost) + " more";
}

}  // namespace odin::nn
