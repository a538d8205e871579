#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "odin/tensor/error.h"

/// Reads Python pickles as data. A pickle is a program that calls Python functions to rebuild
/// objects; here nothing is ever called: such a call stays in the result as an Object, which says
/// what was to be called with what, and may be interpreted by whoever knows its meaning.
namespace odin::nn::pickle {

struct Value;
using Values = std::vector<Value*>;

struct None {};
/// An integer beyond int64: two's complement, least significant byte first.
struct BigInteger {
  std::string bytes;
};
struct Bytes {
  std::string data;
};
struct Tuple {
  Values items;
};
/// A list; also a set, whose items are in the order of the file.
struct List {
  Values items;
};
/// Keys and values in the order of the file.
struct Dict {
  std::vector<std::pair<Value*, Value*>> items;
};
/// A function or class of Python, by its full name ("collections.OrderedDict").
struct Symbol {
  std::string name;
};
/// What calling `callee` with `arguments` would return, with the state and the dictionary items
/// that it would then be given.
struct Object {
  std::string callee;
  const Tuple* arguments;
  Value* state = nullptr;
  Dict dict;
};
/// A reference to something outside the pickle.
struct Persistent {
  Value* id;
};

struct Value {
  std::variant<None, bool, std::int64_t, BigInteger, double, std::string, Bytes, Tuple, List, Dict,
               Symbol, Object, Persistent>
      data;

  /// The T that it is, or null.
  template <class T>
  const T* as() const {
    return std::get_if<T>(&data);
  }
  template <class T>
  T* as() {
    return std::get_if<T>(&data);
  }
};

/// "int", "str", "dict", ... as Python calls it; an Object by its callee.
std::string type_name(const Value& value);

/// A pickle that was read. The values may refer to one another in circles; they live as long as
/// this.
struct Pickle {
  Pickle() = default;
  Pickle(Pickle&&) = default;
  Pickle& operator=(Pickle&&) = default;

  std::deque<Value> values;
  const Value* root = nullptr;
  std::size_t size = 0;  ///< in bytes, of the input
};

/// Thrown for a symbol that is not allowed.
class ForbiddenSymbol : public Error {
 public:
  using Error::Error;
};

/// Reads the pickle (protocol 2 to 5) at the beginning of `bytes`; what follows it is ignored. Only
/// symbols for which `is_allowed` is true may occur. Throws Error for anything malformed; the time
/// and memory taken are bounded by the input's size.
Pickle load(std::span<const std::byte> bytes,
            const std::function<bool(std::string_view symbol)>& is_allowed);

}  // namespace odin::nn::pickle
