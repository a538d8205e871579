#include "odin/native/training/checkpoint_paths.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "odin/native/sets/set_spec.h"
#include "odin/native/system/text_file.h"
#include "odin/native/system/utf8.h"
#include "odin/native/training/record.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

namespace fs = std::filesystem;

fs::path real_path(const fs::path& path) { return fs::weakly_canonical(fs::absolute(path)); }

/// Whether `file`, links followed, lies in `folder` or below.
bool is_within(const fs::path& file, const fs::path& folder) {
  const fs::path way = real_path(file).lexically_relative(real_path(folder));
  return !way.empty() && *way.begin() != "..";
}

fs::path folder_of(const std::string& file) {
  const fs::path folder = fs::path(file).parent_path();
  return folder.empty() ? "." : folder;
}

/// From the folder of the checkpoint, or the absolute path for a file outside of it.
std::string stored_output(const std::string& file, const fs::path& folder) {
  if (file.empty()) return "";
  const fs::path place = real_path(folder_of(file)) / fs::path(file).filename();
  const fs::path way = place.lexically_relative(real_path(folder));
  return (way.empty() || *way.begin() == ".." ? place : way).string();
}

/// The folder as a set names it: '@' and '#' in its own name do not begin a suffix before a '/'.
std::string as_set_folder(std::string folder) {
  const auto mark = folder.find_last_of("@#/");
  return mark != folder.npos && folder[mark] != '/' ? folder + "/" : folder;
}

/// The set with the folder that `change` makes of its own, if that is relative.
template <class Change>
std::string with_folder(const std::string& set, const Change& change) {
  if (set.empty()) return "";
  const SetSpec spec = parse_set(set);
  if (spec.folder.empty() || fs::path(spec.folder).is_absolute()) return set;
  const std::string changed = as_set_folder(change(spec.folder));
  std::string text = spec.text;
  return is_utf8(changed) ? text.replace(text.find(':') + 1, spec.folder.size(), changed) : set;
}

std::string stored_set(const std::string& set, const fs::path& folder) {
  return with_folder(set, [&](const std::string& images) {
    return real_path(images).lexically_relative(real_path(folder)).string();
  });
}

std::string found_set(const std::string& set, const fs::path& folder) {
  return with_folder(set, [&](const std::string& images) {
    return (folder / images).lexically_normal().string();
  });
}

std::string found_output(const std::string& file, const char* what, const fs::path& folder,
                         const std::string& checkpoint) {
  if (file.empty()) return "";
  require(fs::path(file).is_relative() && is_within(folder / file, folder),
          "train: ", nn::quote(checkpoint), " names ", nn::quote(file), " as the file of --", what,
          ", outside of its own folder; give --", what, " anew");
  const fs::path place = folder == "." ? fs::path(file) : folder / file;
  return place.lexically_normal().string();
}

/// Whether the model file is of the training with these settings and this checkpoint.
bool is_own_model(const fs::path& file, const TrainSettings& settings, const nn::ModelInfo& own) {
  try {
    const nn::ModelInfo info = nn::parse_model_info(nn::read_safetensors(file), file.string());
    return info.architecture == own.architecture && info.classes == own.classes &&
           info.mean == own.mean && info.std == own.std &&
           is_record_of_training(info.training, settings);
  } catch (const Error&) {
    return false;
  }
}

/// Whether the model file is of the training with these figures after its last epoch.
bool is_model_after(const std::string& file, const EpochFigures& figures) {
  try {
    return is_record_of(nn::parse_model_info(nn::read_safetensors(file), file).training, figures);
  } catch (const Error&) {
    return false;
  }
}

/// Whether the log file is of this training: of its epochs and no others, but for one that was
/// measured after the checkpoint was written. If that is the first, so that the checkpoint has none
/// to compare, it is in the model file too, which is written before the log.
bool is_own_log(const TrainSettings& settings, const std::vector<EpochFigures>& own) {
  const std::string& file = settings.log;
  try {
    const auto log = parse_log(read_text_file(file, "train"), file);
    const std::size_t common = std::min(log.size(), own.size());
    const auto first = [&](const auto& of) {
      return to_csv({of.begin(), of.begin() + static_cast<std::ptrdiff_t>(common)});
    };
    if (log.size() > own.size() + 1 || first(log) != first(own)) return false;
    return log.empty() || !own.empty() || is_model_after(settings.save, log.front());
  } catch (const Error&) {
    return false;
  }
}

/// Whether the file is a page about a training of this network, as report::training_page() makes it.
bool is_own_page(const TrainSettings& settings) {
  constexpr std::size_t kMostBytes = std::size_t{64} << 20;
  try {
    const std::string text = read_text_file(settings.page, "train", kMostBytes);
    return text.starts_with("<!doctype html>") &&
           text.find("<title>" + settings.architecture + " on ") != text.npos;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

TrainSettings with_stored_paths(const TrainSettings& settings) {
  const fs::path folder = folder_of(settings.save);
  TrainSettings stored = settings;
  stored.save = fs::path(settings.save).filename().string();
  stored.log = stored_output(settings.log, folder);
  stored.page = stored_output(settings.page, folder);
  stored.data = stored_set(settings.data, folder);
  stored.test = stored_set(settings.test, folder);
  return stored;
}

TrainSettings with_found_paths(const TrainSettings& stored, const GivenSettings& given,
                               const std::string& checkpoint) {
  const fs::path folder = folder_of(checkpoint);
  TrainSettings found = stored;
  const auto find_output = [&](const char* what, std::string& file) {
    if (!given.contains(what)) file = found_output(file, what, folder, checkpoint);
  };
  require(given.contains("save") || !stored.save.empty(), "train: ", nn::quote(checkpoint),
          " does not say where to save the model; give --save");
  find_output("save", found.save);
  find_output("log", found.log);
  find_output("page", found.page);
  if (!given.contains("data")) found.data = found_set(stored.data, folder);
  if (!given.contains("test")) found.test = found_set(stored.test, folder);
  return found;
}

void check_own_files(const RunState& state, const nn::ModelInfo& info, const GivenSettings& given) {
  if (state.replaces) return;
  const TrainSettings& s = state.settings;
  const auto refuse = [](const std::string& file, const char* what) {
    fail("train: ", nn::quote(file),
         " is not of the training that goes on here; move it away, or give another --", what);
  };
  std::vector<std::string> models{s.save};
  if (best_epoch(state.log)) models.push_back(best_path(s).string());
  for (const std::string& file : models)
    if (!given.contains("save") && fs::exists(file) && !is_own_model(file, s, info))
      refuse(file, "save");
  if (!given.contains("log") && !s.log.empty() && fs::exists(s.log) && !is_own_log(s, state.log))
    refuse(s.log, "log");
  if (!given.contains("page") && !s.page.empty() && fs::exists(s.page) && !is_own_page(s))
    refuse(s.page, "page");
}

}  // namespace odin::native
