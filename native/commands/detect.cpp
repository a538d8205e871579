#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "odin/detect.h"
#include "odin/detector.h"
#include "odin/method_scorer.h"
#include "odin/model_options.h"
#include "odin/native/commands/commands.h"
#include "odin/native/commands/compare.h"
#include "odin/native/models/model_store.h"
#include "odin/native/pictures/image.h"
#include "odin/native/pictures/picture.h"
#include "odin/native/scoring/fitting.h"
#include "odin/native/system/console.h"
#include "odin/native/system/json_text.h"
#include "odin/native/system/output_file.h"
#include "odin/native/system/progress.h"
#include "odin/native/system/utf8.h"
#include "odin/nn/io/model_file.h"
#include "odin/tensor/ops/concat.h"

namespace odin::native {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kImagesAtOnce = 32;  // of 32x32

struct DetectOptions {
  std::string model;
  std::optional<double> temperature, epsilon, threshold;
  MethodList methods;  ///< empty: ODIN and the baseline, as without --method
  StepOptions step_options;
  Step step = Step::none;
  bool json = false;
  std::vector<std::string> paths;

  bool has_methods() const { return methods.all || !methods.methods.empty(); }
};

/// The score of one method for an image, and what its threshold says.
struct MethodResult {
  double score;
  std::optional<bool> in_distribution;
};

/// What is known about one image.
struct ImageResult {
  Detection detection;
  bool has_odin = true;
  std::vector<MethodResult> methods;
};

/// Prints one line on stderr; results go to stdout.
void complain(const std::string& what) { tell("odin: ", what); }

/// The files for the given paths, with folders expanded. Reports paths that cannot be read and sets
/// `failed`.
std::vector<fs::path> expand(const std::vector<std::string>& paths, bool quiet, bool& failed) {
  std::vector<fs::path> files;
  for (const std::string& path : paths) {
    try {
      if (!fs::is_directory(path)) {
        files.emplace_back(path);
        continue;
      }
      const auto found = list_images(path);
      files.insert(files.end(), found.begin(), found.end());
      const std::string others = other_pictures_note(list_folder(path).others);
      if (!others.empty() && !quiet) tell("note: '", path, "': ", others);
    } catch (const std::exception& e) {
      complain(error_text(e));
      failed = true;
    }
  }
  return files;
}

/// The image as the network takes it, [1,C,H,W]; reports conversions on stderr.
tensor::Tensor load_input(const fs::path& file, const nn::ModelInfo& info, bool quiet) {
  const Picture image = load_picture(file);
  tensor::Tensor input = fit_picture(image.rows(), info.input, info.preprocess);
  std::string note = image.note(info.input.channels);
  const auto size = [](std::int64_t width, std::int64_t height) {
    return std::to_string(width) + "x" + std::to_string(height);
  };
  const std::int64_t height = input.dim(2), width = input.dim(3);
  const bool cropped = info.preprocess.mode == nn::Preprocess::Mode::crop;
  if (image.width() != width || image.height() != height)
    note += (note.empty() ? "" : ", ") + size(image.width(), image.height()) +
            (cropped ? " resized and cropped to " : " resized to ") + size(width, height);
  if (!note.empty() && !quiet) tell("note: '", file.string(), "': ", note);
  return input;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

/// A file name that is not UTF-8 is given as hexadecimal digits too.
std::string name_in_json(const fs::path& file) {
  std::string text = "\"file\": " + json_quoted(file.string());
  if (!is_utf8(file.string())) text += ", \"file_hex\": \"" + hex_digits(file.string()) + "\"";
  return text;
}

const char* in_words(const std::optional<bool>& in, const char* unknown) {
  return !in ? unknown : *in ? "in" : "out";
}

std::string verdict_json(const std::optional<bool>& in) {
  return in ? std::string("\"") + in_words(in, "") + "\"" : "null";
}

/// ", \"scores\": {...}, \"verdicts\": {...}"; empty without methods.
std::string methods_json(const ImageResult& r, const std::vector<std::string>& names) {
  if (names.empty()) return "";
  std::string scores, verdicts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string key = (i ? ", " : "") + json_quoted(names[i]) + ": ";
    scores += key + (std::isfinite(r.methods[i].score) ? number(r.methods[i].score) : "null");
    verdicts += key + verdict_json(r.methods[i].in_distribution);
  }
  return ", \"scores\": {" + scores + "}, \"verdicts\": {" + verdicts + "}";
}

void print_json(const fs::path& file, const ImageResult& r, const std::string& name,
                const std::vector<std::string>& methods) {
  const Detection& d = r.detection;
  std::cout << "{" << name_in_json(file) << ", \"label\": " << d.label
            << ", \"class\": " << json_quoted(name) << ", \"msp\": " << number(d.msp)
            << ", \"odin\": " << (r.has_odin ? number(d.odin) : "null")
            << ", \"verdict\": " << verdict_json(d.in_distribution) << methods_json(r, methods)
            << "}\n";
}

void print_row(const fs::path& file, const Detection& d, const std::string& name) {
  std::printf("%-44s  %-12s  %.6f  %.10f  %s\n", Shown(file.string()).c_str(), Shown(name).c_str(),
              d.msp, d.odin, in_words(d.in_distribution, "-"));
}

constexpr int kMethodWidth = 18;  // of a score and its verdict

void print_methods_row(const fs::path& file, const ImageResult& r, const std::string& name) {
  std::printf("%-44s  %-12s", Shown(file.string()).c_str(), Shown(name).c_str());
  for (const MethodResult& m : r.methods) {
    char text[48];
    std::snprintf(text, sizeof text, "%.10g %s", m.score, in_words(m.in_distribution, "-"));
    std::printf("  %*s", kMethodWidth, text);
  }
  std::printf("\n");
}

/// The scores of several methods, and the verdicts of those that have a threshold.
class Methods {
 public:
  Methods(const DetectOptions& options, const nn::Model& model, const DetectorOptions& own,
          bool quiet)
      : fit_(fit_of(model)), choices_(choose(options, model, quiet)) {
    scorer_ = std::make_unique<MethodScorer>(
        *model.network, Normalization{model.info.mean, model.info.std}, fit_,
        MethodScorerOptions{choices_, own.temperature, own.epsilon, options.step},
        model.info.input);
    const auto fitted = fit_thresholds(model);
    for (const MethodChoice& c : choices_) {
      names_.push_back(to_string(c));
      thresholds_.push_back(std::nullopt);
      if (c.method == Method::odin)
        thresholds_.back() = own.threshold;
      else if (const auto found = fitted.find(names_.back());
               found != fitted.end() && options.step == Step::none)
        thresholds_.back() = found->second;
    }
    // A given threshold is the first method's.
    if (options.threshold) {
      thresholds_.assign(names_.size(), std::nullopt);
      thresholds_.front() = options.threshold;
    }
  }

  const std::vector<std::string>& names() const { return names_; }

  std::vector<ImageResult> detect(const tensor::Tensor& images) const {
    const MethodScores found = scorer_->score(images);
    std::vector<ImageResult> results;
    for (std::size_t i = 0; i < found.labels.size(); ++i) {
      ImageResult r{{found.labels[i], found.msp[i], 0, std::nullopt}, false, {}};
      for (std::size_t m = 0; m < names_.size(); ++m) {
        MethodResult of_method{found.scores[m][i], std::nullopt};
        if (thresholds_[m]) of_method.in_distribution = of_method.score > *thresholds_[m];
        if (choices_[m].method == Method::odin) {
          r.has_odin = true;
          r.detection.odin = of_method.score;
          r.detection.in_distribution = of_method.in_distribution;
        }
        r.methods.push_back(of_method);
      }
      if (!r.has_odin) r.detection.in_distribution = r.methods.front().in_distribution;
      results.push_back(std::move(r));
    }
    return results;
  }

 private:
  static std::vector<MethodChoice> choose(const DetectOptions& options, const nn::Model& model,
                                          bool quiet) {
    std::vector<std::string> notes;
    auto chosen = methods_for(options.methods, model, notes, options.step);
    if (!quiet)
      for (const std::string& note : notes) tell("note: ", note);
    return chosen;
  }

  Fit fit_;
  std::vector<MethodChoice> choices_;
  std::unique_ptr<MethodScorer> scorer_;
  std::vector<std::string> names_;
  std::vector<std::optional<double>> thresholds_;
};

class Run {
 public:
  Run(const DetectOptions& options, const CommonOptions& common)
      : options_(options),
        quiet_(common.quiet),
        model_(nn::load_model(find_model(options.model), common.compute_device())),
        detector_(
            *model_.network, {model_.info.mean, model_.info.std},
            options_for(model_.info, options.temperature, options.epsilon, options.threshold)) {
    if (options.has_methods())
      methods_ = std::make_unique<Methods>(
          options, model_, options_for(model_.info, options.temperature, options.epsilon), quiet_);
  }

  int operator()() {
    const auto files = expand(options_.paths, quiet_, failed_);
    if (!options_.json) print_heading();
    Progress progress("detect", static_cast<std::int64_t>(files.size()),
                      !quiet_ && std::ssize(files) > kImagesAtOnce);
    for (const fs::path& file : files) {
      try {
        add(file, load_input(file, model_.info, quiet_));
      } catch (const std::exception& e) {
        complain(error_text(e));
        failed_ = true;
      }
      progress.update(++done_);
    }
    flush();
    return failed_ ? 1 : 0;
  }

 private:
  void print_heading() const {
    const DetectorOptions& o = detector_.options();
    if (methods_) {
      std::printf("%s\n%-44s  %-12s", Shown(model_.info.architecture).c_str(), "file", "class");
      for (const std::string& name : methods_->names())
        std::printf("  %*s", kMethodWidth, name.c_str());
      std::printf("\n");
      return;
    }
    std::printf("%s, T = %g, eps = %g, ", Shown(model_.info.architecture).c_str(), o.temperature,
                o.epsilon);
    if (o.threshold)
      std::printf("in-distribution above %.10f\n", *o.threshold);
    else
      std::printf("no threshold: no verdict (give one with --threshold)\n");
    std::printf("%-44s  %-12s  %-8s  %-12s  %s\n", "file", "class", "softmax", "ODIN", "verdict");
  }

  /// Images are computed together with those before them that have the same size.
  void add(const fs::path& file, tensor::Tensor input) {
    if (!inputs_.empty() && inputs_.front().shape() != input.shape()) flush();
    const nn::InputSize size{input.dim(1), input.dim(2), input.dim(3)};
    inputs_.push_back(std::move(input));
    names_.push_back(file);
    if (std::ssize(inputs_) == nn::images_at_once(size, kImagesAtOnce)) flush();
  }

  /// Runs the detector on the images read so far and prints the results.
  void flush() {
    if (inputs_.empty()) return;
    const auto inputs = std::exchange(inputs_, {});
    const auto names = std::exchange(names_, {});
    std::vector<ImageResult> results;
    try {
      results = detect(tensor::concat(inputs, 0));
    } catch (const Error& e) {  // a network of any size cannot compute with every one
      if (!model_.info.input.any()) throw;
      for (const fs::path& name : names) complain("'" + name.string() + "': " + e.what());
      failed_ = true;
      return;
    }
    Progress::hide_current();
    for (std::size_t i = 0; i < results.size(); ++i) {
      const ImageResult& r = results[i];
      const std::string& name = model_.info.classes[static_cast<std::size_t>(r.detection.label)];
      if (options_.json)
        print_json(names[i], r, name, methods_ ? methods_->names() : std::vector<std::string>());
      else if (methods_)
        print_methods_row(names[i], r, name);
      else
        print_row(names[i], r.detection, name);
    }
    check_results_written();
  }

  std::vector<ImageResult> detect(const tensor::Tensor& images) const {
    if (methods_) return methods_->detect(images);
    std::vector<ImageResult> results;
    for (const Detection& d : detector_.detect(images)) results.push_back({d, true, {}});
    return results;
  }

  const DetectOptions& options_;
  bool quiet_;
  nn::Model model_;
  Detector detector_;
  std::unique_ptr<Methods> methods_;
  std::vector<tensor::Tensor> inputs_;
  std::vector<fs::path> names_;
  std::int64_t done_ = 0;
  bool failed_ = false;
};

}  // namespace

void add_detect(Command program, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<DetectOptions>();
  Command command = program.add_command(
      "detect", "Say for each image what the network sees and whether it belongs to what it knows");
  command.add_option("--model", options->model, "Shipped model or .safetensors file");
  command.add_option("--temperature", options->temperature,
                     "T of the softmax (the model's, or 1000)");
  command.add_option("--epsilon", options->epsilon,
                     "Step on the input, in units of pixels in [0,1] (the model's, or 0.0014)");
  command.add_option(
      "--threshold", options->threshold,
      "In-distribution above this score (the model's own, if T and eps are its own too)");
  const auto methods = std::make_shared<std::string>();
  command.add_option("--method", *methods,
                     std::string(kMethodHelp) +
                         ".\nVerdicts need thresholds: odin's from the model, those of others from "
                         "odin fit\n--validation; --threshold is that of the first method");
  add_step_options(command, options->step_options);
  command.add_flag("--json", options->json, "One JSON object a line");
  command.add_option("PATH", options->paths, "Images, or folders of them").required();
  command.callback([options, methods, command, &common, &action] {
    const bool has_methods = command.count("--method") > 0;
    if (has_methods) options->methods = methods_of_option(*methods);
    options->step = options->step_options.step();
    if (options->step != Step::none && !has_methods) fail_for_wrong("--step", "needs --method");
    action = [options, &common] { return Run(*options, common)(); };
  });
}

}  // namespace odin::native
