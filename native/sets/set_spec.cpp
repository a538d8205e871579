#include "odin/native/sets/set_spec.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <string_view>

#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

constexpr std::int64_t kMostNoise = 100'000'000;

constexpr std::string_view kHeldOut = "held-out=";
constexpr std::array<std::string_view, 8> kKinds = {"cifar10",  "cifar100", "folder", "uniform",
                                                    "gaussian", "mnist",    "svhn",   "list"};
constexpr std::array<std::string_view, 6> kTransforms = {"none",   "crop",       "center",
                                                         "resize", "resize-box", "resize-aliased"};

template <class Names>
std::optional<std::size_t> position_in(const Names& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

/// Parses the whole text as a non-negative integer.
std::optional<std::int64_t> parse_count(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<SetSpec::Range> parse_range(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == text.npos) return std::nullopt;
  const auto first = parse_count(text.substr(0, dash)), last = parse_count(text.substr(dash + 1));
  if (!first || !last) return std::nullopt;
  return SetSpec::Range{*first, *last};
}

/// Parses "N" or "N:SEED".
std::optional<SetSpec::HeldOut> parse_held_out(std::string_view text) {
  const auto colon = text.find(':');
  const auto count = parse_count(text.substr(0, colon));
  const auto seed =
      colon == text.npos ? std::optional<std::int64_t>(1) : parse_count(text.substr(colon + 1));
  if (!count || *count == 0 || !seed) return std::nullopt;
  return SetSpec::HeldOut{*count, static_cast<std::uint64_t>(*seed)};
}

class Parser {
 public:
  explicit Parser(const std::string& text) : text_(text) { spec_.text = text; }

  SetSpec operator()() {
    std::string_view rest = without_name(text_);
    while (const auto mark = suffix_start(rest)) {
      if (is_root(rest, *mark)) break;
      take_suffix(rest[*mark], rest.substr(*mark + 1));
      rest = rest.substr(0, *mark);
    }
    take_name(rest);
    using enum SetSpec::Kind;
    check(!spec_.train || spec_.kind == cifar10 || spec_.kind == cifar100 || spec_.kind == mnist ||
              spec_.kind == svhn,
          "only cifar10 and cifar100 have a training split (#train, #held-out=N), beside mnist and "
          "svhn");
    check(!spec_.held_out || !spec_.range,
          "#held-out=N is taken from all images, not from a range of them");
    return spec_;
  }

 private:
  template <class... Parts>
  void check(bool ok, const Parts&... what) const {
    require(ok, "set ", nn::quote(text_), ": ", what...);
  }

  std::string_view without_name(std::string_view text) {
    const auto end = text.find('=');
    if (end == text.npos || end > text.find(':')) return text;
    check(end > 0, "the name before the '=' is empty");
    spec_.name = text.substr(0, end);
    return text.substr(end + 1);
  }

  static std::optional<std::size_t> suffix_start(std::string_view text) {
    const auto mark = text.find_last_of("@#");
    if (mark == text.npos || text.find('/', mark) != text.npos) return std::nullopt;
    return mark;
  }

  /// Whether this '@' begins the ROOT of a list, not a transform.
  static bool is_root(std::string_view rest, std::size_t mark) {
    return rest.starts_with("list:") && rest[mark] == '@' &&
           !position_in(kTransforms, rest.substr(mark + 1));
  }

  void take_suffix(char mark, std::string_view suffix) {
    if (mark == '@') {
      const auto transform = position_in(kTransforms, suffix);
      check(transform.has_value(), "unknown transform ", nn::quote("@" + std::string(suffix)),
            ", expected @crop, @center, @resize, @resize-box, @resize-aliased or @none "
            "(a folder whose own name has a '@' is written with a '/' at its end)");
      check(!has_transform_, "more than one transform");
      has_transform_ = true;
      spec_.transform = static_cast<Transform>(*transform);
    } else if (suffix == "train") {
      spec_.train = true;
    } else if (suffix.starts_with(kHeldOut)) {
      check(!spec_.held_out, "more than one #", kHeldOut, "N");
      spec_.held_out = parse_held_out(suffix.substr(kHeldOut.size()));
      check(spec_.held_out.has_value(), "expected #", kHeldOut, "N or #", kHeldOut,
            "N:SEED, as --validation N and --seed of the training, got ",
            nn::quote("#" + std::string(suffix)));
      spec_.train = true;
    } else {
      const auto range = parse_range(suffix);
      check(range.has_value(), "unknown part ", nn::quote("#" + std::string(suffix)),
            ", expected #train, #FIRST-LAST or #held-out=N "
            "(a folder whose own name has a '#' is written with a '/' at its end)");
      check(!spec_.range, "more than one range");
      check(range->first <= range->last, "the range #", suffix, " ends before it begins");
      spec_.range = range;
    }
  }

  void take_name(std::string_view name) {
    const auto colon = name.find(':');
    const auto kind = position_in(kKinds, name.substr(0, colon));
    check(kind && colon != name.npos && colon + 1 < name.size(),
          "expected cifar10:DIR, cifar100:DIR, folder:DIR, uniform:N, gaussian:N, mnist:DIR, "
          "svhn:DIR or list:FILE@ROOT, then any of "
          "@crop @center @resize @resize-box @resize-aliased @none #train #FIRST-LAST #held-out=N");
    spec_.kind = static_cast<SetSpec::Kind>(*kind);
    const std::string_view value = name.substr(colon + 1);
    spec_.place = value;
    if (spec_.kind == SetSpec::Kind::list) return take_list(value);
    if (spec_.kind != SetSpec::Kind::uniform && spec_.kind != SetSpec::Kind::gaussian) {
      spec_.folder = value;
      return;
    }
    const auto count = parse_count(value);
    check(count && *count > 0 && *count <= kMostNoise, "expected a number of images from 1 to ",
          kMostNoise, ", got ", nn::quote(value));
    spec_.count = *count;
  }

  void take_list(std::string_view value) {
    const std::size_t at = value.rfind('@');
    spec_.list = value.substr(0, at);
    check(!spec_.list.empty() && at + 1 != value.size(), "expected list:FILE@ROOT");
    if (at != value.npos)
      spec_.folder = value.substr(at + 1);
    else
      spec_.folder = std::filesystem::path(spec_.list).parent_path().string();
    if (spec_.folder.empty()) spec_.folder = ".";
  }

  const std::string& text_;
  SetSpec spec_;
  bool has_transform_ = false;
};

}  // namespace

const char* const kSetHelp =
    "SET names images: cifar10:DIR or cifar100:DIR (the published binary or Python version),\n"
    "mnist:DIR (idx files, also .gz), svhn:DIR (test_32x32.mat), of these the test split or\n"
    "#train; folder:DIR (PNG, JPEG, WebP and BMP files, in natural order of names; with labels\n"
    "where there is one folder of them a class, as for odin train); list:FILE@ROOT (lines\n"
    "\"path LABEL\" as OpenOOD's, of paths below ROOT); uniform:N or gaussian:N (N images of\n"
    "noise). Suffixes, in any order: how other sizes become the network's:\n"
    "@crop (a random patch, from --seed and the image's number), @resize (triangle filter,\n"
    "antialiased), @center (the same for the middle square), @resize-box (means over areas),\n"
    "@resize-aliased (nearest pixel, no filter; as the method's published sets look), @none (the\n"
    "default: as the model file says, but for networks of 32x32 other sizes are refused, since\n"
    "the filter matters); #FIRST-LAST, a range of images counted from 0:\n"
    "cifar10:DIR#train#0-4999, folder:DIR@crop; and #held-out=N, those of the training split that\n"
    "odin train --validation N holds out (#held-out=N:SEED with --seed SEED). NAME=SET gives it a\n"
    "name for tables:\n"
    "\"street signs=folder:DIR@resize\".";

std::string name_of(Transform transform) {
  return std::string(kTransforms[static_cast<std::size_t>(transform)]);
}

SetSpec parse_set(const std::string& text) { return Parser(text)(); }

std::string shown_name(const SetSpec& set) { return set.name.empty() ? set.text : set.name; }

std::string last_folder(const SetSpec& set) {
  std::filesystem::path path = std::filesystem::path(set.folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path.filename().string();
}

std::string without_folders(const SetSpec& set) {
  std::string text = set.text;
  if (set.folder.empty()) return text;
  const std::string last =
      set.list.empty() ? last_folder(set) : std::filesystem::path(set.list).filename().string();
  return text.replace(text.find(':') + 1, set.place.size(), last);
}

}  // namespace odin::native
