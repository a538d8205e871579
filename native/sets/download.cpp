#include "odin/native/sets/download.h"

#include <string>
#include <vector>

#include "odin/native/system/digest.h"
#include "odin/native/system/run_command.h"
#include "odin/native/system/terminal.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

namespace fs = std::filesystem;

/// An explanation of curl's exit status for users.
std::string curl_failure(int status) {
  switch (status) {
    case 5:
    case 6: return "the address was not found; is there a network?";
    case 7: return "there was no connection; is there a network?";
    case 22: return "the server has it no longer or refuses it";
    case 23: return "it could not be written; is the disk full?";
    case 28: return "the server did not answer in time";
    case 35:
    case 52:
    case 55:
    case 56: return "the connection broke";
    case 37: return "the file cannot be read";
    default: return "curl ended with status " + std::to_string(status);
  }
}

/// Whether the file has the published size and digest; false if it is missing or incomplete. If it
/// is complete but differs, removes it and throws: resuming the download could not repair it.
bool verified(const KnownFile& known, const fs::path& file) {
  std::error_code missing;
  const auto size = fs::file_size(file, missing);
  if (missing || static_cast<std::int64_t>(size) < known.bytes) return false;
  const std::string digest = md5_hex_of_file(file);
  if (digest == known.md5 && static_cast<std::int64_t>(size) == known.bytes) return true;
  fs::remove(file);
  fail("download: ", nn::quote(file.string()), " from ", known.url, " had ", size,
       " bytes and the MD5 ", digest, ", expected ", known.bytes, " bytes and ", known.md5,
       "; it was removed, run again to fetch it anew");
}

void fetch(const KnownFile& known, const fs::path& part, bool quiet) {
  std::vector<std::string> words{"curl", "--fail",  "--location", "--connect-timeout",
                                 "20",   "--retry", "3",          "--continue-at",
                                 "-"};
  // Without curl's own messages, which would repeat ours.
  words.push_back(quiet || !errors_go_to_terminal() ? "--silent" : "--progress-bar");
  words.insert(words.end(), {"--output", part.string(), known.url});
  const int status = run_command(words);
  require(status == 0, "download: ", known.url, " could not be fetched: ", curl_failure(status),
          fs::exists(part) ? " (what was fetched is kept; run again to go on)" : "");
  const std::int64_t size = static_cast<std::int64_t>(fs::file_size(part));
  require(size >= known.bytes, "download: ", known.url, " ended after ", size, " of ", known.bytes,
          " bytes (they are kept; run again to go on)");
}

/// Fetches the file into the folder, unless it is there already. Returns where it is.
fs::path fetched(const KnownFile& known, const fs::path& folder, bool quiet) {
  const fs::path file = folder / known.url.substr(known.url.rfind('/') + 1);
  const fs::path part = file.string() + ".part";
  if (fs::is_symlink(part)) fs::remove(part);  // curl would write to where it leads
  if (verified(known, file)) return file;
  if (!verified(known, part)) {
    fetch(known, part, quiet);
    verified(known, part);
  }
  fs::rename(part, file);
  return file;
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  require(!error, "download: ", nn::quote(folder.string()), ": ", error.message());
}

void unpack(const KnownSet& set, const fs::path& archive, const fs::path& to) {
  const fs::path work = to.string() + ".part";
  fs::remove_all(work);
  fs::create_directories(work);
  const bool zip = archive.extension() == ".zip";
  const int status = zip ? run_command({"unzip", "-q", "-o", archive.string(), "-d", work.string()})
                         : run_command({"tar", "-xf", archive.string(), "-C", work.string()});
  const bool complete = status == 0 && fs::is_directory(work / set.folder);
  if (complete) fs::rename(work / set.folder, to);
  fs::remove_all(work);
  require(complete, "download: ", nn::quote(archive.string()), " could not be unpacked (",
          zip ? "unzip" : "tar", " ended with status ", status, ")");
}

}  // namespace

fs::path download_set(const KnownSet& set, const fs::path& folder, bool quiet) {
  require(!set.url.empty() || !set.files.empty(), "download: ", set.name,
          " has no archive under a fixed address; see ", set.homepage);
  const fs::path there = folder / set.folder;
  if (!set.files.empty()) {
    make_folder(there);
    for (const KnownFile& file : set.files) fetched(file, there, quiet);
    return there;
  }
  if (fs::exists(there)) return there;
  make_folder(folder);
  unpack(set, fetched({set.url, set.bytes, set.md5}, folder, quiet), there);
  return there;
}

}  // namespace odin::native
