#include "block.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "fiber.h"
#include "queue.h"

namespace cuda_on_cpu {

uint3 thread_index, block_index;
dim3 block_size, grid_size;

namespace {

const std::function<void()>* body = nullptr;  // the function that every thread runs

enum class State { ready, at_block_barrier, at_warp_barrier, ended };

struct Thread {
  Fiber fiber{[] { (*body)(); }};
  uint3 index{};
  State state = State::ready;
  const char* file = "";  // where it waits
  int line = 0;
  unsigned mask = 0;
  std::uint64_t value = 0;

  bool waits_with(const Thread& other) const {
    return state == other.state && line == other.line && file == other.file && mask == other.mask;
  }
};

constexpr std::size_t kWarp = 32;

// The threads of the current block. Their fibers are reused by later blocks and never freed.
std::vector<std::unique_ptr<Thread>>& threads = *new std::vector<std::unique_ptr<Thread>>;
std::array<WarpValues, 1024 / kWarp> warps;
std::size_t thread_count = 0;
std::size_t current = 0;
bool on_fiber = false;
jmp_buf out_of_plain_call;

std::string text(uint3 index) {
  return "(" + std::to_string(index.x) + "," + std::to_string(index.y) + "," +
         std::to_string(index.z) + ")";
}

std::string whereabouts(const Thread& thread) {
  const std::string name = "thread " + text(thread.index);
  if (thread.state == State::ended) return name + " has ended";
  const char* what = thread.state == State::at_block_barrier ? " waits at the block's barrier in "
                                                             : " waits for its warp in ";
  return name + what + thread.file + ":" + std::to_string(thread.line);
}

void fail_block(const std::string& message) {
  fail(cudaErrorLaunchFailure, "block " + text(block_index) + ": " + message);
}

void make_threads() {
  thread_count = std::size_t{block_size.x} * block_size.y * block_size.z;
  while (threads.size() < thread_count) {
    threads.push_back(std::make_unique<Thread>());
  }
  std::size_t number = 0;
  for (unsigned z = 0; z < block_size.z; ++z) {
    for (unsigned y = 0; y < block_size.y; ++y) {
      for (unsigned x = 0; x < block_size.x; ++x) {
        Thread& thread = *threads[number++];
        thread.index = {x, y, z};
        thread.state = State::ready;
      }
    }
  }
}

void resume(std::size_t number) {
  Thread& thread = *threads[number];
  current = number;
  thread_index = thread.index;
  on_fiber = true;
  thread.fiber.resume();
  on_fiber = false;
  if (thread.fiber.ended()) thread.state = State::ended;
}

// Runs the remaining threads without fibers, after thread 0 has ended without a barrier.
bool run_plain() {
  if (_setjmp(out_of_plain_call) != 0) return false;
  for (current = 1; current < thread_count; ++current) {
    thread_index = threads[current]->index;
    (*body)();
  }
  return true;
}

void wait(State state, unsigned mask, std::uint64_t value, const char* file, int line) {
  Thread& thread = *threads[current];
  thread.state = state;
  thread.file = file;
  thread.line = line;
  thread.mask = mask;
  thread.value = value;
  if (!on_fiber) {
    fail_block(whereabouts(thread) + ", where thread (0,0,0) did not come");
    _longjmp(out_of_plain_call, 1);
  }
  thread.fiber.suspend();
}

// Releases the lanes that wait with `first` if all living lanes of its mask have arrived.
bool release_lanes(std::size_t first) {
  const Thread& one = *threads[first];
  const std::size_t start = first / kWarp * kWarp;
  const std::size_t end = std::min(start + kWarp, thread_count);
  if ((one.mask >> (first - start) & 1u) == 0) return false;
  unsigned present = 0;
  for (std::size_t i = start; i < end; ++i) {
    const unsigned bit = 1u << (i - start);
    if ((one.mask & bit) == 0 || threads[i]->state == State::ended) continue;
    if (!threads[i]->waits_with(one)) return false;
    present |= bit;
  }
  WarpValues& warp = warps[start / kWarp];
  warp.present = present;
  for (std::size_t i = start; i < end; ++i) {
    if ((present >> (i - start) & 1u) == 0) continue;
    warp.lanes[i - start] = threads[i]->value;
    threads[i]->state = State::ready;
  }
  return true;
}

bool release_warps() {
  bool any = false;
  for (std::size_t i = 0; i < thread_count; ++i) {
    if (threads[i]->state == State::at_warp_barrier && release_lanes(i)) any = true;
  }
  return any;
}

bool release_block() {
  const auto begin = threads.begin();
  const auto end = begin + static_cast<std::ptrdiff_t>(thread_count);
  const auto waiting =
      std::find_if(begin, end, [](const auto& thread) { return thread->state != State::ended; });
  const auto other =
      std::find_if(begin, end, [&](const auto& thread) { return !thread->waits_with(**waiting); });
  if ((*waiting)->state == State::at_block_barrier && other == end) {
    std::for_each(begin, end, [](const auto& thread) { thread->state = State::ready; });
    return true;
  }
  std::string message = whereabouts(**waiting);
  message += other == end ? ", with a mask that does not fit" : " but " + whereabouts(**other);
  fail_block(message);
  return false;
}

// Every second time in reverse order, so that a missing barrier changes the result.
void resume_all(bool backwards) {
  for (std::size_t i = 0; i < thread_count; ++i) {
    const std::size_t number = backwards ? thread_count - 1 - i : i;
    if (threads[number]->state == State::ready) resume(number);
  }
}

bool run_fibers() {
  for (bool backwards = true;; backwards = !backwards) {
    resume_all(backwards);
    const bool all_ended =
        std::all_of(threads.begin(), threads.begin() + static_cast<std::ptrdiff_t>(thread_count),
                    [](const auto& thread) { return thread->state == State::ended; });
    if (all_ended) return true;
    if (!release_warps() && !release_block()) return false;
  }
}

}  // namespace

void meet_block(const char* file, int line) { wait(State::at_block_barrier, 0, 0, file, line); }

const WarpValues& meet_warp(unsigned mask, std::uint64_t value, const char* file, int line) {
  wait(State::at_warp_barrier, mask, value, file, line);
  return warps[current / kWarp];
}

bool run_block(const std::function<void()>& thread) {
  body = &thread;
  make_threads();
  resume(0);
  const bool done = threads[0]->state == State::ended ? run_plain() : run_fibers();
  if (!done) {
    for (const auto& each : threads) each->fiber.abandon();
  }
  return done;
}

}  // namespace cuda_on_cpu
