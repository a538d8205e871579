#include "odin/nn/io/pickle.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "odin/nn/io/pickle_input.h"
#include "odin/nn/io/quote.h"

namespace odin::nn::pickle {
namespace {

// Python's names have some tens of characters; messages show them.
constexpr std::size_t kMostNameLength = 1000;

/// The stack machine that runs a pickle.
class Machine {
 public:
  Machine(std::span<const std::byte> bytes, const std::function<bool(std::string_view)>& is_allowed,
          std::size_t most_operations)
      : in_(bytes), is_allowed_(is_allowed), most_operations_(most_operations) {}

  Pickle run() {
    for (std::size_t count = 0;; ++count) {
      require(count < most_operations_, "the pickle has more than ", most_operations_,
              " operations");
      const auto at = in_.position();
      const auto op = Op{in_.number<unsigned char>()};
      if (op == Op::stop) break;
      const bool known = number(op) || text(op) || sequence(op) || dictionary(op) || memo(op) ||
                         object(op) || stack(op);
      require(known, "unsupported operation ", static_cast<int>(op), " at byte ", at,
              " of the pickle");
    }
    out_.root = pop();
    out_.size = in_.position();
    return std::move(out_);
  }

 private:
  // Groups of operations. Each function returns whether it handled the operation.

  bool number(Op op) {
    switch (op) {
      case Op::none: return push(None{});
      case Op::newtrue: return push(true);
      case Op::newfalse: return push(false);
      case Op::binint: return push(std::int64_t{in_.number<std::int32_t>()});
      case Op::binint1: return push(std::int64_t{in_.number<std::uint8_t>()});
      case Op::binint2: return push(std::int64_t{in_.number<std::uint16_t>()});
      case Op::long1: return push_integer(in_.text(in_.number<std::uint8_t>()));
      case Op::long4: return push_integer(in_.text(in_.number<std::uint32_t>()));
      case Op::binfloat: return push_float(in_.text(sizeof(double)));
      default: return false;
    }
  }

  bool text(Op op) {
    switch (op) {
      case Op::binstring:  // Python 2's byte strings, which are used as text
      case Op::binunicode: return push(in_.text(in_.number<std::uint32_t>()));
      case Op::short_binstring:
      case Op::short_binunicode: return push(in_.text(in_.number<std::uint8_t>()));
      case Op::binunicode8: return push(in_.text(in_.number<std::uint64_t>()));
      case Op::binbytes: return push(Bytes{in_.text(in_.number<std::uint32_t>())});
      case Op::short_binbytes: return push(Bytes{in_.text(in_.number<std::uint8_t>())});
      case Op::binbytes8:
      case Op::bytearray8: return push(Bytes{in_.text(in_.number<std::uint64_t>())});
      default: return false;
    }
  }

  bool sequence(Op op) {
    switch (op) {
      case Op::empty_tuple: return push(Tuple{});
      case Op::tuple1: return push(Tuple{pop_many(1)});
      case Op::tuple2: return push(Tuple{pop_many(2)});
      case Op::tuple3: return push(Tuple{pop_many(3)});
      case Op::tuple:
      case Op::frozenset: return push(Tuple{pop_to_mark()});
      case Op::empty_list:
      case Op::empty_set: return push(List{});
      case Op::list: return push(List{pop_to_mark()});
      case Op::append: return extend_list(pop_many(1));
      case Op::appends:
      case Op::additems: return extend_list(pop_to_mark());
      default: return false;
    }
  }

  bool dictionary(Op op) {
    switch (op) {
      case Op::empty_dict: return push(Dict{});
      case Op::dict: {
        const Values items = pop_to_mark();
        push(Dict{});
        return set_items(items);
      }
      case Op::setitem: return set_items(pop_many(2));
      case Op::setitems: return set_items(pop_to_mark());
      default: return false;
    }
  }

  bool memo(Op op) {
    switch (op) {
      case Op::binget: return get(in_.number<std::uint8_t>());
      case Op::long_binget: return get(in_.number<std::uint32_t>());
      case Op::binput: return put(in_.number<std::uint8_t>());
      case Op::long_binput: return put(in_.number<std::uint32_t>());
      case Op::memoize: return put(memo_.size());
      default: return false;
    }
  }

  bool object(Op op) {
    switch (op) {
      case Op::global: {
        const std::string module = in_.line();
        return push_symbol(module, in_.line());
      }
      case Op::stack_global: {
        const Values names = pop_many(2);
        const auto& module = expect<std::string>(*names[0], "a module's name");
        return push_symbol(module, expect<std::string>(*names[1], "a name"));
      }
      case Op::reduce:
      case Op::newobj: {
        const Values call = pop_many(2);
        return push(Object{callee(*call[0]), &expect<Tuple>(*call[1], "arguments"), nullptr, {}});
      }
      case Op::newobj_ex: {  // the last are named arguments
        const Values call = pop_many(3);
        return push(Object{callee(*call[0]), &expect<Tuple>(*call[1], "arguments"), nullptr, {}});
      }
      case Op::build: {
        Value* const state = pop();
        expect<Object>(top(), "an object to give a state").state = state;
        return true;
      }
      case Op::binpersid: return push(Persistent{pop()});
      default: return false;
    }
  }

  bool stack(Op op) {
    switch (op) {
      case Op::mark: marks_.push_back(stack_.size()); return true;
      case Op::pop: pop(); return true;
      case Op::pop_mark: pop_to_mark(); return true;
      case Op::dup: stack_.push_back(&top()); return true;
      case Op::proto: {
        const int protocol = in_.number<std::uint8_t>();
        require(protocol <= 5, "unknown pickle protocol ", protocol);
        return true;
      }
      case Op::frame: in_.number<std::uint64_t>(); return true;  // a hint for buffering
      default: return false;
    }
  }

  // Helpers of the groups above. Those that return bool return true.

  template <class T>
  bool push(T&& data) {
    stack_.push_back(&out_.values.emplace_back(Value{std::forward<T>(data)}));
    return true;
  }

  /// Two's complement, least significant byte first.
  bool push_integer(const std::string& bytes) {
    if (bytes.size() > sizeof(std::int64_t)) return push(BigInteger{bytes});
    const bool negative = !bytes.empty() && (bytes.back() & 0x80);
    std::int64_t value = negative ? -1 : 0;
    std::memcpy(&value, bytes.data(), bytes.size());
    return push(value);
  }

  /// Most significant byte first.
  bool push_float(std::string bytes) {
    std::reverse(bytes.begin(), bytes.end());
    double value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return push(value);
  }

  bool push_symbol(const std::string& module, const std::string& name) {
    std::string symbol = module + "." + name;
    require(symbol.size() <= kMostNameLength, "the pickle has a name of ", symbol.size(),
            " characters, at most ", kMostNameLength, " are allowed");
    if (!is_allowed_(symbol))
      throw ForbiddenSymbol("the pickle asks for " + quote(symbol) + ", which is not allowed");
    return push(Symbol{std::move(symbol)});
  }

  /// The name of what is called. It may itself be the result of a call or something outside the
  /// pickle, as the classes of whole modules in PyTorch's older files are.
  std::string_view callee(Value& value) {
    if (const auto* object = value.as<Object>()) {
      if (object->callee.ends_with("()")) return object->callee;  // a call's result's result
      return *out_.callees.insert(std::string(object->callee) + "()").first;
    }
    if (const auto* reference = value.as<Persistent>()) return class_of(*reference);
    return expect<Symbol>(value, "something to call").name;
  }
  /// ("module", class, source file, source) -> the class.
  static std::string_view class_of(const Persistent& reference) {
    const auto* id = reference.id->as<Tuple>();
    const auto* symbol = id && id->items.size() > 1 ? id->items[1]->as<Symbol>() : nullptr;
    require(symbol != nullptr, "the pickle uses a persistent reference as something to call");
    return symbol->name;
  }

  bool extend_list(const Values& items) {
    if (top().as<Object>()) return true;  // of a class derived from list; nobody needs its items
    auto& list = expect<List>(top(), "a list").items;
    list.insert(list.end(), items.begin(), items.end());
    return true;
  }

  bool set_items(const Values& items) {
    require(items.size() % 2 == 0, "the pickle has a dictionary key without a value");
    auto* object = top().as<Object>();
    auto& dict = object ? object->dict : expect<Dict>(top(), "a dictionary");
    for (std::size_t i = 0; i < items.size(); i += 2)
      dict.items.emplace_back(items[i], items[i + 1]);
    return true;
  }

  bool get(std::uint64_t key) {
    const auto found = memo_.find(key);
    require(found != memo_.end(), "the pickle refers to entry ", key,
            " of its memo, which is not there");
    stack_.push_back(found->second);
    return true;
  }

  bool put(std::uint64_t key) {
    memo_[key] = &top();
    return true;
  }

  /// Number of values above the last mark; only these may be popped.
  std::size_t available() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }

  Value& top() {
    require(available() > 0, "the pickle takes a value where there is none");
    return *stack_.back();
  }
  Value* pop() {
    Value* value = &top();
    stack_.pop_back();
    return value;
  }
  Values pop_many(std::size_t count) {
    require(available() >= count, "the pickle takes a value where there is none");
    Values out(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return out;
  }
  Values pop_to_mark() {
    require(!marks_.empty(), "the pickle looks for a mark where there is none");
    Values out = pop_many(available());
    marks_.pop_back();
    return out;
  }

  template <class T>
  static T& expect(Value& value, const char* what) {
    T* out = value.as<T>();
    require(out != nullptr, "the pickle uses '", type_name(value), "' as ", what);
    return *out;
  }

  Reader in_;
  const std::function<bool(std::string_view)>& is_allowed_;
  std::size_t most_operations_;
  Pickle out_;
  Values stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, Value*> memo_;
};

struct TypeName {
  std::string operator()(None) const { return "None"; }
  std::string operator()(bool) const { return "bool"; }
  std::string operator()(std::int64_t) const { return "int"; }
  std::string operator()(const BigInteger&) const { return "int"; }
  std::string operator()(double) const { return "float"; }
  std::string operator()(const std::string&) const { return "str"; }
  std::string operator()(const Bytes&) const { return "bytes"; }
  std::string operator()(const Tuple&) const { return "tuple"; }
  std::string operator()(const List&) const { return "list"; }
  std::string operator()(const Dict&) const { return "dict"; }
  std::string operator()(const Symbol& symbol) const { return symbol.name; }
  std::string operator()(const Object& object) const { return std::string(object.callee); }
  std::string operator()(const Persistent&) const { return "persistent reference"; }
};

}  // namespace

std::string type_name(const Value& value) {
  const std::string quoted = quote(std::visit(TypeName{}, value.data));
  return quoted.substr(1, quoted.size() - 2);
}

Pickle load(std::span<const std::byte> bytes,
            const std::function<bool(std::string_view)>& is_allowed, std::size_t most_operations) {
  return Machine(bytes, is_allowed, most_operations).run();
}

}  // namespace odin::nn::pickle
