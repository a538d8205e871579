#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace odin::native {

/// The SHA-256 digests (base64) of the scripts that stand in an HTML file itself, which is how a
/// policy allows them. Empty for files that cannot be read or are larger than a megabyte.
std::set<std::string> inline_scripts(const std::filesystem::path& html);

/// The Content-Security-Policy of a file: everything comes from this server; WebAssembly is
/// compiled; pictures and workers may come from memory; scripts in the page are those with these
/// digests. Styles are set by the page's own scripts.
std::string content_policy(const std::set<std::string>& script_digests);

}  // namespace odin::native
