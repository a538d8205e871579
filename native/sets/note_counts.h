#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace odin::native {

/// How many pictures needed each conversion (Picture::notes).
class NoteCounts {
 public:
  void add(const std::vector<std::string>& notes) {
    for (const std::string& note : notes) ++counts_[note];
  }
  void add(const NoteCounts& other) {
    for (const auto& [note, count] : other.counts_) counts_[note] += count;
  }
  /// "3 pictures: gray to RGB", ...
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const auto& [note, count] : counts_)
      lines.push_back(std::to_string(count) + (count == 1 ? " picture: " : " pictures: ") + note);
    return lines;
  }

 private:
  std::map<std::string, std::int64_t> counts_;
};

}  // namespace odin::native
