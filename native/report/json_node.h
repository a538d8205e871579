#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace odin::native::report {

/// A value in a JSON file, with its path for error messages: "report: 'e.json'.results[0].n".
/// Every function throws Error, beginning with that path, if the value is not what it returns.
class Node {
 public:
  Node(const nlohmann::json& value, std::string where) : value_(&value), where_(std::move(where)) {}

  /// Whether the object has that member, and it is not null.
  bool has(const std::string& key) const;
  Node operator[](const std::string& key) const;

  bool is_text() const;
  std::string text() const;       ///< of at most 4096 bytes
  std::string long_text() const;  ///< of any length
  /// A finite number.
  double number() const;
  double number_between(double low, double high) const;
  double share() const { return number_between(0, 1); }
  double positive() const;
  /// A whole number of [0, 10^12].
  std::int64_t count() const;
  /// A whole number of any size, as text.
  std::string digits() const;
  /// The elements of an array of at most `most`.
  std::vector<Node> items(std::size_t most = kMostItems) const;

  std::string text(const std::string& key) const { return (*this)[key].text(); }
  double number(const std::string& key) const { return (*this)[key].number(); }
  double share(const std::string& key) const { return (*this)[key].share(); }
  double positive(const std::string& key) const { return (*this)[key].positive(); }
  std::int64_t count(const std::string& key) const { return (*this)[key].count(); }
  std::optional<double> optional_share(const std::string& key) const;
  /// An array of at least one finite number and at most `most`.
  std::vector<double> numbers(const std::string& key, std::size_t most = kMostItems) const;

  const std::string& where() const { return where_; }

  static constexpr std::size_t kMostItems = 2'000'000;

 private:
  [[noreturn]] void fail_for(const char* expected) const;

  const nlohmann::json* value_;
  std::string where_;
};

}  // namespace odin::native::report
