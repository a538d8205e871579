#pragma once

#include <utility>

namespace odin::tensor {

namespace detail {

/// A value in scope, linked to those that were in scope before it.
struct ScopeLink {
  const void* setting;
  const ScopeLink* outer;
};

/// The innermost scope of this thread.
inline thread_local constinit const ScopeLink* innermost_scope = nullptr;

/// While it lives, this thread sees the scopes of another one. That thread must keep them open
/// until then.
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

/// A setting of the execution: which backend runs an operation, whether a tape is written, and the
/// like. Each thread has its own value, which a Scope changes while it lives; the threads of a
/// parallel_for have the value of the thread that called it. So scopes of different threads never
/// meet, and what a caller asks for holds for all the work that is done for it.
///
/// A setting is a constant of static storage duration; its address is its identity:
///   const tensor::Inherited<bool> recording{true};
///   ...
///   const tensor::Inherited<bool>::Scope off(recording, false);
template <class T>
class Inherited {
 public:
  constexpr explicit Inherited(T outside_any_scope) : default_(std::move(outside_any_scope)) {}
  Inherited(const Inherited&) = delete;
  Inherited& operator=(const Inherited&) = delete;

  /// Sets the value for this thread. Scopes are local variables: they end in the reverse order of
  /// their beginning, on the thread that made them.
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

  /// This thread's value. Takes a few nanoseconds: a walk over the scopes that are open.
  const T& get() const {
    for (const detail::ScopeLink* s = detail::innermost_scope; s != nullptr; s = s->outer)
      if (s->setting == this) return static_cast<const typename Scope::Link*>(s)->value;
    return default_;
  }

 private:
  T default_;
};

}  // namespace odin::tensor
