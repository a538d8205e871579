#include "odin/native/sets/cifar.h"

#include <optional>

#include "odin/native/sets/cifar_python.h"
#include "odin/native/system/text_file.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

namespace fs = std::filesystem;

/// The file layout of one of the two sets. A record is one byte for each label (the last label is
/// the one that is used), then the image.
struct Layout {
  const char* name;
  const char* folder;
  const char* class_file;
  std::vector<std::string> train_files, test_files;
  std::vector<std::int64_t> label_counts;
  /// The same in the Python version: files, key of the labels, file and key of the classes' names.
  const char* python_folder;
  std::vector<std::string> python_train, python_test;
  const char *python_labels, *python_class_file, *python_names;
};

Layout cifar10_layout() {
  return {"cifar10",
          "cifar-10-batches-bin",
          "batches.meta.txt",
          {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
           "data_batch_5.bin"},
          {"test_batch.bin"},
          {10},
          "cifar-10-batches-py",
          {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"},
          {"test_batch"},
          "labels",
          "batches.meta",
          "label_names"};
}

Layout cifar100_layout() {
  return {"cifar100",
          "cifar-100-binary",
          "fine_label_names.txt",
          {"train.bin"},
          {"test.bin"},
          {20, 100},
          "cifar-100-python",
          {"train"},
          {"test"},
          "fine_labels",
          "meta",
          "fine_label_names"};
}

void append_records(const Layout& layout, const fs::path& path, Dataset& set) {
  const std::vector<std::byte> file = nn::read_file(path, layout.name);
  const std::string prefix = std::string(layout.name) + ": " + nn::quote(path.string());
  const std::size_t label_bytes = layout.label_counts.size();
  const std::size_t record_bytes = label_bytes + Dataset::kImageBytes;
  require(file.size() % record_bytes == 0, prefix, " has ", file.size(),
          " bytes, expected a multiple of ", record_bytes, " (", label_bytes, " for the label and ",
          Dataset::kImageBytes,
          " for the pixels of each image): truncated, or not the binary version");

  const std::size_t records = file.size() / record_bytes;
  set.pixels.reserve(set.pixels.size() + records * Dataset::kImageBytes);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(file.data());
  for (std::size_t i = 0; i < records; ++i, bytes += record_bytes) {
    for (std::size_t k = 0; k < label_bytes; ++k) {
      require(bytes[k] < layout.label_counts[k], prefix, ", record ", i, ": label ", int{bytes[k]},
              " is not below ", layout.label_counts[k], " (damaged, or another data set)");
    }
    set.labels.push_back(bytes[label_bytes - 1]);
    set.pixels.insert(set.pixels.end(), bytes + label_bytes, bytes + record_bytes);
  }
}

/// Reads one name from each line; empty if there is no such file.
std::vector<std::string> read_class_names(const Layout& layout, const fs::path& path) {
  std::vector<std::string> names;
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return names;
  const std::string text = read_text_file(path, layout.name);
  for (const TextLine& line : filled_lines(text)) names.emplace_back(trimmed(line.text));
  require(static_cast<std::int64_t>(names.size()) == layout.label_counts.back(), layout.name, ": ",
          nn::quote(path.string()), " names ", names.size(), " classes, expected ",
          layout.label_counts.back());
  return names;
}

/// The Python version, if it is there.
std::optional<Dataset> read_python(const Layout& layout, const fs::path& given, bool train) {
  const auto& files = train ? layout.python_train : layout.python_test;
  fs::path folder = given;
  std::error_code ignored;
  if (!fs::is_regular_file(folder / files.front(), ignored)) folder /= layout.python_folder;
  if (!fs::is_regular_file(folder / files.front(), ignored)) return std::nullopt;
  Dataset set;
  const std::int64_t classes = layout.label_counts.back();
  for (const std::string& file : files) {
    require(fs::exists(folder / file, ignored), layout.name, ": no ", file, " in ",
            nn::quote(folder.string()));
    append_python_batch(folder / file, layout.python_labels, classes, set);
  }
  if (const fs::path names = folder / layout.python_class_file; fs::exists(names, ignored)) {
    set.classes = read_python_names(names, layout.python_names);
    require(std::ssize(set.classes) == classes, layout.name, ": ", nn::quote(names.string()),
            " names ", set.classes.size(), " classes, expected ", classes);
  }
  return set;
}

Dataset read(const Layout& layout, const fs::path& given, bool train) {
  const auto& files = train ? layout.train_files : layout.test_files;
  fs::path folder = given;
  std::error_code ignored;
  if (!fs::exists(folder / files.front(), ignored) && fs::exists(folder / layout.folder, ignored))
    folder /= layout.folder;
  if (!fs::exists(folder / files.front(), ignored))
    if (auto found = read_python(layout, given, train)) return *std::move(found);

  Dataset set;
  for (const std::string& file : files) {
    require(fs::exists(folder / file, ignored), layout.name, ": no ", file, " in ",
            nn::quote(folder.string()), "; expected the unpacked binary version (",
            train ? "training" : "test", " split: ", files.front(),
            files.size() > 1 ? " to " + files.back() : "",
            "), published at https://www.cs.toronto.edu/~kriz/cifar.html");
    append_records(layout, folder / file, set);
  }
  set.classes = read_class_names(layout, folder / layout.class_file);
  return set;
}

}  // namespace

Dataset read_cifar10(const fs::path& folder, bool train) {
  Dataset set = read(cifar10_layout(), folder, train);
  if (set.classes.empty()) {
    set.classes = {"airplane", "automobile", "bird",  "cat",  "deer",
                   "dog",      "frog",       "horse", "ship", "truck"};
  }
  return set;
}

Dataset read_cifar100(const fs::path& folder, bool train) {
  const Layout layout = cifar100_layout();
  Dataset set = read(layout, folder, train);
  require(!set.classes.empty(), layout.name, ": no ", layout.class_file, " in ",
          nn::quote(folder.string()),
          ", which names the classes (it is part of what is published at "
          "https://www.cs.toronto.edu/~kriz/cifar.html)");
  return set;
}

}  // namespace odin::native
