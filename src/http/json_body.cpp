#include "http/json_body.hpp"

#include <boost/json/parse.hpp>
#include <cmath>

namespace decima::http {
namespace {

namespace json = boost::json;

/// "application/json; charset=utf-8" and "application/problem+json" are both JSON.
bool is_json(std::string_view content_type) {
  const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')));
  return same_word(type, "application/json") || (type.size() > 5 && same_word(type.substr(type.size() - 5), "+json"));
}

std::string double_text(double number) {
  constexpr double two_to_64 = 18446744073709551616.0;
  const std::string text = std::to_string(number);
  // Doubles of this size are whole.
  return std::abs(number) < two_to_64 ? text : text.substr(0, text.find('.'));
}

}  // namespace

Result<json::value> json_body(const Request& request, const Limits& limits) {
  const std::string_view type = request.field("Content-Type");
  if (!type.empty() && !is_json(type))
    return Error{Code::unsupported_media, "the body must be JSON, with Content-Type: application/json"};
  if (request.body.empty()) return Error{Code::invalid_request, "a JSON body is missing"};
  json::parse_options options;
  options.max_depth = limits.json_depth;
  json::error_code failed;
  json::value value = json::parse({request.body.data(), request.body.size()}, failed, {}, options);
  if (failed == json::error::too_deep)
    return Error{Code::invalid_request, "the body is nested deeper than " + std::to_string(limits.json_depth)};
  if (failed) return Error{Code::invalid_request, "the body is not valid JSON: " + failed.message()};
  return value;
}

Result<json::object> json_object(const Request& request, const Limits& limits) {
  auto value = json_body(request, limits);
  if (!value) return value.error();
  if (!value->is_object()) return Error{Code::invalid_request, "the body must be a JSON object"};
  return std::move(value->get_object());
}

std::optional<JsonNumber> json_number(const json::value& value) {
  if (value.is_string()) return JsonNumber{std::string(std::string_view(value.get_string())), true};
  if (value.is_int64()) return JsonNumber{std::to_string(value.get_int64()), false};
  if (value.is_uint64()) return JsonNumber{std::to_string(value.get_uint64()), false};
  if (value.is_double()) return JsonNumber{double_text(value.get_double()), false};
  return std::nullopt;
}

}  // namespace decima::http
