#include "http/errors.hpp"

#include "base/text.hpp"

namespace decima::http {
namespace {

Response problem(const CodeFacts& facts, const Error& error) {
  std::string body;
  body.append(R"({"type":"urn:decima:problem:)").append(facts.name);
  body.append(R"(","title":")").append(json_escape(facts.sentence));
  body.append(R"(","status":)").append(std::to_string(facts.http_status));
  body.append(R"(,"detail":")").append(json_escape(error.detail)).append(R"("})");
  return Response::plain(facts.http_status, "application/problem+json", std::move(body));
}

Response enveloped(const CodeFacts& facts, const Error& error) {
  const std::string message(error.detail.empty() ? facts.sentence : std::string_view(error.detail));
  const std::string data = R"({"error":"fail","message":")" + json_escape(message) + R"("})";
  return Response::json(facts.http_status, envelope(facts.http_status, "fail", message, data));
}

}  // namespace

Response error_response(Shape shape, const Error& error) {
  const CodeFacts& known = facts(error.code);
  Response response = shape == Shape::envelope ? enveloped(known, error) : problem(known, error);
  if (known.retryable && known.http_status != 500) response.field("Retry-After", "1");
  response.cause = error;
  return response;
}

std::string envelope(int code, std::string_view status, std::string_view message, std::string_view data) {
  std::string body;
  body.append(R"({"code":)").append(std::to_string(code)).append(R"(,"status":")").append(status);
  body.append(R"(","message":")").append(json_escape(message)).append(R"(","data":)").append(data).append("}");
  return body;
}

}  // namespace decima::http
