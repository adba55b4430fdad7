#include "http/json_text.hpp"

#include <string>

namespace decima::http {

boost::json::value integer(std::uint64_t value) {
  constexpr std::uint64_t exact_in_doubles = 1ull << 53;
  if (value > exact_in_doubles) return text(std::to_string(value));
  return value;
}

boost::json::object arguments(const kinds::Kind& kind, kinds::Arguments values) {
  boost::json::object object;
  for (std::size_t i = 0; i < values.size(); i++) {
    const std::string_view name = kind.parameters[i].name;
    object.emplace(boost::json::string_view(name.data(), name.size()), integer(values[i]));
  }
  return object;
}

}  // namespace decima::http
