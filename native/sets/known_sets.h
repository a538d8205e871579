#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace odin::native {

/// Images that are published as they should be, whatever their order.
struct KnownImages {
  std::string what;  ///< "test split"
  std::int64_t count = 0;
  std::string digest;  ///< see digest_of_images(); empty where it is not known
};

/// A published data set.
struct KnownSet {
  std::string name{};  ///< "cifar10": what odin data --download takes
  std::string title{};
  std::string homepage{};  ///< where a person reads about it and gets it
  std::string layout{};    ///< what its folder must hold
  std::string usage{};     ///< the SET that names it
  // One archive that can be fetched; empty where the publisher has none under a fixed address.
  std::string url{};
  std::string folder{};  ///< that the archive unpacks to
  std::int64_t bytes = 0;
  std::string md5{};
  std::vector<KnownImages> images{};
};

const std::vector<KnownSet>& known_sets();

/// Throws, listing the names, when there is none of this name.
const KnownSet& known_set(const std::string& name);

/// A digest that does not depend on the images' order: the SHA-256 of the images' own SHA-256
/// digests, sorted, as 64 hexadecimal digits each. Those of CIFAR are of label and pixels as in a
/// record of CIFAR-10 (one label byte, the fine one, and 3,072 pixel bytes), those of a folder of
/// the files.
std::string digest_of_images(std::vector<std::string> digests);

}  // namespace odin::native
