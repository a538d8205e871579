#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace odin::native {

/// The folders of the web page. `models` is searched for models that are not in `site`.
struct SiteFolders {
  std::filesystem::path site, models;
};

/// The built site: next to the installed program, or in the source tree. Throws, saying how to
/// build it, if neither has an index.html.
std::filesystem::path site_folder();

/// The file for a URL path (decoded, beginning with '/'); for a folder its index.html. Empty if
/// there is none or if it is outside of the folders.
std::optional<std::filesystem::path> find_site_file(const SiteFolders& folders,
                                                    const std::string& url_path);

/// The Content-Type of a file.
std::string media_type(const std::filesystem::path& file);

/// The Cache-Control of a file: files with a hash in their name (assets/index-BpQ3x_4d.js) are
/// immutable, all others are revalidated each time.
std::string cache_control(const std::string& url_path);

}  // namespace odin::native
