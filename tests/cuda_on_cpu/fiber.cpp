#include "fiber.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace cuda_on_cpu {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kStack = 64 * 1024;

// The fiber to enter, because makecontext() cannot pass a pointer. Protected by the lock that is
// held while kernels run.
Fiber* entering = nullptr;

// Without these calls the address sanitizer reports a switch to another stack as an error.
#ifdef __SANITIZE_ADDRESS__
void before_jump(void** fake_stack, const void* bottom, std::size_t size) {
  __sanitizer_start_switch_fiber(fake_stack, bottom, size);
}
void after_jump(void* fake_stack, const void** bottom, std::size_t* size) {
  __sanitizer_finish_switch_fiber(fake_stack, bottom, size);
}
void forget_frames(void* stack, std::size_t size) { ASAN_UNPOISON_MEMORY_REGION(stack, size); }
#else
void before_jump(void**, const void*, std::size_t) {}
void after_jump(void*, const void**, std::size_t*) {}
void forget_frames(void*, std::size_t) {}
#endif

}  // namespace

Fiber::Fiber(std::function<void()> body)
    : body_(std::move(body)),
      stack_(static_cast<char*>(mmap(nullptr, kPage + kStack, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
  // The first page is a guard page against stack overflow.
  if (stack_ == MAP_FAILED || mprotect(stack_, kPage, PROT_NONE) != 0) {
    std::fprintf(stderr, "CUDA on the CPU: no memory for a thread's stack\n");
    std::abort();
  }
}

Fiber::~Fiber() { munmap(stack_, kPage + kStack); }

// The context is used only to enter a fiber for the first time; later switches are jumps between
// stacks, because swapcontext() makes a system call for the signal mask each time.
void Fiber::resume() {
  ended_ = false;
  before_jump(&caller_fake_stack_, stack_ + kPage, kStack);
  if (_setjmp(caller_) == 0) {
    if (started_) _longjmp(own_, 1);
    started_ = true;
    start();
  }
  after_jump(caller_fake_stack_, nullptr, nullptr);
}

void Fiber::suspend() {
  before_jump(&own_fake_stack_, caller_stack_, caller_stack_size_);
  if (_setjmp(own_) == 0) _longjmp(caller_, 1);
  after_jump(own_fake_stack_, &caller_stack_, &caller_stack_size_);
}

void Fiber::abandon() {
  started_ = false;
  ended_ = true;
  forget_frames(stack_ + kPage, kStack);
}

void Fiber::start() {
  static ucontext_t context;  // not on the stack, because this call never returns
  getcontext(&context);
  context.uc_stack.ss_sp = stack_ + kPage;
  context.uc_stack.ss_size = kStack;
  context.uc_link = nullptr;
  makecontext(&context, &Fiber::enter, 0);
  entering = this;
  setcontext(&context);
  std::abort();  // setcontext() does not return
}

void Fiber::enter() {
  Fiber* const self = entering;
  after_jump(nullptr, &self->caller_stack_, &self->caller_stack_size_);
  while (true) {
    self->body_();
    self->ended_ = true;
    self->suspend();
  }
}

}  // namespace cuda_on_cpu
