#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace odin::native {

/// How the classes of a set of images belong to those of a network, or of another set.
struct ClassJoin {
  /// For each class of the set its number on the other side; empty where that has no such class.
  std::vector<std::optional<std::int64_t>> numbers;
  /// One line for what is not obvious: another order, a subset, unknown classes, numbers for names.
  std::vector<std::string> notes;

  /// The first class that the other side does not have; empty if it has all.
  std::optional<std::size_t> first_unknown() const;
};

/// Joins classes by name: exactly, or else without regard to case and to spaces, hyphens and
/// underscores. Where the classes of one side are merely numbered, from 0 or 1, they are joined by
/// position. `from` and `to` name the sides in notes ("folder:set", "the network"). Throws Error if
/// their numbers differ and they are joined by position, or no name is on both sides.
ClassJoin join_classes(const std::vector<std::string>& classes, const std::string& from,
                       const std::vector<std::string>& others, const std::string& to);

}  // namespace odin::native
