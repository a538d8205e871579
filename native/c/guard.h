#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <string>
#include <type_traits>

#include "odin/native/c/c.h"
#include "odin/tensor/error.h"

// What every function of c.h has around its work: no exception leaves it, and what came in is
// checked before it is used.

namespace odin::c {

/// Thrown for what is wrong with a handle, and for arguments where the rest of the work is about a
/// file.
class Failure : public Error {
 public:
  Failure(odin_status kind, const std::string& what) : Error(what), status(kind) {}
  odin_status status;
};

/// Calls `work`. What it throws becomes a status and odin_last_error(): an Error the status
/// `of_error`.
odin_status guarded(const std::function<void()>& work, odin_status of_error = ODIN_ERROR_ARGUMENT);

/// Throws ODIN_ERROR_ARGUMENT for NULL.
void require_given(const char* function, const char* argument, const void* pointer);
/// A text that may be NULL.
std::string text_or(const char* text, const char* otherwise);

/// The structure that a caller has, which may be of an older or a newer odin. Throws unless its
/// struct_size is at least `least`, that of the first odin with this structure, and whatever is
/// behind the fields that are known here is 0.
void check_size(const char* function, const char* structure, const void* given, std::size_t size,
                std::size_t least, std::size_t known);

/// The caller's structure in today's form, new fields 0.
template <class T>
T read_struct(const char* function, const char* name, const T* given, std::size_t size) {
  static_assert(std::is_trivially_copyable_v<T>);
  check_size(function, name, given, size, sizeof(T), sizeof(T));
  T own{};
  std::memcpy(&own, given, std::min(size, sizeof(T)));
  return own;
}

/// Writes as much of `own` as the caller's structure has room for; its struct_size stays.
template <class T>
void write_struct(T* to, std::size_t size, T own) {
  own.struct_size = size;
  std::memcpy(to, &own, std::min(size, sizeof(T)));
}

/// The struct_size of a structure that results are written to.
template <class T>
std::size_t result_size(const char* function, const char* name, const T* to) {
  require_given(function, name, to);
  check_size(function, name, nullptr, to->struct_size, sizeof(T), sizeof(T));
  return to->struct_size;
}

}  // namespace odin::c
