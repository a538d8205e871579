#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "odin/native/sets/set_spec.h"

namespace odin::native {

/// Which images are scored, and the default settings.
enum class Protocol {
  /// All images; the model's own temperature and epsilon, or else 1000 and 0.0014.
  own,
  /// As in the method's paper: all images; T = 1000 and one epsilon for all sets, 0.0014 (0.002 for
  /// networks of 100 classes), chosen on a held-out set.
  paper,
  /// As in the method's published code: without the first 1,000 images of each set; T = 1000 and a
  /// separate epsilon for each out-of-distribution set, see published_epsilon().
  code
};

/// "own", "paper", "code".
std::string name_of(Protocol protocol);
Protocol parse_protocol(const std::string& name);

/// The number of images at the beginning of each set that are not scored.
std::int64_t images_left_out(Protocol protocol);

/// The paper's epsilon for networks with this number of classes.
double paper_epsilon(std::size_t classes);

/// A row of the table of epsilons in the method's published code.
struct PublishedEpsilon {
  double epsilon;
  std::string row;  ///< "TinyImageNet (crop), DenseNet, CIFAR-10"
};

/// The row for a network and an out-of-distribution set, identified by its paper_name(). Empty if
/// the table has none: for other sets and families, or a number of classes other than 10 and 100.
std::optional<PublishedEpsilon> published_epsilon(const std::string& architecture,
                                                  std::size_t classes, const SetSpec& out);

}  // namespace odin::native
