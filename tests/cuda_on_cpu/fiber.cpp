#include "fiber.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace cuda_on_cpu {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kStack = 64 * 1024;

// makecontext() passes no pointer, so that the fiber to enter is kept here. Whoever runs kernels
// holds the lock.
Fiber* entering = nullptr;

}  // namespace

Fiber::Fiber(std::function<void()> body)
    : body_(std::move(body)),
      stack_(static_cast<char*>(mmap(nullptr, kPage + kStack, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
  // The first page stops a stack that grows too large.
  if (stack_ == MAP_FAILED || mprotect(stack_, kPage, PROT_NONE) != 0) {
    std::fprintf(stderr, "CUDA on the CPU: no memory for a thread's stack\n");
    std::abort();
  }
}

Fiber::~Fiber() { munmap(stack_, kPage + kStack); }

// A context is made only once for each fiber: swapcontext() calls the kernel for the signal mask
// at every switch, and jumps between stacks do not.
void Fiber::resume() {
  ended_ = false;
  if (_setjmp(caller_) != 0) return;
  if (started_) _longjmp(own_, 1);
  started_ = true;
  start();
}

void Fiber::suspend() {
  if (_setjmp(own_) == 0) _longjmp(caller_, 1);
}

void Fiber::abandon() {
  started_ = false;
  ended_ = true;
}

void Fiber::start() {
  ucontext_t context;
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
  while (true) {
    self->body_();
    self->ended_ = true;
    self->suspend();
  }
}

}  // namespace cuda_on_cpu
