#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace odin::native {

/// Where the page's files lie. Models that the site itself does not hold come from `models`.
struct SiteFolders {
  std::filesystem::path site, models;
};

/// The built site: beside the installed program, or in the source tree. Throws, saying how to build
/// it, when neither has an index.html.
std::filesystem::path site_folder();

/// The file that a URL's path (decoded, beginning with '/') stands for: a folder stands for its
/// index.html. Nothing when there is none, or when it lies outside of the folders.
std::optional<std::filesystem::path> find_site_file(const SiteFolders& folders,
                                                    const std::string& url_path);

/// The Content-Type of a file.
std::string media_type(const std::filesystem::path& file);

/// The Cache-Control of a file: those with a hash in their name (assets/index-BpQ3x_4d.js) never
/// change, all others are asked for again each time.
std::string cache_control(const std::string& url_path);

}  // namespace odin::native
