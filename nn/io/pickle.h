#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "odin/tensor/error.h"

/// Reads Python pickles as data. A pickle is a program that calls Python functions to rebuild
/// objects. Here nothing is ever called: a call becomes an Object in the result, which records the
/// function and its arguments for the caller to interpret.
namespace odin::nn::pickle {

struct Value;
using Values = std::vector<Value*>;

struct None {};
/// An integer outside the range of int64: two's complement, least significant byte first.
struct BigInteger {
  std::string bytes;
};
struct Bytes {
  std::string data;
};
struct Tuple {
  Values items;
};
/// A list, or a set with its items in the order of the file.
struct List {
  Values items;
};
/// Keys and values in the order of the file.
struct Dict {
  std::vector<std::pair<Value*, Value*>> items;
};
/// A Python function or class, by its full name ("collections.OrderedDict").
struct Symbol {
  std::string name;
};
/// The object that calling `callee` with `arguments` would return, and the state and dictionary
/// items that would be set on it afterwards.
struct Object {
  std::string_view callee;  ///< of a symbol, or in Pickle::callees
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

  /// The value as a T; null if it is not one.
  template <class T>
  const T* as() const {
    return std::get_if<T>(&data);
  }
  template <class T>
  T* as() {
    return std::get_if<T>(&data);
  }
};

/// Python's name of the type, for messages: "int", "str", "dict", ...; for an Object its callee.
std::string type_name(const Value& value);

/// The result of load(). It owns the values, which may refer to one another in cycles.
struct Pickle {
  Pickle() = default;
  Pickle(Pickle&&) = default;
  Pickle& operator=(Pickle&&) = default;

  std::deque<Value> values;
  std::set<std::string> callees;  ///< names of what is called and is no symbol: "torch.load()"
  const Value* root = nullptr;
  std::size_t size = 0;  ///< bytes that the pickle takes in the input
};

/// Thrown for a symbol that is not allowed.
class ForbiddenSymbol : public Error {
 public:
  using Error::Error;
};

/// A value takes about a hundred bytes, so that a pickle takes at most 200 MB beside its texts.
inline constexpr std::size_t kMostOperations = 1'500'000;

/// Reads the pickle (protocol 2 to 5) at the beginning of `bytes`; bytes after it are ignored.
/// Throws ForbiddenSymbol for a symbol that `is_allowed` rejects and Error for malformed input or
/// one of more than `most_operations`. Time and memory are bounded by these and by the input's size.
Pickle load(std::span<const std::byte> bytes,
            const std::function<bool(std::string_view symbol)>& is_allowed,
            std::size_t most_operations = kMostOperations);

}  // namespace odin::nn::pickle
