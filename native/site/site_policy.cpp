#include "odin/native/site/site_policy.h"

#include <cstddef>
#include <fstream>
#include <span>
#include <sstream>
#include <string_view>

#include "odin/native/system/base64.h"
#include "odin/native/system/digest.h"

namespace odin::native {
namespace {

constexpr std::size_t kMostHtml = 1 << 20;

std::string sha256_base64(std::string_view text) {
  return base64(sha256(std::as_bytes(std::span(text))));
}

/// The text with CRLF and CR as LF, as browsers see it.
std::string as_parsed(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r')
      result += text[i];
    else if (i + 1 == text.size() || text[i + 1] != '\n')
      result += '\n';
  }
  return result;
}

}  // namespace

std::set<std::string> inline_scripts(const std::filesystem::path& html) {
  std::set<std::string> digests;
  std::error_code error;
  const auto size = std::filesystem::file_size(html, error);
  std::ifstream file(html, std::ios::binary);
  if (error || size > kMostHtml || !file) return digests;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  const std::string text = as_parsed(bytes.str());
  for (auto at = text.find("<script"); at != text.npos; at = text.find("<script", at)) {
    const auto open = text.find('>', at), close = text.find("</script", at);
    if (open == text.npos || close == text.npos || close < open) break;
    const std::string_view script = std::string_view(text).substr(open + 1, close - open - 1);
    if (!script.empty()) digests.insert(sha256_base64(script));
    at = close;
  }
  return digests;
}

std::string content_policy(const std::set<std::string>& script_digests) {
  std::string scripts = "script-src 'self' 'wasm-unsafe-eval'";
  for (const std::string& digest : script_digests) scripts += " 'sha256-" + digest + "'";
  return "default-src 'self'; " + scripts +
         "; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; "
         "media-src 'self' blob:; connect-src 'self' blob: data:; object-src 'none'; "
         "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

}  // namespace odin::native
