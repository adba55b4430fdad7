#include "adapters/blob/keys.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"

namespace decima::adapters {
namespace {

bool allowed(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'; }

bool good_part(std::string_view part) {
  return !part.empty() && part.front() != '.' && std::all_of(part.begin(), part.end(), allowed);
}

}  // namespace

Result<> check_key(std::string_view key) {
  if (key.size() <= key_bytes_most) {
    const auto parts = split(key, '/');
    if (parts.size() >= 2 && std::all_of(parts.begin(), parts.end(), good_part)) return Done{};
  }
  return Error{Code::invalid_argument, "\"" + json_escape(key.substr(0, key_bytes_most)) +
                                           "\" is no blob key: it needs two or more parts of a-z, 0-9, '_', '-' and "
                                           "'.' between '/', and at most " +
                                           std::to_string(key_bytes_most) + " bytes"};
}

}  // namespace decima::adapters
