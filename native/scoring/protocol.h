#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "odin/native/sets/set_spec.h"

namespace odin::native {

/// Which images are scored, and with which settings where none are given.
enum class Protocol {
  /// All images; the model's own temperature and epsilon, else 1000 and 0.0014.
  own,
  /// As in the method's paper: all images; T = 1000 and one epsilon for every set, 0.0014 (0.002
  /// for a network of 100 classes), which were chosen on a held-out set.
  paper,
  /// As the method's published code does it: the first 1,000 images of each set left out; T = 1000
  /// and an epsilon for each out-of-distribution set, see published_epsilon().
  code
};

/// "own", "paper", "code".
std::string name_of(Protocol protocol);
Protocol parse_protocol(const std::string& name);

/// How many images at the beginning of each set are left out.
std::int64_t images_left_out(Protocol protocol);

/// The paper's epsilon for networks of so many classes.
double paper_epsilon(std::size_t classes);

/// A row of the table of epsilons of the method's published code.
struct PublishedEpsilon {
  double epsilon;
  std::string row;  ///< "TinyImageNet (crop), DenseNet, CIFAR-10"
};

/// The row for a network (of a family that has them and 10 or 100 classes) and an
/// out-of-distribution set, which is known by its paper_name(). Empty where the table has none.
std::optional<PublishedEpsilon> published_epsilon(const std::string& architecture,
                                                  std::size_t classes, const SetSpec& out);

}  // namespace odin::native
