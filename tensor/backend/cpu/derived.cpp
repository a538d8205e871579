#include "odin/tensor/backend/cpu/derived.h"

#include <array>
#include <map>
#include <mutex>
#include <tuple>

namespace odin::tensor::cpu {
namespace {

struct Entry {
  std::weak_ptr<const Storage> weight;
  std::uint64_t version = 0;
  std::shared_ptr<const void> value;
};

/// Address of the first element, sizes and strides, and the use.
using Key = std::tuple<const void*, std::array<std::int64_t, 8>, DerivedUse>;

Key key_of(const Tensor& w, const DerivedUse& use) {
  std::array<std::int64_t, 8> layout{};
  for (int i = 0; i < 4; ++i) {
    layout[static_cast<std::size_t>(i)] = w.dim(i);
    layout[static_cast<std::size_t>(4 + i)] = w.strides()[i];
  }
  return {w.raw(), layout, use};
}

class Cache {
 public:
  std::shared_ptr<const void> find(const Key& key, const std::shared_ptr<Storage>& weight,
                                   std::uint64_t version) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    const Entry& entry = found->second;
    return entry.version == version && entry.weight.lock() == weight ? entry.value : nullptr;
  }

  void insert(const Key& key, Entry entry) {
    const std::lock_guard lock(mutex_);
    // Those of a training change with every step, but are no new ones: nothing is looked through.
    if (!entries_.contains(key)) drop_gone();
    entries_[key] = std::move(entry);
  }

  void drop() {
    const std::lock_guard lock(mutex_);
    drop_gone();
  }

 private:
  void drop_gone() {
    std::erase_if(entries_, [](const auto& e) { return e.second.weight.expired(); });
  }

  std::mutex mutex_;
  std::map<Key, Entry> entries_;
};

// Never destroyed, as the pool that its memory comes from.
Cache& cache() {
  static Cache& instance = *new Cache;
  return instance;
}

}  // namespace

std::shared_ptr<const void> derived_from(const Tensor& w, const DerivedUse& use,
                                         const std::function<std::shared_ptr<const void>()>& make) {
  const Key key = key_of(w, use);
  const std::shared_ptr<Storage>& storage = w.storage();
  const std::uint64_t version = storage->version();
  if (auto value = cache().find(key, storage, version)) return value;
  auto value = make();
  cache().insert(key, {storage, version, value});
  return value;
}

void drop_derived_of_gone_weights() { cache().drop(); }

}  // namespace odin::tensor::cpu
