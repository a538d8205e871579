#pragma once

#include <filesystem>

#include "odin/native/sets/known_sets.h"

namespace odin::native {

/// Fetches a set's archive from its publisher with the program curl into `folder`, compares it with
/// the published digest and unpacks it (tar, unzip). Returns the folder it unpacked to, which
/// appears whole or not at all. What was fetched before an interruption is kept and gone on from;
/// an archive that is there already is not fetched again. Throws Error when there is no network, the
/// digest differs (the archive is then removed), or a program is missing.
std::filesystem::path download_set(const KnownSet& set, const std::filesystem::path& folder,
                                   bool quiet);

}  // namespace odin::native
