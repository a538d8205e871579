#include "odin/native/c/model.h"

#include <atomic>
#include <limits>

#include "odin/native/c/handles.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/storage.h"

namespace odin::c {
namespace {

using Models = Handles<odin_model, LoadedModel>;

/// Never destroyed: threads may still call while the program ends.
Models& models() {
  static Models& all = *new Models("model");
  return all;
}

odin_model* add_model(nn::Model model) {
  return models().add(std::make_shared<const LoadedModel>(std::move(model)));
}

}  // namespace

std::uintptr_t next_handle() {
  // Not small numbers, which a mistake makes easily, and never odd.
  static std::atomic<std::uintptr_t> next{0x0D100000};
  return next.fetch_add(16);
}

LoadedModel::LoadedModel(nn::Model model)
    : model_(std::move(model)), parameters_(model_.network->parameter_count()) {}

std::shared_ptr<const MethodScorer> LoadedModel::scorer(const std::vector<std::string>& methods,
                                                        const DetectorOptions& options) const {
  const std::lock_guard lock(mutex_);
  const bool same = scorer_ && scorer_methods_ == methods &&
                    scorer_->options().temperature == options.temperature &&
                    scorer_->options().epsilon == options.epsilon;
  if (same) return scorer_;
  MethodScorerOptions wanted{{}, options.temperature, options.epsilon, Step::none};
  for (const std::string& method : methods) wanted.methods.push_back(parse_method_choice(method));
  scorer_ = std::make_shared<const MethodScorer>(*model_.network, normalization(), fit_of(model_),
                                                 wanted, model_.info.input);
  scorer_methods_ = methods;
  return scorer_;
}

std::shared_ptr<const LoadedModel> model_of(const char* function, const odin_model* handle) {
  return models().get(function, handle);
}

}  // namespace odin::c

using namespace odin;
using namespace odin::c;

extern "C" {

odin_status odin_set_threads(int32_t threads) {
  return guarded([&] { tensor::set_num_threads(threads); });
}

odin_status odin_model_load(const char* path, odin_model** model) {
  return guarded(
      [&] {
        require_given("odin_model_load", "path", path);
        require_given("odin_model_load", "model", model);
        *model = add_model(nn::load_model(path));
      },
      ODIN_ERROR_FILE);
}

odin_status odin_model_load_memory(const void* bytes, size_t size, const char* name,
                                   odin_model** model) {
  return guarded(
      [&] {
        require_given("odin_model_load_memory", "bytes", bytes);
        require_given("odin_model_load_memory", "model", model);
        const std::string shown = text_or(name, "(memory)");
        const std::span given(static_cast<const std::byte*>(bytes), size);
        nn::Model loaded = nn::to_model(nn::parse_safetensors(given, shown), shown);
        tensor::release_cached_memory();
        *model = add_model(std::move(loaded));
      },
      ODIN_ERROR_FILE);
}

odin_status odin_model_free(odin_model* model) {
  return guarded([&] { models().remove("odin_model_free", model); });
}

odin_status odin_model_get_info(const odin_model* model, odin_model_info* info) {
  return guarded([&] {
    const auto loaded = model_of("odin_model_get_info", model);
    const std::size_t size = result_size("odin_model_get_info", "info", info);
    const nn::ModelInfo& of = loaded->model().info;
    const DetectorOptions own = options_for(of);
    write_struct(
        info, size,
        {0, of.architecture.c_str(), static_cast<int64_t>(of.classes.size()), of.input.channels,
         of.input.height, of.input.width, loaded->parameters(), own.temperature, own.epsilon,
         own.threshold.value_or(std::numeric_limits<double>::quiet_NaN())});
  });
}

odin_status odin_model_class_name(const odin_model* model, int64_t label, const char** name) {
  return guarded([&] {
    const auto loaded = model_of("odin_model_class_name", model);
    require_given("odin_model_class_name", "name", name);
    const auto& classes = loaded->model().info.classes;
    require(label >= 0 && label < std::ssize(classes),
            "odin_model_class_name: expected a label of 0", " to ", classes.size() - 1, ", got ",
            label);
    *name = classes[static_cast<std::size_t>(label)].c_str();
  });
}

const char* odin_method_name(size_t number) {
  const char* name = nullptr;
  guarded([&] {
    const auto& names = method_names();
    if (number < names.size()) name = names[number].c_str();
  });
  return name;
}

}  // extern "C"
