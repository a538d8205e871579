#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace odin::native {

/// The published images of a split, for comparison in any order.
struct KnownImages {
  std::string what;  ///< "test split"
  std::int64_t count = 0;
  std::string digest;  ///< see digest_of_images(); empty if unknown
};

/// A published file, with the digest that its publisher and others have of it.
struct KnownFile {
  std::string url{};
  std::int64_t bytes = 0;
  std::string md5{};
};

/// A published data set.
struct KnownSet {
  std::string name{};  ///< name for odin data --download: "cifar10"
  std::string title{};
  std::string homepage{};  ///< description and download, for people
  std::string layout{};    ///< required content of its folder
  std::string usage{};     ///< its SET on the command line
  // The archive to download; empty if the publisher has none at a fixed URL, or none whose digest is
  // known.
  std::string url{};
  std::string folder{};  ///< the folder inside the archive, or that of the files
  std::int64_t bytes = 0;
  std::string md5{};
  /// Of sets that are not published as an archive: the files, which go into `folder`.
  std::vector<KnownFile> files{};
  std::vector<KnownImages> images{};
};

const std::vector<KnownSet>& known_sets();

/// Throws if there is no set of this name; the message lists the names.
const KnownSet& known_set(const std::string& name);

/// A digest that does not depend on the order of the images: the SHA-256 of the sorted SHA-256
/// digests of the images (64 hexadecimal digits each). For CIFAR an image's digest is that of one
/// label byte (the fine label) and 3,072 pixel bytes, for a folder that of the file.
std::string digest_of_images(std::vector<std::string> digests);

}  // namespace odin::native
