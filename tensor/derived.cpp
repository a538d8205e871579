#include "odin/tensor/derived.h"

#include <algorithm>

#include "odin/tensor/tensor.h"

namespace odin::tensor {

DerivedValues::Source::Source(const Tensor& t)
    : storage(t.storage()),
      first(t.raw()),
      shape(t.shape()),
      strides(t.strides()),
      version(t.storage()->version()) {}

bool DerivedValues::Source::is_still(const Tensor& t) const {
  const bool same_storage =
      !storage.owner_before(t.storage()) && !t.storage().owner_before(storage);
  return same_storage && first == t.raw() && version == t.storage()->version() &&
         shape == t.shape() && strides == t.strides();
}

DerivedValues::Value DerivedValues::get(std::initializer_list<const Tensor*> sources,
                                        const DerivedKey& key, const std::function<Value()>& make) {
  // Two threads that miss at the same time both compute the value; the later one is cached.
  std::vector<Source> now;
  {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_)
      if (entry.key == key &&
          std::equal(entry.sources.begin(), entry.sources.end(), sources.begin(), sources.end(),
                     [](const Source& s, const Tensor* t) { return s.is_still(*t); }))
        return entry.value;
  }
  // Versions are read before make(): a write during it then makes the cached value out of date.
  for (const Tensor* t : sources) now.emplace_back(*t);
  Value value = make();
  const std::lock_guard lock(mutex_);
  const auto replaced = [&](const Entry& entry) {
    return entry.key == key && entry.sources.front().first == now.front().first &&
           entry.sources.front().shape == now.front().shape &&
           entry.sources.front().strides == now.front().strides;
  };
  std::erase_if(entries_, replaced);
  entries_.push_back({key, std::move(now), value});
  return value;
}

namespace detail {

DerivedValues::Value derived_value(std::initializer_list<const Tensor*> sources,
                                   const DerivedKey& key,
                                   const std::function<DerivedValues::Value()>& make) {
  for (const Tensor* t : sources)
    if (t->storage()->being_written()) return make();
  return (*sources.begin())->storage()->derived_values().get(sources, key, make);
}

}  // namespace detail
}  // namespace odin::tensor
