#include "odin/native/training/training_data.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "odin/native/sets/cifar.h"
#include "odin/native/sets/class_folders.h"
#include "odin/native/sets/data_set.h"
#include "odin/native/sets/image_choice.h"
#include "odin/native/sets/set_spec.h"
#include "odin/native/training/shared_images.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

using Kind = SetSpec::Kind;
using Names = std::vector<std::string>;

constexpr const char* kExpected =
    "expected cifar10:DIR, cifar100:DIR or folder:DIR, the folder with a folder of pictures a "
    "class";

SetSpec parse_training_set(const std::string& text) {
  const auto kind = text.substr(0, text.find(':'));
  require(kind == "cifar10" || kind == "cifar100" || kind == "folder", "data: ", kExpected,
          ", got ", nn::quote(text));
  const SetSpec set = parse_set(text);
  require(set.kind == Kind::folder || set.transform == Transform::none, "data: ", nn::quote(text),
          ": the images of CIFAR are 32x32, @", name_of(set.transform), " is for folders");
  require(!set.held_out, "data: ", nn::quote(text),
          ": --validation holds images out of a training, #held-out=N names them afterwards");
  return set;
}

std::vector<std::int64_t> chosen_positions(const SetSpec& set, const TrainingDataOptions& options,
                                           std::int64_t total, bool class_after_class) {
  ImageChoice choice(set.range, total);
  if (options.limit) choice.limit(*options.limit);
  return choice.positions(class_after_class);
}

Dataset read_cifar(const SetSpec& set, const TrainingDataOptions& options, ChosenImages& chosen) {
  Dataset all = set.kind == Kind::cifar10 ? read_cifar10(set.folder, chosen.train)
                                          : read_cifar100(set.folder, chosen.train);
  try {
    chosen.positions = chosen_positions(set, options, all.size(), false);
    if (std::ssize(chosen.positions) < all.size()) all = images_at(all, chosen.positions);
    return fitted(std::move(all), options.input, options.preprocess);
  } catch (const Error& e) {
    fail("data ", nn::quote(set.text), ": ", e.what());
  }
}

/// Adds a note of the classes of which no training image was chosen.
void check_classes(const Dataset& data, const SetSpec& set, Names& notes) {
  const std::set<std::int64_t> there(data.labels.begin(), data.labels.end());
  require(there.size() > 1, "data ", nn::quote(set.text), ": the images chosen are all of class ",
          nn::quote(data.classes[static_cast<std::size_t>(data.labels.front())]),
          ", expected some of two classes or more");
  std::string missing;
  for (std::size_t c = 0; c < data.classes.size(); ++c)
    if (!there.contains(static_cast<std::int64_t>(c)))
      missing += (missing.empty() ? "" : ", ") + nn::quote(data.classes[c]);
  if (!missing.empty())
    notes.push_back(set.text + ": no image of " +
                    std::to_string(data.classes.size() - there.size()) + " of the " +
                    std::to_string(data.classes.size()) + " classes was chosen: " + missing);
}

Dataset read_folder(const SetSpec& set, const TrainingDataOptions& options, ChosenImages& chosen,
                    TrainingData& to) {
  try {
    const ClassFolders found = find_class_folders(set.folder);
    chosen.positions = chosen_positions(set, options, std::ssize(found.files), true);
    for (const std::int64_t position : chosen.positions)
      chosen.files.push_back(found.files[static_cast<std::size_t>(position)]);
    ReadFolders read = read_class_folders(
        found, {.fit = {set.transform, options.input, options.preprocess, options.seed},
                .strict = options.strict,
                .chosen = chosen.positions,
                .progress = options.progress});
    std::move(read.skipped.begin(), read.skipped.end(), std::back_inserter(to.skipped));
    Names lines = read.notes.lines();
    if (const std::string others = other_pictures_note(found.others); !others.empty())
      lines.push_back(others);
    for (const std::string& line : lines) to.notes.push_back(set.text + ": " + line);
    return std::move(read.data);
  } catch (const Error& e) {
    fail("data ", nn::quote(set.text), ": ", e.what());
  }
}

Dataset read_set(const SetSpec& set, const TrainingDataOptions& options, ChosenImages& chosen,
                 TrainingData& to) {
  switch (set.kind) {
    case Kind::cifar10:
    case Kind::cifar100: return read_cifar(set, options, chosen);
    case Kind::folder: return read_folder(set, options, chosen, to);
    case Kind::mnist:
    case Kind::svhn:
    case Kind::list:
    case Kind::uniform:
    case Kind::gaussian: break;
  }
  fail("data ", nn::quote(set.text), ": it is not for training");
}

}  // namespace

const char* const kTrainingSetHelp =
    "The training set is cifar10:DIR or cifar100:DIR (the published binary version) or\n"
    "folder:DIR, where DIR has one folder of pictures a class (PNG, JPEG, WebP and BMP files;\n"
    "folders in them count as well). Pictures become as large as --size says: the whole picture,\n"
    "or with --shorter its middle, as odin detect then does with the network. Pictures that are\n"
    "not 32x32 need a suffix where the network takes 32x32: folder:DIR@resize (the whole picture,\n"
    "triangle filter: what odin detect does), @center (its middle square, then the same), @crop\n"
    "(a random 32x32 patch, from --seed and the picture's number), @resize-box, @resize-aliased.\n"
    "Each picture is made so once; in every epoch it is then moved by up to 4 pixels, or above\n"
    "32x32 a part of it resized (--augment), and, unless --no-mirror is given, mirrored at "
    "random.\n"
    "#FIRST-LAST takes a range of the images, counted from 0: folder:DIR@resize#0-999,\n"
    "cifar10:DIR#0-4999. Of CIFAR --data is the training split and --test the test split, or with\n"
    "#train the training split.";

TrainingData load_training_data(const std::string& spec, const TrainingDataOptions& options) {
  const SetSpec set = parse_training_set(spec);
  SetSpec test_set = options.test.empty() ? set : parse_training_set(options.test);
  if (options.test.empty()) {  // the whole test split
    test_set.train = false;
    test_set.range.reset();
  }
  const bool cifar = set.kind != Kind::folder;
  TrainingData data;
  ChosenImages trained{.kind = set.kind, .folder = set.folder, .train = true};
  data.train = read_set(set, options, trained, data);
  if (set.range || options.limit) check_classes(data.train, set, data.notes);
  const bool published = cifar && options.input.channels == 3;
  data.normalization = published ? kCifarNormalization : pixel_normalization(data.train);
  if (cifar || !options.test.empty()) {
    ChosenImages tested{.kind = test_set.kind, .folder = test_set.folder, .train = test_set.train};
    data.test = read_set(test_set, options, tested, data);
    data.shared = shared_images(trained, tested);
    const Names notes =
        use_classes(*data.test, without_folders(test_set), data.train.classes, "the training set");
    data.notes.insert(data.notes.end(), notes.begin(), notes.end());
  }
  return data;
}

}  // namespace odin::native
