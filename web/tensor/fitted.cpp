#include <nlohmann/json.hpp>

#include "calls.h"
#include "networks.h"
#include "odin/fit_picture.h"
#include "odin/methods.h"
#include "odin/nn/features.h"
#include "odin/nn/io/json_text.h"
#include "odin/tensor/ops/reduce.h"

// What lies beyond a network's logits: its features, scores of them, pictures made as it takes them.

namespace odin::web {
namespace {

Outputs outputs_in(Arguments& in) {
  const Tensor logits = in.tensor().value();
  return outputs_of(logits, in.tensor().value());
}

std::vector<MethodChoice> choices_from_text() {
  std::vector<MethodChoice> choices;
  for (const auto& name : nn::parse_json(text()))
    choices.push_back(parse_method_choice(name.get<std::string>()));
  return choices;
}

constexpr Function kFittedFunctions[] = {
    // network, x -> logits, features, both on the tape
    {"networkFeatures",
     [](Arguments& in, Results& out) {
       const nn::Module& network = *model_at(in.handle()).network;
       nn::Features found = nn::forward_features(network, in.tensor());
       out.add(std::move(found.logits));
       out.add(std::move(found.features));
     }},
    // network, logits and features of training pictures: what knn and nnguide compare with
    {"setBank",
     [](Arguments& in, Results&) {
       nn::Model& model = model_at(in.handle());
       const Tensor logits = in.tensor().value(), features = in.tensor().value();
       const Outputs outputs = outputs_of(logits, features);
       require(outputs.features.count == outputs.logits.count && outputs.logits.count > 0,
               "setBank: expected logits and features of the same pictures, got ", logits.shape(),
               " and ", features.shape());
       model.fit = {{"mean", tensor::mean(features.to(DType::f64), {0})},
                    {"bank", features.to(DType::f32)},
                    {"bank_energies", Tensor::from(energies(outputs.logits), {logits.dim(0)})}};
     }},
    // network; the text is the record of its fit from now on
    {"setFitRecord", [](Arguments& in, Results&) { model_at(in.handle()).fit_record = text(); }},
    // network, logits, features, temperature; the text is a list of methods -> [methods,N] float64
    {"networkScores",
     [](Arguments& in, Results& out) {
       const nn::Model& model = model_at(in.handle());
       const std::vector<MethodChoice> methods = choices_from_text();
       const Outputs outputs = outputs_in(in);
       const LinearHead head(nn::last_layer(*model.network, model.info.input));
       const Fit fit =
           model.fit.empty() ? Fit() : Fit(model.fit, model.fit_record, outputs.logits.width);
       const ScoreContext context{&head, &fit, in.number()};
       std::vector<double> flat;
       for (const MethodChoice& method : methods) {
         const std::vector<double> row = (*make_score(method, context))(outputs);
         flat.insert(flat.end(), row.begin(), row.end());
       }
       out.add(Tensor::from(flat, {std::ssize(methods), outputs.logits.count}));
     }},
    // network, picture [C,H,W] of pixels in [0, 1] -> [1,C,H,W] as the network takes it
    {"fitPicture",
     [](Arguments& in, Results& out) {
       const nn::ModelInfo& info = model_at(in.handle()).info;
       out.add(fit_picture(in.tensor().value(), info.input, info.preprocess));
     }},
};

}  // namespace

std::span<const Function> fitted_functions() { return kFittedFunctions; }

}  // namespace odin::web
