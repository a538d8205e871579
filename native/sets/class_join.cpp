#include "odin/native/sets/class_join.h"

#include <algorithm>
#include <map>
#include <set>

#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

using ClassNames = std::vector<std::string>;

/// Whether the names are no more than positions: "0", "1", ... or "001", "002", ...
bool are_numbers_from(std::size_t first, const ClassNames& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    const std::string digits = std::to_string(first + i);
    if (!name.ends_with(digits) || name.find_first_not_of('0') < name.size() - digits.size())
      return false;
  }
  return true;
}

bool are_numbers(const ClassNames& names) {
  return are_numbers_from(0, names) || are_numbers_from(1, names);
}

/// A name in lower case, with one kind of separator.
std::string simplified(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 'a' - 'A');
    if (c == '_' || c == '-') c = ' ';
  }
  return name;
}

bool are_distinct(const ClassNames& names) {
  return std::set<std::string>(names.begin(), names.end()).size() == names.size();
}

bool contains_all(const ClassNames& names, const ClassNames& in) {
  const std::set<std::string> known(in.begin(), in.end());
  return std::all_of(names.begin(), names.end(),
                     [&](const std::string& name) { return known.contains(name); });
}

/// Simplified names, if they are needed and still tell all classes apart; else the names.
void simplify(ClassNames& a, ClassNames& b) {
  if (contains_all(a, b)) return;
  ClassNames simple_a, simple_b;
  std::transform(a.begin(), a.end(), std::back_inserter(simple_a), simplified);
  std::transform(b.begin(), b.end(), std::back_inserter(simple_b), simplified);
  if (!are_distinct(simple_a) || !are_distinct(simple_b)) return;
  a = simple_a;
  b = simple_b;
}

ClassJoin join_by_position(const ClassNames& classes, const std::string& from,
                           const ClassNames& others, const std::string& to) {
  require(classes.size() == others.size(), from, " has ", classes.size(), " classes, ", to, " ",
          others.size(), ", and those of one side are only numbered");
  ClassJoin join;
  for (std::size_t i = 0; i < classes.size(); ++i)
    join.numbers.emplace_back(static_cast<std::int64_t>(i));
  if (classes != others)
    join.notes.push_back("the classes of " + from + " and of " + to +
                         " are matched by position: those of one side are only numbered");
  return join;
}

void add_notes(const ClassNames& classes, const std::string& from, const ClassNames& others,
               const std::string& to, ClassJoin& join) {
  std::vector<std::int64_t> known;
  std::string unknown;
  for (std::size_t i = 0; i < classes.size(); ++i)
    if (join.numbers[i])
      known.push_back(*join.numbers[i]);
    else if (unknown.size() < 200)
      unknown += (unknown.empty() ? "" : ", ") + nn::quote(classes[i]);
    else if (!unknown.ends_with("..."))
      unknown += ", ...";
  if (!unknown.empty())
    join.notes.push_back(to + " has no class " + unknown + " of " + from +
                         ": these pictures have no label");
  if (!std::is_sorted(known.begin(), known.end()))
    join.notes.push_back("the classes of " + from + " stand in another order than those of " + to +
                         ": they are matched by name");
  if (known.size() < others.size() && !known.empty())
    join.notes.push_back(from + " has " + std::to_string(known.size()) + " of the " +
                         std::to_string(others.size()) + " classes of " + to);
}

}  // namespace

std::optional<std::size_t> ClassJoin::first_unknown() const {
  const auto found = std::find(numbers.begin(), numbers.end(), std::nullopt);
  if (found == numbers.end()) return std::nullopt;
  return static_cast<std::size_t>(found - numbers.begin());
}

ClassJoin join_classes(const ClassNames& classes, const std::string& from, const ClassNames& others,
                       const std::string& to) {
  ClassNames ours = classes, theirs = others;
  simplify(ours, theirs);
  if (!contains_all(ours, theirs) && (are_numbers(classes) || are_numbers(others)))
    return join_by_position(classes, from, others, to);
  std::map<std::string, std::int64_t> place;
  for (std::size_t i = 0; i < theirs.size(); ++i)
    place.emplace(theirs[i], static_cast<std::int64_t>(i));
  ClassJoin join;
  for (const std::string& name : ours) {
    const auto found = place.find(name);
    join.numbers.push_back(found == place.end() ? std::nullopt : std::optional(found->second));
  }
  const bool none_known = std::count(join.numbers.begin(), join.numbers.end(), std::nullopt) ==
                          std::ssize(join.numbers);
  require(!none_known || classes.size() == others.size(), from, " has ", classes.size(),
          " classes, ", to, " ", others.size(), ", and none has the same name");
  add_notes(classes, from, others, to, join);
  return join;
}

}  // namespace odin::native
