#pragma once

#include <utility>

namespace odin::tensor {

namespace detail {

/// An open scope, linked to the scope around it.
struct ScopeLink {
  const void* setting;
  const ScopeLink* outer;
};

/// This thread's innermost scope; null if none is open.
inline thread_local constinit const ScopeLink* innermost_scope = nullptr;

/// While it lives, this thread sees another thread's scopes. The other thread must keep them open
/// for that long.
class BorrowedScopes {
 public:
  explicit BorrowedScopes(const ScopeLink* scopes) : own_(std::exchange(innermost_scope, scopes)) {}
  ~BorrowedScopes() { innermost_scope = own_; }
  BorrowedScopes(const BorrowedScopes&) = delete;
  BorrowedScopes& operator=(const BorrowedScopes&) = delete;

 private:
  const ScopeLink* own_;
};

}  // namespace detail

/// A thread-local setting, such as which backend runs an operation or whether operations are
/// recorded on the tape. A Scope changes the value for the current thread while it lives. The
/// worker threads of a parallel_for inherit the values of the thread that called it; other threads
/// are not affected.
///
/// Define a setting as a constant of static storage duration; its address is its identity:
///   const tensor::Inherited<bool> recording{true};
///   ...
///   const tensor::Inherited<bool>::Scope off(recording, false);
template <class T>
class Inherited {
 public:
  constexpr explicit Inherited(T outside_any_scope) : default_(std::move(outside_any_scope)) {}
  Inherited(const Inherited&) = delete;
  Inherited& operator=(const Inherited&) = delete;

  /// Sets the value for this thread while it lives. Use scopes only as local variables: they must
  /// be destroyed in reverse order of construction, on the thread that created them.
  class Scope {
   public:
    Scope(const Inherited& setting, T value)
        : link_{{&setting, detail::innermost_scope}, std::move(value)} {
      detail::innermost_scope = &link_;
    }
    ~Scope() { detail::innermost_scope = link_.outer; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    friend class Inherited;
    struct Link : detail::ScopeLink {
      T value;
    };
    Link link_;
  };

  /// This thread's value. Takes a few nanoseconds: it searches the list of open scopes.
  const T& get() const {
    for (const detail::ScopeLink* s = detail::innermost_scope; s != nullptr; s = s->outer)
      if (s->setting == this) return static_cast<const typename Scope::Link*>(s)->value;
    return default_;
  }

 private:
  T default_;
};

}  // namespace odin::tensor
