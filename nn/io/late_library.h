#pragma once

namespace odin::nn {

/// A shared library that is loaded when a file first needs it, and then stays. What never meets such
/// a file does without the library: its memory, the time to load it, and it being installed.
class LateLibrary {
 public:
  /// `file` is its SONAME ("libzip.so.4"), `use` what it is for, in the plural ("zip files"). Throws
  /// Error if it cannot be loaded.
  LateLibrary(const char* file, const char* use);

  /// The function of this name; throws Error if there is none. `Pointer` is decltype(&function).
  template <class Pointer>
  Pointer function(const char* name) const {
    return reinterpret_cast<Pointer>(address(name));
  }

 private:
  void* address(const char* name) const;

  const char* file_;
  void* handle_;
};

}  // namespace odin::nn
