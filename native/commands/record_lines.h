#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace odin::native {

/// A record (of a training, say) for people: "key: value" in lines of at most `width` columns where the
/// words allow, records within it indented below their key. One that occurs again, as the first part
/// of several trainings does, is said to be as above. Numbers have six digits.
std::vector<std::string> record_lines(const nlohmann::json& record, std::size_t width = 80);

}  // namespace odin::native
