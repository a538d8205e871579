#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "odin/nn/io/pickle.h"

namespace odin::nn {

/// A dictionary of tensors in a pickle, or the parameters and buffers of a whole module.
struct TorchState {
  std::string key;  ///< where it lies, with dots: "checkpoint.model"; empty: it is the whole
  std::vector<std::pair<std::string, const pickle::Value*>> tensors = {};
  std::size_t left_out = 0;         ///< entries of the dictionary that are no tensors
  std::string first_left_out = {};  ///< the name of the first of them
};

/// All of them, wherever they lie: in dictionaries, lists and the attributes of objects. Those of
/// optimizers, which have numbers in place of names, are not among them.
std::vector<TorchState> find_states(const pickle::Value& root);

/// The one to take: the whole, the one under the usual names ("state_dict", "model", ...), or the
/// only one. With a `key`, the one that lies there, or that part of one whose names begin so.
/// Throws if there is none or if there are several; the message says what is there.
TorchState choose_state(const pickle::Value& root, const std::string& key);

}  // namespace odin::nn
