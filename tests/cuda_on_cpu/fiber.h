#pragma once

#include <setjmp.h>

#include <cstddef>
#include <functional>

namespace cuda_on_cpu {

/// A function with its own stack that can be suspended and resumed.
class Fiber {
 public:
  /// The first resume() runs `body` from the start, and so does every resume() after its end.
  explicit Fiber(std::function<void()> body);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  void resume();   ///< until the body ends or suspends
  void suspend();  ///< called by the body
  bool ended() const { return ended_; }
  void abandon();  ///< forgets where the body stopped

 private:
  static void enter();
  [[noreturn]] void start();

  std::function<void()> body_;
  char* stack_;
  bool started_ = false;
  bool ended_ = true;
  jmp_buf caller_;
  jmp_buf own_;

  // For the address sanitizer: both stacks.
  void* caller_fake_stack_ = nullptr;
  void* own_fake_stack_ = nullptr;
  const void* caller_stack_ = nullptr;
  std::size_t caller_stack_size_ = 0;
};

}  // namespace cuda_on_cpu
