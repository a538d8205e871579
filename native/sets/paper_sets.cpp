#include "odin/native/sets/paper_sets.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string_view>

namespace odin::native {
namespace {

bool contains(const std::string& text, const char* part) { return text.find(part) != text.npos; }

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// How the images were reduced to 32x32: by the transform, or by the names of the published folders
/// (Imagenet, Imagenet_resize, LSUN, LSUN_resize). Empty if unknown.
std::string way_to_32(const SetSpec& set, const std::string& folder) {
  if (set.transform == Transform::crop) return " (crop)";
  if (set.transform != Transform::none) return " (resize)";
  if (contains(folder, "fix")) return "";  // LSUN_fix, Imagenet_fix: resized with a filter
  if (contains(folder, "resize")) return " (resize)";
  return contains(folder, "crop") || folder == "imagenet" || folder == "lsun" ? " (crop)" : "";
}

bool says_nothing(const std::string& folder) {
  constexpr std::array<std::string_view, 6> kGeneral{"", "test", "train", "val", "images", "data"};
  return std::find(kGeneral.begin(), kGeneral.end(), folder) != kGeneral.end();
}

std::string name_of_folder(const SetSpec& set) {
  std::filesystem::path path = set.folder;
  while (says_nothing(lower_case(path.filename().string())) && path != path.parent_path())
    path = path.parent_path();
  const std::string name = lower_case(path.filename().string());
  if (contains(name, "isun")) return "iSUN";
  const std::string way = way_to_32(set, name);
  if (way.empty()) return "";
  if (contains(name, "lsun")) return "LSUN" + way;
  return contains(name, "imagenet") ? "TinyImageNet" + way : "";
}

}  // namespace

std::string paper_name(const SetSpec& set) {
  switch (set.kind) {
    case SetSpec::Kind::cifar10: return "CIFAR-10";
    case SetSpec::Kind::cifar100: return "CIFAR-100";
    case SetSpec::Kind::uniform: return "Uniform";
    case SetSpec::Kind::gaussian: return "Gaussian";
    case SetSpec::Kind::mnist: return "MNIST";
    case SetSpec::Kind::svhn: return "SVHN";
    case SetSpec::Kind::folder:
    case SetSpec::Kind::list: break;
  }
  return name_of_folder(set);
}

}  // namespace odin::native
