#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "odin/native/c/guard.h"

namespace odin::c {

/// A number that no other handle of the program has had, of any kind.
std::uintptr_t next_handle();

/// The objects behind one kind of handle. A handle is no address but a number in a pointer's clothes,
/// which is never given twice, so that one that was freed is always noticed. Thread-safe; an object
/// lives on while a call uses it.
template <class Handle, class Object>
class Handles {
 public:
  explicit Handles(const char* kind) : kind_(kind) {}

  Handle* add(std::shared_ptr<const Object> object) {
    const std::uintptr_t number = next_handle();
    const std::unique_lock lock(mutex_);
    objects_.emplace(number, std::move(object));
    return reinterpret_cast<Handle*>(number);
  }

  std::shared_ptr<const Object> get(const char* function, const Handle* handle) const {
    require_given(function, kind_, handle);
    const std::shared_lock lock(mutex_);
    const auto found = objects_.find(reinterpret_cast<std::uintptr_t>(handle));
    if (found == objects_.end()) throw_unknown(function);
    return found->second;
  }

  void remove(const char* function, const Handle* handle) {
    if (handle == nullptr) return;
    std::shared_ptr<const Object> removed;  // destroyed without the lock
    const std::unique_lock lock(mutex_);
    const auto found = objects_.find(reinterpret_cast<std::uintptr_t>(handle));
    if (found == objects_.end()) throw_unknown(function);
    removed = std::move(found->second);
    objects_.erase(found);
  }

 private:
  [[noreturn]] void throw_unknown(const char* function) const {
    throw Failure(ODIN_ERROR_HANDLE, std::string(function) + ": the " + kind_ +
                                         " was freed, or is no handle of that kind");
  }

  const char* kind_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::uintptr_t, std::shared_ptr<const Object>> objects_;
};

}  // namespace odin::c
