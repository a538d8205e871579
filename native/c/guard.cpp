#include "odin/native/c/guard.h"

#include <algorithm>
#include <new>
#include <system_error>

namespace odin::c {
namespace {

// Without memory of its own, so that it can say that there is none.
constexpr std::size_t kLongestText = 2048;
thread_local char last_error[kLongestText];

void remember(const char* what) noexcept {
  std::size_t length = std::min(std::strlen(what), kLongestText - 1);
  // Not within a character of several bytes.
  if (what[length] != '\0')
    while (length > 0 && (static_cast<unsigned char>(what[length]) & 0xC0) == 0x80) --length;
  std::memcpy(last_error, what, length);
  last_error[length] = '\0';
}

odin_status failed(odin_status status, const char* what) noexcept {
  remember(what);
  return status;
}

}  // namespace

odin_status guarded(const std::function<void()>& work, odin_status of_error) {
  try {
    work();
    return ODIN_OK;
  } catch (const Failure& e) {
    return failed(e.status, e.what());
  } catch (const ResourceError& e) {
    return failed(ODIN_ERROR_RESOURCE, e.what());
  } catch (const Error& e) {
    return failed(of_error, e.what());
  } catch (const std::bad_alloc&) {
    return failed(ODIN_ERROR_RESOURCE, "odin: out of memory");
  } catch (const std::system_error& e) {
    return failed(ODIN_ERROR_RESOURCE, e.what());
  } catch (const std::exception& e) {
    return failed(ODIN_ERROR_INTERNAL, e.what());
  } catch (...) {
    return failed(ODIN_ERROR_INTERNAL, "odin: an unknown exception");
  }
}

void require_given(const char* function, const char* argument, const void* pointer) {
  if (pointer == nullptr)
    throw Failure(ODIN_ERROR_ARGUMENT, std::string(function) + ": " + argument + " is NULL");
}

std::string text_or(const char* text, const char* otherwise) { return text ? text : otherwise; }

void check_size(const char* function, const char* structure, const void* given, std::size_t size,
                std::size_t least, std::size_t known) {
  constexpr std::size_t kMost = 4096;
  const std::string name = std::string(function) + ": " + structure;
  if (size < least || size > kMost)
    throw Failure(ODIN_ERROR_ARGUMENT, name + ": struct_size is " + std::to_string(size) +
                                           ", expected sizeof, " + std::to_string(known));
  if (given == nullptr) return;
  const auto* bytes = static_cast<const unsigned char*>(given);
  if (size > known &&
      std::any_of(bytes + known, bytes + size, [](unsigned char byte) { return byte != 0; }))
    throw Failure(ODIN_ERROR_ARGUMENT,
                  name + ": has a field that odin " ODIN_VERSION " does not know");
}

}  // namespace odin::c

using odin::c::guarded;

extern "C" {

uint32_t odin_abi_version(void) { return ODIN_ABI_VERSION; }

const char* odin_version(void) { return ODIN_VERSION; }

const char* odin_status_name(odin_status status) {
  switch (status) {
    case ODIN_OK: return "ODIN_OK";
    case ODIN_ERROR_ARGUMENT: return "ODIN_ERROR_ARGUMENT";
    case ODIN_ERROR_HANDLE: return "ODIN_ERROR_HANDLE";
    case ODIN_ERROR_FILE: return "ODIN_ERROR_FILE";
    case ODIN_ERROR_RESOURCE: return "ODIN_ERROR_RESOURCE";
    case ODIN_ERROR_INTERNAL: return "ODIN_ERROR_INTERNAL";
    default: return "unknown";
  }
}

const char* odin_last_error(void) { return odin::c::last_error; }

}  // extern "C"
