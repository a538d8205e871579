// Loaded into a program (LD_PRELOAD), fails or kills it at one of the system calls that write:
//   ODIN_FAULT_AT=N      at the Nth call, from 1
//   ODIN_FAULT=kill      SIGKILL before the call (also: term, int)
//   ODIN_FAULT=full      this call and all later ones that would write bytes fail with ENOSPC
//   ODIN_FAULT=threads   the Nth thread, from 1, and all later ones are not started
//   ODIN_FAULT_LOG=FILE  gets a line where the fault has happened
// Only regular files count: what goes to a terminal or a pipe is not kept.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <cstring>

namespace {

std::atomic<long> calls{0};

long fault_at() {
  static const char* text = std::getenv("ODIN_FAULT_AT");
  return text == nullptr ? 0 : std::atol(text);
}

void note(const char* call) {
  const char* log = std::getenv("ODIN_FAULT_LOG");
  if (log == nullptr) return;
  using Open = int (*)(const char*, int, ...);
  using Write = ssize_t (*)(int, const void*, size_t);
  static const auto open_file = reinterpret_cast<Open>(dlsym(RTLD_NEXT, "open"));
  static const auto write_bytes = reinterpret_cast<Write>(dlsym(RTLD_NEXT, "write"));
  const int file = open_file(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (file < 0) return;
  (void)!write_bytes(file, call, std::strlen(call));
  (void)!write_bytes(file, "\n", 1);
  ::close(file);
}

/// Counts the call, and kills where it is the one. Whether it has to fail because the disk is full:
/// only calls that need space do.
bool fails(const char* call, bool needs_space) {
  const long at = fault_at();
  if (at == 0) return false;
  const long now = ++calls;
  const char* kind = std::getenv("ODIN_FAULT");
  if (kind == nullptr || now < at || std::strcmp(kind, "threads") == 0) return false;
  if (std::strcmp(kind, "full") == 0) {
    if (!needs_space) return false;
    note(call);
    return true;
  }
  if (now > at) return false;
  note(call);
  if (std::strcmp(kind, "kill") == 0) ::kill(::getpid(), SIGKILL);
  ::kill(::getpid(), std::strcmp(kind, "int") == 0 ? SIGINT : SIGTERM);
  return false;
}

bool is_file(int descriptor) {
  struct stat s;
  return ::fstat(descriptor, &s) == 0 && S_ISREG(s.st_mode);
}

template <class F>
F next(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

int disk_is_full() {
  errno = ENOSPC;
  return -1;
}

bool has_no_thread() {
  static std::atomic<long> threads{0};
  const char* kind = std::getenv("ODIN_FAULT");
  if (kind == nullptr || std::strcmp(kind, "threads") != 0 || ++threads < fault_at()) return false;
  note("pthread_create");
  return true;
}

}  // namespace

extern "C" {

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*f)(void*),
                   void* argument) noexcept {
  using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto real = next<Create>("pthread_create");
  return has_no_thread() ? EAGAIN : real(thread, attributes, f, argument);
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
  if (is_file(descriptor) && fails("write", true)) return disk_is_full();
  return real(descriptor, bytes, size);
}

int fsync(int descriptor) {
  static const auto real = next<int (*)(int)>("fsync");
  fails("fsync", false);
  return real(descriptor);
}

int rename(const char* from, const char* to) noexcept {
  static const auto real = next<int (*)(const char*, const char*)>("rename");
  fails("rename", false);
  return real(from, to);
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
  static const auto real = next<int (*)(int, const char*, int, const char*, int)>("linkat");
  if (fails("linkat", true)) return disk_is_full();
  return real(from_folder, from, to_folder, to, flags);
}

int unlink(const char* name) noexcept {
  static const auto real = next<int (*)(const char*)>("unlink");
  fails("unlink", false);
  return real(name);
}

int open(const char* name, int flags, ...) {
  static const auto real = next<int (*)(const char*, int, ...)>("open");
  mode_t mode = 0;
  if (flags & (O_CREAT | O_TMPFILE)) {
    va_list arguments;
    va_start(arguments, flags);
    mode = static_cast<mode_t>(va_arg(arguments, int));
    va_end(arguments);
  }
  const bool makes = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  if (makes && fails("open", true)) return disk_is_full();
  return real(name, flags, mode);
}

}  // extern "C"
