#include <zip.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "odin/nn/io/file_kind.h"
#include "odin/nn/io/late_library.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/io/torch_file.h"
#include "odin/nn/io/torch_tensor.h"
#include "odin/tensor/error.h"

// The zip format: the pickle is <folder>/data.pkl, the storages are <folder>/data/<key>.

namespace odin::nn {
namespace {

using Bytes = std::vector<std::byte>;

/// The functions of libzip that odin calls. Where ODIN_LIBZIP names the file of a shared library, it
/// is loaded by the first call of libzip(); otherwise they are linked.
struct Libzip {
#ifdef ODIN_LIBZIP
  LateLibrary library{ODIN_LIBZIP, "PyTorch's zip files"};
#define ODIN_OF_LIBZIP(name) decltype(&::name) name = library.function<decltype(&::name)>(#name)
#else
#define ODIN_OF_LIBZIP(name) static constexpr auto name = &::name
#endif
  ODIN_OF_LIBZIP(zip_discard);
  ODIN_OF_LIBZIP(zip_error_code_zip);
  ODIN_OF_LIBZIP(zip_error_fini);
  ODIN_OF_LIBZIP(zip_error_init);
  ODIN_OF_LIBZIP(zip_error_strerror);
  ODIN_OF_LIBZIP(zip_fclose);
  ODIN_OF_LIBZIP(zip_file_get_error);
  ODIN_OF_LIBZIP(zip_file_strerror);
  ODIN_OF_LIBZIP(zip_fopen_index);
  ODIN_OF_LIBZIP(zip_fread);
  ODIN_OF_LIBZIP(zip_get_name);
  ODIN_OF_LIBZIP(zip_get_num_entries);
  ODIN_OF_LIBZIP(zip_name_locate);
  ODIN_OF_LIBZIP(zip_open_from_source);
  ODIN_OF_LIBZIP(zip_source_buffer_create);
  ODIN_OF_LIBZIP(zip_source_file_create);
  ODIN_OF_LIBZIP(zip_source_free);
  ODIN_OF_LIBZIP(zip_stat_index);
  ODIN_OF_LIBZIP(zip_strerror);
#undef ODIN_OF_LIBZIP
};

/// Throws Error, every time, if the library cannot be loaded.
const Libzip& libzip() {
  static const Libzip functions;
  return functions;
}

struct DiscardArchive {
  void operator()(zip_t* archive) const { libzip().zip_discard(archive); }
};
struct CloseRecord {
  void operator()(zip_file_t* file) const { libzip().zip_fclose(file); }
};

class Archive {
 public:
  Archive(std::span<const std::byte> bytes, MemoryBudget& budget) : budget_(budget) {
    open([&](zip_error_t* error) {
      return libzip().zip_source_buffer_create(bytes.data(), bytes.size(), 0, error);
    });
  }
  Archive(const std::filesystem::path& path, MemoryBudget& budget) : budget_(budget) {
    open([&](zip_error_t* error) {
      constexpr int kToItsEnd = 0;
      return libzip().zip_source_file_create(path.c_str(), 0, kToItsEnd, error);
    });
  }

  /// The path of the folder with the record data.pkl, with a slash at the end.
  std::string folder() const {
    constexpr std::string_view kPickle = "/data.pkl";
    const auto count = static_cast<zip_uint64_t>(libzip().zip_get_num_entries(archive_.get(), 0));
    std::string names;
    for (zip_uint64_t i = 0; i < count; ++i) {
      const char* found = libzip().zip_get_name(archive_.get(), i, ZIP_FL_ENC_RAW);
      const std::string_view name = found ? found : "";
      if (name.ends_with(kPickle))
        return std::string(name.substr(0, name.size() - kPickle.size() + 1));
      names.append(name).append("\n");
    }
    fail("the zip archive has no data.pkl, so it is no PyTorch checkpoint, but ",
         describe_zip(names));
  }

  bool has(const std::string& name) const { return locate(name) >= 0; }

  Bytes read(const std::string& name) {
    const auto index = locate(name);
    require(index >= 0, "the zip archive has no record ", quote(name));
    try {
      return read(static_cast<zip_uint64_t>(index));
    } catch (const Error& error) {
      fail("record ", quote(name), ": ", error.what());
    }
  }

 private:
  /// `make_source(error)` makes the source of the archive's bytes.
  template <class MakeSource>
  void open(MakeSource&& make_source) {
    zip_error_t error;
    libzip().zip_error_init(&error);
    zip_source_t* source = make_source(&error);
    if (source) archive_.reset(libzip().zip_open_from_source(source, ZIP_RDONLY, &error));
    if (source && !archive_) libzip().zip_source_free(source);
    const std::string problem = archive_ ? "" : libzip().zip_error_strerror(&error);
    libzip().zip_error_fini(&error);
    require(archive_ != nullptr, "the zip archive cannot be read: ", problem);
  }

  zip_int64_t locate(const std::string& name) const {
    return libzip().zip_name_locate(archive_.get(), name.c_str(), ZIP_FL_ENC_RAW);
  }

  Bytes read(zip_uint64_t index) {
    zip_stat_t info;
    require(libzip().zip_stat_index(archive_.get(), index, 0, &info) == 0 &&
                (info.valid & ZIP_STAT_SIZE),
            "its size is unknown");
    budget_.take(info.size);
    const std::unique_ptr<zip_file_t, CloseRecord> file(
        libzip().zip_fopen_index(archive_.get(), index, 0));
    require(file != nullptr, libzip().zip_strerror(archive_.get()));
    Bytes bytes(info.size);
    const auto count = libzip().zip_fread(file.get(), bytes.data(), bytes.size());
    require(count >= 0, problem_of(file.get()));
    require(static_cast<zip_uint64_t>(count) == info.size, "only ", count, " of ", info.size,
            " bytes could be read");
    std::byte beyond;  // libzip checks the checksum only when the end is read
    require(libzip().zip_fread(file.get(), &beyond, 1) == 0, problem_of(file.get()));
    return bytes;
  }

  /// libzip has no words for a record that is longer than the archive says.
  static std::string problem_of(zip_file_t* file) {
    const bool known = libzip().zip_error_code_zip(libzip().zip_file_get_error(file)) != ZIP_ER_OK;
    return known ? libzip().zip_file_strerror(file)
                 : "its content does not have the size or the checksum that the archive says";
  }

  std::unique_ptr<zip_t, DiscardArchive> archive_;
  MemoryBudget& budget_;
};

class ZipFile : public TorchFile {
 public:
  ZipFile(std::span<const std::byte> bytes, MemoryBudget& budget)
      : archive_(bytes, budget), folder_(archive_.folder()) {
    const std::string byteorder = folder_ + "byteorder";
    if (archive_.has(byteorder)) {
      const Bytes order = archive_.read(byteorder);
      require(
          std::string_view(reinterpret_cast<const char*>(order.data()), order.size()) == "little",
          "its numbers are not little-endian");
    }
    pickle_ = pickle::load(archive_.read(folder_ + "data.pkl"), is_allowed_symbol);
  }

  const pickle::Value& root() const override { return *pickle_.root; }

  std::span<const std::byte> storage(const std::string& key) override {
    auto found = storages_.find(key);
    if (found == storages_.end())
      found = storages_.emplace(key, archive_.read(folder_ + "data/" + key)).first;
    return found->second;
  }

 private:
  Archive archive_;
  std::string folder_;
  pickle::Pickle pickle_;
  std::map<std::string, Bytes> storages_;
};

}  // namespace

std::unique_ptr<TorchFile> open_torch_zip(std::span<const std::byte> bytes, MemoryBudget& budget) {
  return std::make_unique<ZipFile>(bytes, budget);
}

void check_torch_zip(const std::filesystem::path& path) {
  MemoryBudget nothing_is_read(0);
  Archive(path, nothing_is_read).folder();
}

}  // namespace odin::nn
