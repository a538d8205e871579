#pragma once

#include <filesystem>

#include "odin/native/sets/known_sets.h"

namespace odin::native {

/// Downloads a set's archive from its publisher into `folder` (with curl), checks its digest and
/// unpacks it (with tar or unzip). Returns the unpacked folder, which appears atomically. Sets that
/// are published as files have these in a folder of the set's name, each complete. An interrupted
/// download is resumed; an existing archive or file is not downloaded again. Throws Error if
/// there is no network, the digest differs (the archive is then removed) or a program is missing.
std::filesystem::path download_set(const KnownSet& set, const std::filesystem::path& folder,
                                   bool quiet);

}  // namespace odin::native
