#include "http/jwt.hpp"

#include <gtest/gtest.h>

#include "http/base64url.hpp"
#include "support/issuer.hpp"

namespace decima::http {
namespace {

using support::hs256;
using support::Issuer;
using support::key_set;
using support::to_base64url;

constexpr std::int64_t issued = 1'800'000'000;
const JwtRules rules{"https://issuer.test", "decima"};

std::string claims(const std::string& more = R"(,"scope":"submit")") {
  return R"({"iss":"https://issuer.test","aud":"decima","sub":"someone","exp":)" + std::to_string(issued + 3600) +
         R"(,"nbf":)" + std::to_string(issued) + more + "}";
}

Time at(std::int64_t seconds) { return Time(std::chrono::seconds(seconds)); }

class Jwt : public testing::Test {
 protected:
  // Made once: drawing RSA keys takes a while.
  static const Issuer& rsa() {
    static const Issuer issuer = Issuer::rsa("r");
    return issuer;
  }
  static const Issuer& p256() {
    static const Issuer issuer = Issuer::p256("e");
    return issuer;
  }
  static const JwtKeys& keys() {
    static const JwtKeys both = *read_jwks(key_set({rsa(), p256()}));
    return both;
  }

  static JwtAnswer check(const std::string& token, std::int64_t now = issued + 60) {
    return check_jwt(token, keys(), rules, at(now));
  }
  static std::string reason(const std::string& token, std::int64_t now = issued + 60) {
    const JwtAnswer answer = check(token, now);
    EXPECT_NE(answer.verdict, JwtVerdict::good);
    EXPECT_EQ(answer.caller.scope, Scope::open);
    return std::string(answer.reason);
  }
};

constexpr const char* rs256_header = R"({"alg":"RS256","kid":"r","typ":"JWT"})";
constexpr const char* es256_header = R"({"alg":"ES256","kid":"e"})";

TEST_F(Jwt, BothAlgorithmsOpen) {
  for (const std::string& token : {rsa().token(rs256_header, claims()), p256().token(es256_header, claims())}) {
    const JwtAnswer answer = check(token);
    EXPECT_EQ(answer.verdict, JwtVerdict::good) << answer.reason;
    EXPECT_EQ(answer.caller.name, "someone");
    EXPECT_EQ(answer.caller.scope, Scope::submit);
    EXPECT_EQ(answer.until, at(issued + 3600 + 30));
  }
}

TEST_F(Jwt, ScopesAreWordsAndTheGreatestCounts) {
  const auto scope = [](const std::string& words) {
    return check(p256().token(es256_header, claims(R"(,"scope":")" + words + "\""))).caller.scope;
  };
  EXPECT_EQ(scope("read"), Scope::read);
  EXPECT_EQ(scope("openid read admin email"), Scope::admin);
  EXPECT_EQ(scope("administrator readers open"), Scope::open);
  EXPECT_EQ(check(p256().token(es256_header, claims(""))).caller.scope, Scope::open);
}

TEST_F(Jwt, ATimeHasALittleLeeway) {
  const std::string token = p256().token(es256_header, claims());
  EXPECT_EQ(check(token, issued - 30).verdict, JwtVerdict::good);
  EXPECT_EQ(reason(token, issued - 31), "the token is not valid yet");
  EXPECT_EQ(check(token, issued + 3629).verdict, JwtVerdict::good);
  EXPECT_EQ(reason(token, issued + 3630), "the token has expired");
}

TEST_F(Jwt, ClaimsAreWhatTheyShouldBe) {
  const auto why = [](const std::string& text) { return reason(p256().token(es256_header, text)); };
  EXPECT_EQ(why(R"({"iss":"https://issuer.test","aud":"decima"})"), "the token does not say when it expires");
  EXPECT_EQ(why(R"({"iss":"https://issuer.test","aud":"decima","exp":"1900000000"})"),
            "the token does not say when it expires");
  why(R"({"iss":"https://issuer.test","aud":"decima","exp":1e999})");
  EXPECT_EQ(why(R"({"iss":"https://other.test","aud":"decima","exp":1900000000})"), "the token has another issuer");
  EXPECT_EQ(why(R"({"aud":"decima","exp":1900000000})"), "the token has another issuer");
  EXPECT_EQ(why(R"({"iss":"https://issuer.test","aud":"another","exp":1900000000})"),
            "the token is for another audience");
  EXPECT_EQ(why(R"({"iss":"https://issuer.test","exp":1900000000})"), "the token is for another audience");
  EXPECT_EQ(why(R"({"iss":"https://issuer.test","aud":"decima","exp":1900000000,"nbf":"now"})"),
            "the token is not valid yet");
  const auto eternal = check(p256().token(es256_header, R"({"iss":"https://issuer.test","aud":"decima","exp":1e300})"));
  EXPECT_EQ(eternal.verdict, JwtVerdict::good);
  EXPECT_GT(eternal.until, at(issued));
  const auto several =
      p256().token(es256_header, R"({"iss":"https://issuer.test","aud":["a","decima"],"exp":1900000000})");
  EXPECT_EQ(check(several).verdict, JwtVerdict::good);
}

TEST_F(Jwt, AnotherSignatureIsWrong) {
  const std::string good = rsa().token(rs256_header, claims());
  const std::string other = p256().token(es256_header, claims(R"(,"scope":"admin")"));
  const std::string mixed = good.substr(0, good.rfind('.')) + other.substr(other.rfind('.'));
  EXPECT_EQ(reason(mixed), "the token's signature is wrong");
  std::string altered = other;
  altered[other.find('.') + 5] = altered[other.find('.') + 5] == 'A' ? 'B' : 'A';
  EXPECT_NE(check(altered).verdict, JwtVerdict::good);
  EXPECT_EQ(reason(Issuer::p256("e").token(es256_header, claims())), "the token's signature is wrong");
  EXPECT_EQ(reason(good.substr(0, good.rfind('.') + 1)), "the token's signature is wrong");
}

TEST_F(Jwt, TheKeySaysWhichAlgorithmAndNotTheToken) {
  const std::string unsigned_token = to_base64url(R"({"alg":"none","kid":"r"})") + "." + to_base64url(claims()) + ".";
  EXPECT_EQ(reason(unsigned_token), "the token is not signed with RS256 or ES256");
  const std::string secret = rsa().pem();
  for (const char* header : {R"({"alg":"HS256","kid":"r"})", R"({"alg":"hs256"})", R"({"alg":"RS512","kid":"r"})"})
    EXPECT_EQ(reason(hs256(secret, header, claims())), "the token is not signed with RS256 or ES256") << header;
  // Two names for the algorithm, of which two readers may take different ones.
  for (const char* header :
       {R"({"alg":"HS256","alg":"RS256","kid":"r"})", R"({"alg":"RS256","alg":"HS256","kid":"r"})"})
    EXPECT_NE(check(hs256(secret, header, claims())).verdict, JwtVerdict::good) << header;
  EXPECT_EQ(check(p256().token(R"({"alg":"ES256","kid":"r"})", claims())).verdict, JwtVerdict::unknown_key)
      << "a key is for one algorithm";
  EXPECT_EQ(reason(p256().token(R"({"alg":"ES256","kid":"e","crit":["b64"],"b64":false})", claims())),
            "the token asks for what is not understood here");
}

TEST_F(Jwt, TheTypeIsJwtWhereItIsNamed) {
  EXPECT_EQ(check(p256().token(R"({"alg":"ES256","kid":"e","typ":"jwt"})", claims())).verdict, JwtVerdict::good);
  for (const char* type : {R"("at+jwt")", R"("JOSE")", R"("")", "null", "7"})
    EXPECT_EQ(reason(p256().token(R"({"alg":"ES256","kid":"e","typ":)" + std::string(type) + "}", claims())),
              "the token is of another type than JWT")
        << type;
}

TEST_F(Jwt, AKeyIsFoundByItsNameOrAlone) {
  EXPECT_EQ(check(p256().token(R"({"alg":"ES256","kid":"new"})", claims())).verdict, JwtVerdict::unknown_key);
  EXPECT_EQ(check(p256().token(R"({"alg":"ES256"})", claims())).verdict, JwtVerdict::good);
  const auto twice = read_jwks(key_set({p256(), Issuer::p256("other")}));
  const std::string nameless = p256().token(R"({"alg":"ES256"})", claims());
  EXPECT_EQ(check_jwt(nameless, *twice, rules, at(issued)).verdict, JwtVerdict::unknown_key);
  EXPECT_EQ(check_jwt(nameless, {}, rules, at(issued)).verdict, JwtVerdict::unknown_key);
}

TEST_F(Jwt, WhatIsNoTokenIsNone) {
  const std::string head = to_base64url(es256_header), body = to_base64url(claims());
  const std::string cases[] = {"",
                               "..",
                               "a.b",
                               "a.b.c.d",
                               head + "." + body,
                               head + "." + body + ".=",
                               head + "=." + body + ".AA",
                               to_base64url("[]") + "." + body + ".AA",
                               to_base64url("{") + "." + body + ".AA",
                               head + "." + to_base64url("7") + ".AA",
                               head + "." + to_base64url(std::string(100, '[')) + ".AA",
                               std::string(9000, 'A') + "." + body + ".AA",
                               std::string("\0.\0.\0", 5)};
  for (const std::string& bad : cases) EXPECT_EQ(reason(bad), "this is no token") << bad.substr(0, 100);
}

TEST_F(Jwt, SetsAreReadAsFarAsTheyAreUnderstood) {
  EXPECT_EQ(keys().size(), 2u);
  for (const char* none : {"", "[]", "{}", R"({"keys":{}})", "{\"keys\":", "null"})
    EXPECT_FALSE(read_jwks(none)) << none;
  const std::string x = to_base64url(std::string(32, '\1'));
  const std::string skipped[] = {
      "7",
      "null",
      "[]",
      "{}",
      R"({"kty":"oct","k":"AAAA"})",
      R"({"kty":"OKP","crv":"Ed25519","x":")" + x + "\"}",
      R"({"kty":"EC","crv":"P-256","x":")" + x + R"(","y":")" + x + "\"}",  // no point of the curve
      R"({"kty":"EC","crv":"P-384","x":")" + x + R"(","y":")" + x + "\"}",
      R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})",
      R"({"kty":"RSA","n":"AQAB","e":"AQAB"})",
      R"({"kty":"RSA","n":")" + to_base64url(std::string(2048, '\xff')) + R"(","e":"AQAB"})",
      R"({"kty":"RSA","n":7,"e":"AQAB"})",
      Issuer::rsa("small", 1024).jwk()};
  for (const std::string& jwk : skipped) {
    const auto set = read_jwks(R"({"keys":[)" + jwk + "]}");
    ASSERT_TRUE(set) << jwk;
    EXPECT_TRUE(set->empty()) << jwk;
  }
  std::string encryption = rsa().jwk(), other = rsa().jwk();
  encryption.replace(encryption.find("\"sig\""), 5, "\"enc\"");
  other.replace(other.find("\"use\":\"sig\""), 11, "\"alg\":\"RS512\"");
  EXPECT_TRUE(read_jwks(R"({"keys":[)" + encryption + "," + other + "]}")->empty());
  std::string many = "{}";
  for (int i = 0; i < 100; i++) many += ",{}";
  EXPECT_FALSE(read_jwks(R"({"keys":[)" + many + "]}"));
  EXPECT_FALSE(read_jwks(std::string(300'000, ' ') + key_set({rsa()})));
}

TEST(Base64Url, HasOneFormForEachText) {
  for (std::size_t size = 0; size < 20; size++) {
    const std::string bytes(size, '\xfb');
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
  EXPECT_EQ(from_base64url("-_-_"), "\xfb\xff\xbf");
  for (const char* bad : {"A", "AAAAA", "AA==", "A+A/", "AB", "AAB", "A A", "ä"})
    EXPECT_FALSE(from_base64url(bad)) << bad;
}

}  // namespace
}  // namespace decima::http
