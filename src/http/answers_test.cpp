// What answers are made from: bodies read, errors in each form, heads, ids.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "http/errors.hpp"
#include "http/json_body.hpp"
#include "http/json_text.hpp"
#include "http/tracing.hpp"

namespace decima::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Request with_body(std::string_view body, std::string_view type = "application/json") {
  Request request;
  request.body = body;
  if (!type.empty()) request.fields.push_back({"content-type", type});
  return request;
}

TEST(JsonBody, IsAnObjectOfTheRightType) {
  EXPECT_TRUE(json_object(with_body("{}"), {}));
  EXPECT_TRUE(json_object(with_body("{}", ""), {}));
  EXPECT_TRUE(json_object(with_body("{}", "application/json ; charset=utf-8"), {}));
  EXPECT_EQ(json_object(with_body("{}", "text/json"), {}).error().code, Code::unsupported_media);
  for (const char* body : {"", "[]", "{", "{} {}", "{\"a\":01}", "nul", "{'a':1}"})
    EXPECT_EQ(json_object(with_body(body), {}).error().code, Code::invalid_request) << body;
}

TEST(JsonBody, MayNotNestDeeperThanAllowed) {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(json_object(with_body(nested(31)), {}));
  EXPECT_FALSE(json_object(with_body(nested(32)), {}));
  EXPECT_THAT(json_object(with_body(nested(100'000)), {}).error().detail, HasSubstr("deeper than 32"));
}

TEST(JsonNumber, KeepsItsFormAndNeverRounds) {
  const auto number = [](const char* text) { return json_number(boost::json::parse(text)); };
  EXPECT_EQ(number("10")->text, "10");
  EXPECT_FALSE(number("10")->as_string);
  EXPECT_EQ(number("\"10\"")->text, "10");
  EXPECT_TRUE(number("\"10\"")->as_string);
  EXPECT_EQ(number("18446744073709551615")->text, "18446744073709551615");
  EXPECT_EQ(number("-7")->text, "-7");
  EXPECT_EQ(number("1000000000000000000000000000000")->text.size(), 31u);
  for (const char* not_whole : {"1.5", "1e3", "5.0"}) EXPECT_THAT(number(not_whole)->text, HasSubstr(".")) << not_whole;
  for (const char* no_number : {"[1]", "{}", "true", "null"}) EXPECT_FALSE(number(no_number)) << no_number;
}

TEST(JsonText, NumbersThatDoublesWouldRoundAreStrings) {
  EXPECT_EQ(integer(1ull << 53), boost::json::value(1ull << 53));
  EXPECT_EQ(integer((1ull << 53) + 1), boost::json::value("9007199254740993"));
}

TEST(Errors, HaveTheFormOfTheirRoute) {
  const Error error{Code::invalid_argument, "number must be \"non-negative\""};
  const Response envelope = error_response(Shape::envelope, error);
  EXPECT_EQ(envelope.status, 400);
  EXPECT_EQ(envelope.prefix, R"({"code":400,"status":"fail","message":"number must be \"non-negative\"",)"
                             R"("data":{"error":"fail","message":"number must be \"non-negative\""}})");
  const Response problem = error_response(Shape::problem, error);
  EXPECT_EQ(problem.content_type, "application/problem+json");
  const auto body = boost::json::parse(problem.prefix).as_object();
  EXPECT_EQ(body.at("type").as_string(), "urn:decima:problem:invalid_argument");
  EXPECT_EQ(body.at("detail").as_string(), error.detail);
}

TEST(Errors, SayWhenTryingAgainMayHelp) {
  EXPECT_THAT(error_response(Shape::problem, {Code::busy, ""}).fields(), HasSubstr("Retry-After: 1"));
  EXPECT_EQ(error_response(Shape::problem, {Code::not_found, ""}).fields(), "");
}

TEST(Errors, HaveAStatusThatTheHeadCanName) {
  for (const CodeFacts& code : all_codes())
    EXPECT_NE(reason(code.http_status), reason(0)) << code.name << " " << code.http_status;
}

TEST(Head, IsWholeAndInOrder) {
  Response response = Response::json(202, "{}");
  response.field("Location", "/x");
  std::string out;
  append_head(out, {response, "id-1", true, 11});
  EXPECT_THAT(out, StartsWith("HTTP/1.1 202 Accepted\r\nDate: "));
  EXPECT_THAT(
      out,
      HasSubstr(
          "GMT\r\nContent-Type: application/json\r\nContent-Length: 2\r\nX-Request-Id: id-1\r\nLocation: /x\r\n\r\n"));
  out.clear();
  append_head(out, {response, "id-1", false, 11});
  EXPECT_THAT(out, HasSubstr("\r\nConnection: close\r\n\r\n"));
}

TEST(Tracing, OnlyValidTraceparentsAreTaken) {
  const auto taken = [](std::string_view text) {
    Request request;
    request.fields.push_back({"Traceparent", text});
    return traceparent(request);
  };
  const std::string valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  EXPECT_EQ(taken(valid), valid);
  for (const char* bad : {"", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
                          "00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                          "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                          "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                          "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x"})
    EXPECT_EQ(taken(bad), "") << bad;
}

}  // namespace
}  // namespace decima::http
