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

// Values that are worked out from tensors again and again: packed or transformed weights, the scale
// and shift that a batch normalization's parameters come to. They are kept with the elements of the
// tensor that they belong to, as long as these live and nobody writes to them. All of it is
// thread-safe.

namespace odin::tensor {

class Storage;
class Tensor;

/// What kind of value; constants of static storage duration, told apart by their addresses. All
/// values of one kind have one type.
struct DerivedKind {
  const char* name;
};

struct DerivedKey {
  const DerivedKind* kind;
  std::array<std::int64_t, 3> numbers{};  ///< what else it depends on
  auto operator<=>(const DerivedKey&) const = default;
};

/// The values that are kept for one Storage.
class DerivedValues {
 public:
  using Value = std::shared_ptr<const void>;

  Value get(std::initializer_list<const Tensor*> sources, const DerivedKey& key,
            const std::function<Value()>& make);

 private:
  /// A tensor's elements as they were.
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

/// What `make` gives, a T: made at its first use and kept with the elements of the first source. Made
/// anew once a source was written to, or where the sources are others. While one is being written to
/// nothing is kept.
template <class T, class F>
std::shared_ptr<const T> derived(std::initializer_list<const Tensor*> sources,
                                 const DerivedKey& key, F&& make) {
  return std::static_pointer_cast<const T>(detail::derived_value(
      sources, key, [&]() -> DerivedValues::Value { return std::make_shared<const T>(make()); }));
}

}  // namespace odin::tensor
