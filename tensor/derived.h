#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <vector>

#include "odin/tensor/shape.h"

// A cache of values derived from tensors: packed or transformed weights, the scale and shift of a
// batch normalization. A value is cached in the Storage of its first source tensor and is
// recomputed after any source was written to. Thread-safe.

namespace odin::tensor {

class Storage;
class Tensor;

/// The kind of a derived value. Define kinds as constants of static storage duration: the address
/// is the identity. All values of one kind have the same C++ type.
struct DerivedKind {
  const char* name;
};

struct DerivedKey {
  const DerivedKind* kind;
  std::array<std::int64_t, 5> numbers{};  ///< other inputs of the value, as numbers
  auto operator<=>(const DerivedKey&) const = default;
};

/// The derived values cached for one Storage. Thread-safe.
class DerivedValues {
 public:
  using Value = std::shared_ptr<const void>;

  Value get(std::initializer_list<const Tensor*> sources, const DerivedKey& key,
            const std::function<Value()>& make);

 private:
  /// The version of a tensor's elements that a value was computed from.
  struct Source {
    explicit Source(const Tensor& t);
    bool is_still(const Tensor& t) const;

    std::weak_ptr<Storage> storage;
    const void* first;
    Shape shape;
    Strides strides;
    std::uint64_t version;
  };
  struct Entry {
    DerivedKey key;
    std::vector<Source> sources;
    Value value;
  };

  std::mutex mutex_;
  std::vector<Entry> entries_;
};

namespace detail {
DerivedValues::Value derived_value(std::initializer_list<const Tensor*> sources,
                                   const DerivedKey& key,
                                   const std::function<DerivedValues::Value()>& make);
}

/// The cached result of make(), a T. It is computed on first use and cached in the first source's
/// Storage; it is recomputed if any source was written to since, or if the sources are different
/// tensors. While a source is being written to (Storage::Writing), the result is not cached.
/// Thread-safe: threads that miss at the same time may each call `make`.
template <class T, class F>
std::shared_ptr<const T> derived(std::initializer_list<const Tensor*> sources,
                                 const DerivedKey& key, F&& make) {
  return std::static_pointer_cast<const T>(detail::derived_value(
      sources, key, [&]() -> DerivedValues::Value { return std::make_shared<const T>(make()); }));
}

}  // namespace odin::tensor
