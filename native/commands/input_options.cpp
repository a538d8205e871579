#include "odin/native/commands/input_options.h"

#include <algorithm>
#include <charconv>

#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

using Mode = nn::Preprocess::Mode;

/// ImageNet's, of pixels in [0, 1], as torchvision's networks expect them.
const std::vector<double> kImageNetMean{0.485, 0.456, 0.406}, kImageNetStd{0.229, 0.224, 0.225};

constexpr std::int64_t kSideOfImageNet = 224;

/// The shorter side before the crop: 256 for 224, and in this proportion for other sizes.
std::int64_t shorter_for(const nn::InputSize& input) {
  return std::max(input.height, input.width) * 256 / kSideOfImageNet;
}

void apply_preset(const std::string& preset, nn::ModelInfo& info) {
  const auto channels = static_cast<std::size_t>(info.input.channels);
  if (preset == "none") {
    info.mean.assign(channels, 0);
    info.std.assign(channels, 1);
    return;
  }
  require(channels == 3, "convert: --preset imagenet is for networks of 3 channels, this one has ",
          channels);
  info.mean = kImageNetMean;
  info.std = kImageNetStd;
  set_size(info.input, {kSideOfImageNet, kSideOfImageNet});
  info.preprocess = {.mode = Mode::crop, .shorter = shorter_for(info.input)};
}

/// Keeps the mode where it is possible for the size.
void apply_size(const std::string& text, nn::ModelInfo& info) {
  const bool was_any = info.input.any();
  set_size(info.input, parse_size(text));
  const nn::Preprocess::Filter filter = info.preprocess.filter;
  if (was_any != info.input.any()) info.preprocess = nn::default_preprocess(info.input);
  info.preprocess.filter = filter;
  if (info.preprocess.mode == Mode::crop) info.preprocess.shorter = shorter_for(info.input);
}

}  // namespace

GivenSize parse_size(const std::string& text) {
  if (text == "any") return {0, 0};
  const auto number = [](std::string_view digits) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    return whole && value >= 1 && value <= nn::kMostPixelsASide ? value : 0;
  };
  const std::string_view all = text;
  const auto cross = all.find('x');
  const std::int64_t height = number(all.substr(0, cross));
  const std::int64_t width = cross == all.npos ? height : number(all.substr(cross + 1));
  require(height > 0 && width > 0, "--size: expected N or HEIGHTxWIDTH, each from 1 to ",
          nn::kMostPixelsASide, ", got ", nn::quote(text));
  return {height, width};
}

void set_size(nn::InputSize& input, const GivenSize& size) {
  input.height = size.height;
  input.width = size.width;
}

void add_input_options(Command command, InputOptions& o) {
  command
      .add_option("--mean", o.mean,
                  "Of the training pixels in [0,1]: r,g,b, or one number for gray pictures (a "
                  "checkpoint needs it)")
      .separated_by(',')
      .expected(1, 3);
  command
      .add_option("--std", o.std,
                  "Their standard deviation: r,g,b, or one number (a checkpoint needs it)")
      .separated_by(',')
      .expected(1, 3);
  command
      .add_option("--preset", o.preset,
                  "imagenet: its mean and std, pictures of 224x224, the middle of those whose "
                  "shorter side is 256. none: mean 0, std 1. Other options here win over it")
      .one_of({"imagenet", "none"});
  command.add_option("--size", o.size,
                     "What the network takes: N, HEIGHTxWIDTH, or any (32 where nothing says it)");
  command
      .add_option("--shorter", o.shorter,
                  "Resize the shorter side of pictures to N and take the middle; 0: squeeze the "
                  "whole picture into the size (the default)")
      .not_negative();
  command
      .add_option("--longest", o.longest,
                  "With --size any: reduce pictures until no side is longer than N (1024)")
      .positive();
  command
      .add_option("--filter", o.filter,
                  "How pictures are resized: triangle (the default) or bicubic")
      .one_of({"triangle", "bicubic"});
}

void apply(const InputOptions& o, nn::ModelInfo& info) {
  if (o.mean.size() == 1 && info.mean.empty()) info.input.channels = 1;
  if (!o.preset.empty()) apply_preset(o.preset, info);
  if (!o.mean.empty()) info.mean = o.mean;
  if (!o.std.empty()) info.std = o.std;
  if (!o.size.empty()) apply_size(o.size, info);
  if (o.shorter) {
    info.preprocess.mode = *o.shorter > 0 ? Mode::crop : Mode::squeeze;
    info.preprocess.shorter = *o.shorter;
  }
  if (o.longest) {
    require(info.input.any(), "convert: --longest is for --size any");
    info.preprocess.longest = *o.longest;
  }
  if (!o.filter.empty())
    info.preprocess.filter =
        o.filter == "bicubic" ? nn::Preprocess::Filter::bicubic : nn::Preprocess::Filter::triangle;
  nn::check(info.preprocess, info.input);
}

}  // namespace odin::native
