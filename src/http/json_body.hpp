#pragma once
#include <boost/json/value.hpp>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "http/request.hpp"
#include "http/settings.hpp"

namespace decima::http {

/// The JSON that a request's body holds. A body without a content type is taken for JSON, because clients that
/// name none mean what the route expects; any other type than JSON is refused rather than guessed at.
Result<boost::json::value> json_body(const Request& request, const Limits& limits);
/// The same where only an object will do.
Result<boost::json::object> json_object(const Request& request, const Limits& limits);

/// How a number came.
struct JsonNumber {
  std::string text;        ///< as one would write it in plain digits; unreadable ones as they stand
  bool as_string = false;  ///< "10" and not 10
};

/// Reads a number given as a string or an integer; empty for anything else. A number with a point or an exponent gives
/// a text that no check of canonical decimals accepts, unless it is a whole number too large for 64 bits, which JSON
/// readers cannot tell from one.
std::optional<JsonNumber> json_number(const boost::json::value& value);

}  // namespace decima::http
