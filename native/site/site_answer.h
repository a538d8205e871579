#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "odin/native/site/http_request.h"
#include "odin/native/site/site_files.h"

namespace odin::native {

/// A regular file that is open for reading, or none. Closed by the destructor.
class OpenFile {
 public:
  OpenFile() = default;
  explicit OpenFile(const std::filesystem::path& path);
  ~OpenFile();
  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&& other) noexcept;

  explicit operator bool() const { return descriptor_ >= 0; }
  // Of the file that is open, which may have lost its name to another one by now.
  std::size_t size() const { return size_; }
  std::uint64_t changed() const { return changed_; }  ///< nanoseconds
  /// At most `bytes` from `offset` on; 0 at the end or if it cannot be read.
  std::size_t read(std::size_t offset, char* to, std::size_t bytes) const;

 private:
  int descriptor_ = -1;
  std::size_t size_ = 0;
  std::uint64_t changed_ = 0;
};

/// An answer: the head and short texts as they are sent, then bytes [first, end) of a file.
struct SiteAnswer {
  std::string head;
  OpenFile file = {};
  std::size_t first = 0, end = 0;
  bool keep_alive = true;
};

/// Answers a request for a file of the site. Never throws for what a request or a file is.
SiteAnswer answer_request(const SiteFolders& folders, const HttpRequest& request);

/// The answer to a request that is refused, after which the connection is closed.
SiteAnswer refuse_request(int status, bool head_only = false);

}  // namespace odin::native
