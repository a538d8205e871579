#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "odin/nn/io/file_kind.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/io/torch_file.h"
#include "odin/nn/io/torch_tensor.h"
#include "odin/tensor/error.h"

// The format before PyTorch 1.6: five pickles one after another (magic number, version of the
// format, system information, the object, the list of the storages' keys), then for each key the
// number of elements (8 bytes) and the elements.

namespace odin::nn {
namespace {

using pickle::Pickle;

constexpr std::string_view kMagicNumber = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr std::int64_t kVersion = 1001;
// Of the pickles beside the object.
constexpr std::size_t kMostOperations = 200'000;

bool is_magic_number(const pickle::Value& value) {
  const auto* number = value.as<pickle::BigInteger>();
  return number && number->bytes == kMagicNumber;
}

class LegacyFile : public TorchFile {
 public:
  explicit LegacyFile(std::span<const std::byte> bytes) : rest_(bytes) {
    check_magic_number(bytes);
    const Pickle version = take_pickle(kMostOperations);
    const auto* number = version.root->as<std::int64_t>();
    require(number && *number == kVersion, "unknown version of the format");
    check_system(take_pickle(kMostOperations));
    object_ = take_pickle(pickle::kMostOperations);
    const Pickle keys = take_pickle(kMostOperations);
    const auto* list = keys.root->as<pickle::List>();
    require(list != nullptr, "expected a list of storages, got '", pickle::type_name(*keys.root),
            "'");
    take_storages(list->items);
  }

  const pickle::Value& root() const override { return *object_.root; }

  std::span<const std::byte> storage(const std::string& key) override {
    const auto found = storages_.find(key);
    require(found != storages_.end(), "the file has no storage ", quote(key));
    return found->second;
  }

 private:
  std::span<const std::byte> take(std::uint64_t size) {
    require(size <= rest_.size(), "the file ends in the middle of a storage");
    const auto out = rest_.first(size);
    rest_ = rest_.subspan(size);
    return out;
  }

  Pickle take_pickle(std::size_t most_operations) {
    Pickle out = pickle::load(rest_, is_allowed_symbol, most_operations);
    rest_ = rest_.subspan(out.size);
    return out;
  }

  /// Files of any other kind fail here. A pickle with a forbidden symbol is reported as such.
  void check_magic_number(std::span<const std::byte> file) {
    bool found = false;
    try {
      found = is_magic_number(*take_pickle(kMostOperations).root);
    } catch (const pickle::ForbiddenSymbol&) {
      throw;
    } catch (const Error&) {
    }
    const std::string kind = found ? "" : describe_kind(file);
    require(found, "this is neither a PyTorch checkpoint nor a safetensors file",
            kind.empty() ? "" : ", but " + kind);
  }

  static void check_system(const Pickle& system) {
    const auto* dict = system.root->as<pickle::Dict>();
    require(dict != nullptr, "no description of the system that wrote the file");
    for (const auto& [key, value] : dict->items) {
      const auto* name = key->as<std::string>();
      if (!name || *name != "little_endian") continue;
      const bool* little = value->as<bool>();
      require(little && *little, "its numbers are not little-endian");
    }
  }

  /// The storages that the object refers to, by key.
  std::map<std::string, StorageReference> references() const {
    std::map<std::string, StorageReference> out;
    for (const pickle::Value& value : object_.values) {
      const auto* reference = value.as<pickle::Persistent>();
      if (!reference || is_source(*reference)) continue;
      StorageReference storage = parse_storage(*reference);
      out.emplace(storage.key, std::move(storage));
    }
    return out;
  }

  void take_storages(const pickle::Values& keys) {
    const auto known = references();
    for (const pickle::Value* item : keys) {
      const auto* key = item->as<std::string>();
      require(key && known.contains(*key), "the file has a storage that its object does not use");
      const StorageReference& storage = known.at(*key);
      std::int64_t count;
      std::memcpy(&count, take(sizeof count).data(), sizeof count);
      require(count == storage.total, "storage ", quote(*key), " has ", count,
              " elements, the object refers to one of ", storage.total);
      const auto elements = static_cast<std::uint64_t>(count);
      const std::size_t size = size_of(storage.type);
      require(elements <= rest_.size() / size, "the file ends in the middle of a storage");
      storages_[*key] = take(elements * size);
    }
  }

  std::span<const std::byte> rest_;
  Pickle object_;
  std::map<std::string, std::span<const std::byte>> storages_;
};

}  // namespace

std::unique_ptr<TorchFile> open_torch_legacy(std::span<const std::byte> bytes) {
  return std::make_unique<LegacyFile>(bytes);
}

}  // namespace odin::nn
