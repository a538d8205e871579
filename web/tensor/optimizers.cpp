#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "calls.h"
#include "odin/nn/io/json_text.h"
#include "odin/nn/optim/adam.h"
#include "odin/nn/optim/schedule.h"
#include "odin/nn/optim/sgd.h"

namespace odin::web {
namespace {

struct Optimizer {
  std::shared_ptr<nn::Sgd> sgd;
  std::shared_ptr<nn::Adam> adam;
};

struct Optimizers {
  std::map<int, Optimizer> all;
  int last = 0;
};

Optimizers& optimizers() {
  static Optimizers optimizers;
  return optimizers;
}

Optimizer& optimizer_at(int id) {
  const auto found = optimizers().all.find(id);
  require(found != optimizers().all.end(), "optimizer: it has been disposed of");
  return found->second;
}

void keep(Optimizer optimizer, Results& out) {
  Optimizers& o = optimizers();
  out.number(++o.last);
  o.all.emplace(o.last, std::move(optimizer));
}

/// kind, learning rate, total, warmup, and what the kind has besides
nn::Schedule schedule_of(Arguments& in) {
  const auto kind = in.integer();
  const double rate = in.number();
  const std::int64_t total = in.integer(), warmup = in.integer();
  const double a = in.number(), b = in.number(), c = in.number();
  const std::vector<double> milestones = in.numbers();
  if (kind == 0) return nn::StepSchedule{rate, total, milestones, a, warmup};
  if (kind == 1) return nn::CosineSchedule{rate, total, warmup, a};
  return nn::OneCycleSchedule{rate, total, a, b, c};
}

constexpr Function kOptimizerFunctions[] = {
    {"makeSgd",
     [](Arguments& in, Results& out) {
       const std::vector<Variable> parameters = in.tensors();
       nn::SgdOptions options;
       options.momentum = in.number();
       options.nesterov = in.flag();
       options.weight_decay = in.number();
       options.decay_norms = in.flag();
       keep({std::make_shared<nn::Sgd>(parameters, options), nullptr}, out);
     }},
    {"makeAdam",
     [](Arguments& in, Results& out) {
       const std::vector<Variable> parameters = in.tensors();
       nn::AdamOptions options;
       options.beta1 = in.number();
       options.beta2 = in.number();
       options.epsilon = in.number();
       options.weight_decay = in.number();
       options.decoupled = in.flag();
       keep({nullptr, std::make_shared<nn::Adam>(parameters, options)}, out);
     }},
    {"optimizerStep",
     [](Arguments& in, Results&) {
       Optimizer& o = optimizer_at(in.handle());
       const double learning_rate = in.number();
       if (o.sgd)
         o.sgd->step(learning_rate);
       else
         o.adam->step(learning_rate);
     }},
    {"optimizerZeroGrad",
     [](Arguments& in, Results&) {
       Optimizer& o = optimizer_at(in.handle());
       if (o.sgd)
         o.sgd->zero_grad();
       else
         o.adam->zero_grad();
     }},
    // -> its state; the text is a list of the tensors' names
    {"optimizerState",
     [](Arguments& in, Results& out) {
       const Optimizer& o = optimizer_at(in.handle());
       auto names = nlohmann::json::array();
       for (auto& [name, tensor] : o.sgd ? o.sgd->state() : o.adam->state()) {
         names.push_back(name);
         out.add(tensor.clone());
       }
       text() = names.dump();
       out.with_text();
     }},
    // tensors; the text is a list of their names
    {"loadOptimizerState",
     [](Arguments& in, Results&) {
       Optimizer& o = optimizer_at(in.handle());
       const std::vector<Variable> tensors = in.tensors();
       const auto names = nn::parse_json(text());
       nn::StateDict state;
       for (std::size_t i = 0; i < tensors.size(); ++i)
         state[names.at(i).get<std::string>()] = tensors[i].value();
       if (o.sgd)
         o.sgd->load_state(state);
       else
         o.adam->load_state(state);
     }},
    {"freeOptimizer", [](Arguments& in, Results&) { optimizers().all.erase(in.handle()); }},
    // leaves, the largest norm -> the norm before
    {"clipGradNorm",
     [](Arguments& in, Results& out) {
       const std::vector<Variable> leaves = in.tensors();
       out.number(nn::clip_gradients(leaves, in.number()));
     }},
    // a schedule, the step -> the learning rate
    {"learningRate",
     [](Arguments& in, Results& out) {
       const nn::Schedule schedule = schedule_of(in);
       out.number(nn::learning_rate_at(schedule, in.integer()));
     }},
};

}  // namespace

std::span<const Function> optimizer_functions() { return kOptimizerFunctions; }

}  // namespace odin::web
