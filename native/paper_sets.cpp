#include "odin/native/paper_sets.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace odin::native {
namespace {

bool contains(const std::string& text, const char* part) { return text.find(part) != text.npos; }

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string name_of_folder(const SetSpec& set) {
  for (std::filesystem::path path = set.folder; !path.empty(); path = path.parent_path()) {
    const std::string name = lower_case(path.filename().string());
    const bool resized = set.transform == Transform::none ? contains(name, "resize")
                                                          : set.transform != Transform::crop;
    const std::string cut = resized ? " (resize)" : " (crop)";
    if (contains(name, "isun")) return "iSUN";
    if (contains(name, "lsun")) return "LSUN" + cut;
    if (contains(name, "imagenet")) return "TinyImageNet" + cut;
    if (path == path.parent_path()) break;
  }
  return "";
}

}  // namespace

std::string paper_name(const SetSpec& set) {
  switch (set.kind) {
    case SetSpec::Kind::cifar10: return "CIFAR-10";
    case SetSpec::Kind::cifar100: return "CIFAR-100";
    case SetSpec::Kind::uniform: return "Uniform";
    case SetSpec::Kind::gaussian: return "Gaussian";
    case SetSpec::Kind::folder: break;
  }
  return name_of_folder(set);
}

}  // namespace odin::native
