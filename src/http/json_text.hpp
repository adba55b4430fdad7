#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string_view>

#include "kinds/kind.hpp"

/// How values are shown in JSON.
namespace decima::http {

inline boost::json::string text(std::string_view value) { return boost::json::string(value.data(), value.size()); }

/// A number, or a string of digits above 2^53, where most readers of JSON would round a number.
boost::json::value integer(std::uint64_t value);

/// {"n": 1000}
boost::json::object arguments(const kinds::Kind& kind, kinds::Arguments values);

}  // namespace decima::http
