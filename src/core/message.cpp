#include <boost/json.hpp>

#include <optional>

#include "core/identity.hpp"

namespace decima::core {
namespace {

namespace json = boost::json;

/// The longest body a message can have that names a job of ours.
constexpr std::size_t longest_message = 1024;

/// A number as text, whether it came as a string or as a number.
std::optional<std::string> number_text(const json::value* value) {
  if (!value) return std::nullopt;
  if (value->is_string()) return std::string(std::string_view(value->get_string()));
  if (value->is_int64()) return std::to_string(value->get_int64());
  if (value->is_uint64()) return std::to_string(value->get_uint64());
  return std::nullopt;
}

}  // namespace

Result<Identity> read_message(std::string_view body) {
  const Error malformed{Code::invalid_request, R"(a message reads {"number":"1000"} or {"job":"factorial-1000"})"};
  if (body.size() > longest_message) return malformed;
  json::error_code failed;
  const json::value parsed = json::parse(json::string_view(body.data(), body.size()), failed);
  if (failed || !parsed.is_object()) return malformed;
  const json::object& object = parsed.get_object();
  if (const auto number = number_text(object.if_contains("number"))) return Identity::parse("factorial-" + *number);
  const json::value* job = object.if_contains("job");
  if (!job || !job->is_string()) return malformed;
  const auto identity = Identity::parse(std::string_view(job->get_string()));
  return identity ? identity->canonical() : identity;
}

}  // namespace decima::core
