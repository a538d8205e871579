#include "odin/native/sets/cifar.h"

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
};

Layout cifar10_layout() {
  return {"cifar10",
          "cifar-10-batches-bin",
          "batches.meta.txt",
          {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
           "data_batch_5.bin"},
          {"test_batch.bin"},
          {10}};
}

Layout cifar100_layout() {
  return {"cifar100",    "cifar-100-binary", "fine_label_names.txt",
          {"train.bin"}, {"test.bin"},       {20, 100}};
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

Dataset read(const Layout& layout, const fs::path& given, bool train) {
  const auto& files = train ? layout.train_files : layout.test_files;
  fs::path folder = given;
  std::error_code ignored;
  if (!fs::exists(folder / files.front(), ignored) && fs::exists(folder / layout.folder, ignored))
    folder /= layout.folder;

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
