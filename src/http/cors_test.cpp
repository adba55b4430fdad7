#include "http/cors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/response.hpp"

namespace decima::http {
namespace {

using testing::HasSubstr;
using testing::Not;

Request from(std::string_view origin, Method method = Method::get) {
  Request request;
  request.method = method;
  request.fields = {{"Host", "decima.test:8080"}, {"Origin", origin}};
  return request;
}

std::string exposed_to(const Request& request, std::string_view setting) {
  Response response;
  Cors::parse(setting)->expose(request, response);
  return response.fields();
}

TEST(Cors, TakesOriginsAndNothingElse) {
  EXPECT_TRUE(Cors::parse("https://example.org, http://localhost:3000")->allows("http://localhost:3000"));
  EXPECT_TRUE(Cors::parse("*")->allows("https://anywhere.test"));
  EXPECT_FALSE(Cors::parse("none")->allows("https://example.org"));
  for (const char* near : {"https://example.org.evil.test", "https://example.or", "http://example.org",
                           "https://example.org:8443", "null", ""})
    EXPECT_FALSE(Cors::parse("https://example.org")->allows(near)) << near;
  for (const char* bad :
       {"", "example.org", "https://", "https://example.org/", "://x", "https://*.example.org", "https://a b"})
    EXPECT_FALSE(Cors::parse(bad)) << bad;
}

TEST(Cors, AllowedPagesMayReadAnswers) {
  EXPECT_EQ(exposed_to(from("https://example.org"), "none"), "");
  const std::string named = exposed_to(from("https://example.org"), "https://example.org");
  EXPECT_THAT(named, HasSubstr("Access-Control-Allow-Origin: https://example.org\r\n"));
  EXPECT_THAT(named, HasSubstr("Vary: Origin\r\n"));
  EXPECT_THAT(named, HasSubstr("Repr-Digest"));
  EXPECT_EQ(exposed_to(from("https://evil.test"), "https://example.org"), "Vary: Origin\r\n");
  EXPECT_THAT(exposed_to(from("https://evil.test"), "*"), HasSubstr("Access-Control-Allow-Origin: *\r\n"));
  EXPECT_THAT(exposed_to(from("https://evil.test"), "*"), Not(HasSubstr("Vary")));
  EXPECT_EQ(exposed_to(from(""), "*"), "");
}

TEST(Cors, AWriteByAStrangersPageIsForged) {
  const Cors cors = *Cors::parse("https://example.org");
  EXPECT_TRUE(cors.forged(from("https://evil.test", Method::post), {}));
  EXPECT_TRUE(cors.forged(from("null", Method::delete_), {}));
  EXPECT_FALSE(cors.forged(from("https://evil.test", Method::get), {})) << "it cannot read the answer";
  EXPECT_FALSE(cors.forged(from("https://example.org", Method::post), {}));
  EXPECT_FALSE(cors.forged(from("http://decima.test:8080", Method::post), {})) << "a page of this server";
  EXPECT_FALSE(cors.forged(from("", Method::post), {})) << "no browser";
  Request upgrade = from("https://evil.test");
  upgrade.fields.push_back({"Upgrade", "websocket"});
  EXPECT_TRUE(cors.forged(upgrade, {})) << "whose answers any page could read";
}

TEST(Cors, APageWhoseNameWasMadeToPointHereIsAStrangers) {
  const Cors cors = *Cors::parse("https://example.org");
  const Request rebound = from("http://decima.test:8080", Method::post);
  EXPECT_TRUE(cors.forged(rebound, Hosts::local())) << "its origin's host is Host, and is nobody's we know";
  EXPECT_FALSE(cors.forged(rebound, *Hosts::parse("decima.test")));
  EXPECT_FALSE(cors.forged(from("https://example.org", Method::post), Hosts::local())) << "allowed, wherever it asks";
  EXPECT_FALSE(cors.forged(from("", Method::post), Hosts::local())) << "no browser";
  EXPECT_FALSE(cors.forged(from("http://decima.test:8080"), Hosts::local())) << "a read, which changes nothing";
}

TEST(Cors, LeaveIsGivenToWhoAsksForIt) {
  const Cors cors = *Cors::parse("https://example.org");
  Response plain;
  cors.permit(from("https://example.org", Method::options), "GET", plain);
  EXPECT_EQ(plain.fields(), "") << "an OPTIONS that is no preflight";
  Request preflight = from("https://example.org", Method::options);
  preflight.fields.push_back({"Access-Control-Request-Method", "DELETE"});
  Response permitted;
  cors.permit(preflight, "GET, HEAD, DELETE, OPTIONS", permitted);
  EXPECT_THAT(permitted.fields(), HasSubstr("Access-Control-Allow-Methods: GET, HEAD, DELETE, OPTIONS\r\n"));
  EXPECT_THAT(permitted.fields(), HasSubstr("X-API-Key"));
}

}  // namespace
}  // namespace decima::http
