#include "odin/native/site/site_files.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "odin/native/system/program_path.h"
#include "odin/tensor/error.h"

namespace odin::native {

namespace fs = std::filesystem;

namespace {

/// The regular file folder/below; empty if links or ".." lead outside of the folder.
std::optional<fs::path> file_inside(const fs::path& folder, const fs::path& below) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  if (error) return std::nullopt;
  const fs::path file = fs::canonical(root / below, error);
  if (error || !fs::is_regular_file(file, error)) return std::nullopt;
  const fs::path relative = file.lexically_relative(root);
  const bool inside = !relative.empty() && *relative.begin() != "..";
  return inside ? std::optional(file) : std::nullopt;
}

/// Whether a path is of the form /assets/.../NAME-12345678.EXT, in which the digits are of a hash of
/// the file.
bool is_hashed(std::string_view path) {
  constexpr std::size_t kDigits = 8;
  const auto all = [](std::string_view text, auto&& holds) {
    return !text.empty() && std::all_of(text.begin(), text.end(), holds);
  };
  const auto is_lower = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto is_digit = [&](char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  };
  if (!path.starts_with("/assets/")) return false;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const auto point = name.rfind('.');
  if (point == name.npos || point < kDigits + 2) return false;
  return name[point - kDigits - 1] == '-' && all(name.substr(point - kDigits, kDigits), is_digit) &&
         all(name.substr(point + 1), is_lower);
}

}  // namespace

fs::path site_folder() {
  const fs::path program = program_path();
  if (!program.empty()) {
    const fs::path installed = program.parent_path() / ODIN_INSTALLED_SITE_DIR;
    if (fs::exists(installed / "index.html")) return installed.lexically_normal();
  }
  const fs::path built = ODIN_SITE_DIR;
  require(fs::exists(built / "index.html"), "serve: no web page in '", built.string(),
          "': build it with scripts/build-web.sh, or name its folder with --site");
  return built;
}

std::optional<fs::path> find_site_file(const SiteFolders& folders, const std::string& url_path) {
  if (!url_path.starts_with('/') || url_path.find('\0') != std::string::npos) return std::nullopt;
  std::string below = url_path.substr(1);
  if (below.empty() || below.ends_with('/')) below += "index.html";
  if (fs::path(below).is_absolute()) return std::nullopt;
  if (const auto file = file_inside(folders.site, below)) return file;
  const std::string models = "models/";
  const bool is_model = below.starts_with(models) && below.ends_with(".safetensors");
  return is_model ? file_inside(folders.models, below.substr(models.size())) : std::nullopt;
}

std::string media_type(const fs::path& file) {
  static const std::map<std::string, std::string> types{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".txt", "text/plain; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".wasm", "application/wasm"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"}};
  const auto type = types.find(file.extension().string());
  return type == types.end() ? "application/octet-stream" : type->second;
}

std::string cache_control(const std::string& url_path) {
  return is_hashed(url_path) ? "public, max-age=31536000, immutable" : "no-cache";
}

}  // namespace odin::native
