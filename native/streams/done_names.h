#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace odin::native {

/// Names that are done with, each as 16 bytes of its SHA-256, so that a million of them take 20 MB.
class DoneNames {
 public:
  void add(const std::string& name);
  /// Whether the name is there; a name that was added n times is there n times.
  bool take(const std::string& name);
  std::size_t size() const { return digests_.size(); }

  /// All of it as bytes, for another process, and back.
  std::string packed() const;
  static DoneNames unpacked(const std::string& bytes);

 private:
  using Short = std::array<std::byte, 16>;
  static Short digest(const std::string& name);
  void sort();

  std::vector<Short> digests_;
  std::vector<std::uint32_t> taken_;  ///< how often, at the first of equal digests
  bool sorted_ = false;
};

}  // namespace odin::native
