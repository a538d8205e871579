#include "odin/native/sets/set_check.h"

#include <algorithm>
#include <map>

#include "odin/native/pictures/picture.h"
#include "odin/native/sets/cifar.h"
#include "odin/native/sets/class_folders.h"
#include "odin/native/system/digest.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

using Kind = SetSpec::Kind;

/// The digest of each image: of its label as one byte, then its pixels.
std::vector<std::string> record_digests(const Dataset& set) {
  std::vector<std::string> digests;
  std::vector<std::byte> record(1 + Dataset::kImageBytes);
  for (std::size_t i = 0; i < set.labels.size(); ++i) {
    record[0] = static_cast<std::byte>(set.labels[i]);
    const auto* pixels =
        reinterpret_cast<const std::byte*>(set.pixels.data()) + i * Dataset::kImageBytes;
    std::copy_n(pixels, Dataset::kImageBytes, record.begin() + 1);
    digests.push_back(sha256_hex(record));
  }
  return digests;
}

struct ClassCounts {
  std::int64_t fewest, most;
  std::string text;
};

ClassCounts count_by_class(const std::vector<std::int64_t>& labels, std::size_t classes) {
  std::vector<std::int64_t> counts(classes, 0);
  for (std::int64_t label : labels) ++counts[static_cast<std::size_t>(label)];
  const auto [fewest, most] = std::minmax_element(counts.begin(), counts.end());
  return {*fewest, *most,
          std::to_string(*fewest) + (*fewest == *most ? "" : " to " + std::to_string(*most)) +
              " images of each of " + std::to_string(classes) + " classes"};
}

void check_labels(const Dataset& set, const KnownImages& published, SetCheck& check) {
  const ClassCounts counts = count_by_class(set.labels, set.classes.size());
  const std::int64_t expected = published.count / std::ssize(set.classes);
  check.found.push_back(counts.text);
  if (counts.fewest != expected || counts.most != expected)
    check.faults.push_back("expected " + std::to_string(expected) + " images of each class");
}

SetCheck check_cifar(const SetSpec& spec, const Dataset& set) {
  const KnownSet& known = known_set(spec.kind == Kind::cifar10 ? "cifar10" : "cifar100");
  const KnownImages& published = known.images[spec.train ? 1 : 0];
  SetCheck check;
  check.found.push_back(published.what + ", " + std::to_string(set.size()) + " images");
  if (set.size() != published.count)
    check.faults.push_back("expected " + std::to_string(published.count) + " images");
  check_labels(set, published, check);
  const std::string digest = digest_of_images(record_digests(set));
  check.found.push_back("digest " + digest +
                        (published.digest.empty() ? " (the published one is not known here)" : ""));
  if (!published.digest.empty() && digest != published.digest)
    check.faults.push_back("the images or labels are not those published (digest " +
                           published.digest + "); see " + known.homepage);
  return check;
}

std::string name_by_digest(const std::string& digest) {
  for (const KnownSet& set : known_sets())
    for (const KnownImages& images : set.images)
      if (images.digest == digest) return set.name + ", " + images.what + ", as published";
  return "not a set known here";
}

SetCheck check_folder(const SetSpec& spec) {
  SetCheck check;
  std::vector<std::string> digests;
  std::map<std::string, std::int64_t> sizes;
  NoteCounts notes;
  const ClassFolders pictures = find_pictures(spec.folder);
  for (const auto& file : pictures.files) {
    try {
      const auto bytes = nn::read_file(file, "image");
      const Picture image = decode_picture(bytes, file.string());
      notes.add(image.notes());
      ++sizes[std::to_string(image.width()) + "x" + std::to_string(image.height())];
      digests.push_back(sha256_hex(bytes));
    } catch (const ResourceError&) {
      throw;
    } catch (const Error& e) {
      check.faults.push_back(e.what());
    }
  }
  std::string found = std::to_string(digests.size()) + " images";
  if (sizes.size() > 8)
    found += " of " + std::to_string(sizes.size()) + " different sizes";
  else
    for (const auto& [size, count] : sizes) found += ", " + std::to_string(count) + " of " + size;
  check.found.push_back(found);
  const std::string others = other_pictures_note(pictures.others);
  if (!others.empty()) check.found.push_back(others);
  for (const std::string& line : notes.lines()) check.found.push_back(line);
  if (!pictures.classes.empty())
    check.found.push_back(count_by_class(pictures.labels, pictures.classes.size()).text);
  const std::string digest = digest_of_images(std::move(digests));
  check.found.push_back("digest " + digest + ": " + name_by_digest(digest));
  return check;
}

}  // namespace

SetCheck check_set(const SetSpec& spec) {
  require(!spec.range && !spec.held_out, "data: ", nn::quote(spec.text),
          ": a whole set is checked, not a part of it");
  switch (spec.kind) {
    case Kind::cifar10: return check_cifar(spec, read_cifar10(spec.folder, spec.train));
    case Kind::cifar100: return check_cifar(spec, read_cifar100(spec.folder, spec.train));
    case Kind::folder: return check_folder(spec);
    case Kind::mnist:
    case Kind::svhn:
    case Kind::list: fail("data: ", nn::quote(spec.text), ": only CIFAR and folders are checked");
    case Kind::uniform:
    case Kind::gaussian: break;
  }
  fail("data: ", nn::quote(spec.text),
       ": noise is made as it is needed, there is nothing to check");
}

}  // namespace odin::native
