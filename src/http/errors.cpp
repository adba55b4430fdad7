#include "http/errors.hpp"

#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "http/json_text.hpp"

namespace decima::http {
namespace {

Response problem(const CodeFacts& facts, const Error& error) {
  return Response::plain(facts.http_status, "application/problem+json", boost::json::serialize(problem_json(error)));
}

Response enveloped(const CodeFacts& facts, const Error& error) {
  const std::string message(error.detail.empty() ? facts.sentence : std::string_view(error.detail));
  const std::string data = R"({"error":"fail","message":")" + json_escape(message) + R"("})";
  return Response::json(facts.http_status, envelope(facts.http_status, "fail", message, data));
}

}  // namespace

Response error_response(Shape shape, const Error& error, std::uint64_t retry_after) {
  const CodeFacts& known = facts(error.code);
  Response response = shape == Shape::envelope ? enveloped(known, error) : problem(known, error);
  if (known.retryable && known.http_status != 500) response.field("Retry-After", std::to_string(retry_after));
  response.cause = error;
  return response;
}

boost::json::object problem_json(const Error& error) {
  const CodeFacts& known = facts(error.code);
  return {{"type", text("urn:decima:problem:" + std::string(known.name))},
          {"title", text(known.sentence)},
          {"status", known.http_status},
          {"detail", text(error.detail)}};
}

std::string envelope(int code, std::string_view status, std::string_view message, std::string_view data) {
  std::string body;
  body.append(R"({"code":)").append(std::to_string(code)).append(R"(,"status":")").append(status);
  body.append(R"(","message":")").append(json_escape(message)).append(R"(","data":)").append(data).append("}");
  return body;
}

}  // namespace decima::http
