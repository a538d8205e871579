#include "odin/native/streams/done_names.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "odin/native/system/digest.h"

namespace odin::native {

DoneNames::Short DoneNames::digest(const std::string& name) {
  const Sha256Digest whole = sha256(std::as_bytes(std::span(name)));
  Short first;
  std::copy_n(whole.begin(), first.size(), first.begin());
  return first;
}

void DoneNames::add(const std::string& name) {
  digests_.push_back(digest(name));
  sorted_ = false;
}

void DoneNames::sort() {
  std::sort(digests_.begin(), digests_.end());
  taken_.assign(digests_.size(), 0);
  sorted_ = true;
}

bool DoneNames::take(const std::string& name) {
  if (digests_.empty()) return false;
  if (!sorted_) sort();
  const auto [first, last] = std::equal_range(digests_.begin(), digests_.end(), digest(name));
  if (first == last) return false;
  std::uint32_t& taken = taken_[static_cast<std::size_t>(first - digests_.begin())];
  return taken < last - first && ++taken > 0;
}

std::string DoneNames::packed() const {
  std::string bytes(digests_.size() * sizeof(Short), '\0');
  if (!digests_.empty()) std::memcpy(bytes.data(), digests_.data(), bytes.size());
  return bytes;
}

DoneNames DoneNames::unpacked(const std::string& bytes) {
  DoneNames names;
  names.digests_.resize(bytes.size() / sizeof(Short));
  if (!bytes.empty()) std::memcpy(names.digests_.data(), bytes.data(), bytes.size());
  return names;
}

}  // namespace odin::native
