// Tokens whose keys come from a URL: the shipped program, and an issuer who changes his keys, breaks or is away.
#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <set>

#include "serving.hpp"
#include "support/issuer.hpp"
#include "support/publisher.hpp"

namespace decima::end_to_end {
namespace {

using support::Issuer;
using support::key_set;
using testing::AllOf;
using testing::AnyOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Ne;
using testing::Not;

const char* const kinds = "/api/v1/kinds";
const char* const not_fetched = "http.jwt_keys_not_fetched";

struct Claims {
  std::string scope = "read", issuer = "https://issuer.test", audience = "decima";
  std::chrono::seconds expires_in{3600};

  /// Never twice the same, so that no token is let in because it was seen before.
  std::string text() const {
    static int number = 0;
    const auto expiry = std::chrono::system_clock::now() + expires_in;
    return R"({"iss":")" + issuer + R"(","aud":")" + audience + R"(","sub":"someone","scope":")" + scope +
           R"(","jti":")" + std::to_string(++number) + R"(","exp":)" +
           std::to_string(std::chrono::duration_cast<std::chrono::seconds>(expiry.time_since_epoch()).count()) + "}";
  }
};

std::string token_of(const Issuer& issuer, const Claims& claims = {}) {
  return issuer.token(issuer.header(), claims.text());
}

enum class Issuing { answers, slow, away };

/// An issuer with one key of each kind, before the server that asks for them.
struct WithIssuer {
  explicit WithIssuer(Issuing issuing) {
    publisher_.publish(key_set({rsa_, p256_}));
    if (issuing == Issuing::slow) publisher_.hold();
    if (issuing == Issuing::away) publisher_.go_down();
  }
  program::Arguments flags(const program::Arguments& more) const {
    program::Arguments all{"--jwt-keys",          publisher_.url(), "--jwt-issuer",
                           "https://issuer.test", "--jwt-audience", "decima"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  const Issuer rsa_ = Issuer::rsa("r"), p256_ = Issuer::p256("e"), next_ = Issuer::p256("next");
  support::Publisher publisher_;
};

class TokensByUrl : public WithIssuer, public ServingTest {
 protected:
  explicit TokensByUrl(Issuing issuing, const program::Arguments& more = {})
      : WithIssuer(issuing), ServingTest(WithIssuer::flags(more)) {}

  Reply ask_with(const std::string& token, const std::string& method = "GET", const std::string& target = kinds,
                 const std::string& body = "") const {
    return ask(address(), {method, target, body, {{"Authorization", "Bearer " + token}}});
  }
  bool opens(const Issuer& issuer) const { return ask_with(token_of(issuer)).status == 200; }
  /// Once the server has done with asking for keys: until then it does not say no.
  bool refuses(const Issuer& issuer) const {
    Reply reply;
    return eventually([&] { return (reply = ask_with(token_of(issuer))).status != 503; }) && reply.status == 401 &&
           reply.body.find("the token's key is not known here") != std::string::npos;
  }
  int failures() {
    int count = 0;
    const std::string text = log();
    for (std::size_t at = 0; (at = text.find(not_fetched, at)) != std::string::npos; at++) count++;
    return count;
  }
  /// Has the server ask for its keys, and waits until it says that it got none.
  void fail_to_fetch() {
    const int before = failures();
    server_.process().signal(SIGHUP);
    ASSERT_TRUE(eventually([&] { return failures() > before; })) << log();
  }
};

class KeysByUrl : public TokensByUrl {
 protected:
  KeysByUrl() : TokensByUrl(Issuing::answers) {}
  void SetUp() override {
    ASSERT_TRUE(eventually([this] { return opens(p256_); }));
  }
};

TEST_F(KeysByUrl, OpenAsFarAsTheScopeOfTheToken) {
  const std::string job = R"({"kind":"factorial","arguments":{"n":5}})";
  for (const Issuer& issuer : {rsa_, p256_}) {
    const std::string reader = token_of(issuer), submitter = token_of(issuer, {"openid submit"}),
                      admin = token_of(issuer, {"admin"});
    EXPECT_EQ(ask_with(reader).status, 200);
    const Reply refused = ask_with(reader, "POST", "/api/v1/jobs", job);
    EXPECT_EQ(refused.status, 403);
    EXPECT_THAT(refused.field("WWW-Authenticate"), EndsWith(R"(error="insufficient_scope", scope="submit")"));
    EXPECT_EQ(ask_with(submitter, "POST", "/api/v1/jobs", job).status / 100, 2);
    EXPECT_EQ(ask_with(submitter, "DELETE", "/api/v1/jobs/factorial-5").status, 403);
    EXPECT_THAT(ask_with(admin, "DELETE", "/api/v1/jobs/factorial-5").status, AllOf(Ne(401), Ne(403)));
    EXPECT_EQ(ask_with(token_of(issuer, {"profile"})).status, 403);
    EXPECT_THAT(log(), Not(HasSubstr(admin)));
  }
  EXPECT_TRUE(eventually([this] { return log().find(R"("caller":"someone")") != std::string::npos; }));
  EXPECT_EQ(get(kinds).status, 401);
}

// Takes the 30 s that lie between two times of asking for keys: what is shipped is what is tested.
TEST_F(KeysByUrl, ThatATokenNamesAreAskedForWhenTheyAreNotKnown) {
  EXPECT_TRUE(refuses(next_));
  publisher_.publish(key_set({next_}));
  std::set<int> answers;
  EXPECT_TRUE(eventually([&] {
    const Reply reply = ask_with(token_of(next_));
    EXPECT_EQ(reply.status == 503, !reply.field("Retry-After").empty());
    answers.insert(reply.status);
    return reply.status == 200;
  }));
  for (const int answer : answers) EXPECT_THAT(answer, AnyOf(200, 401, 503));
  EXPECT_LE(publisher_.asked(), 3) << "asking is bounded, whatever tokens say";
  EXPECT_TRUE(refuses(rsa_)) << "its key was withdrawn";
}

TEST_F(KeysByUrl, AreAskedForAtOnceOnHangup) {
  const std::string withdrawn = token_of(p256_);
  EXPECT_EQ(ask_with(withdrawn).status, 200);
  publisher_.publish(key_set({next_}));
  server_.process().signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return ask_with(withdrawn).status == 401; })) << "also what was let in before";
  EXPECT_TRUE(opens(next_));
  EXPECT_EQ(publisher_.asked(), 2);
}

TEST_F(KeysByUrl, StayWhileTheIssuerIsAway) {
  publisher_.go_down();
  ASSERT_NO_FATAL_FAILURE(fail_to_fetch());
  EXPECT_THAT(log(), HasSubstr(publisher_.url()));
  EXPECT_TRUE(opens(rsa_));
  EXPECT_TRUE(opens(p256_));
  EXPECT_TRUE(refuses(next_));
  publisher_.publish(key_set({next_}));
  publisher_.come_back();
  server_.process().signal(SIGHUP);
  EXPECT_TRUE(eventually([this] { return opens(next_); }));
}

TEST_F(KeysByUrl, StayWhenWhatComesIsNoSet) {
  const std::string set = key_set({next_});
  const struct {
    const char* why;
    std::string body;
    const char* status = "200 OK";
  } cases[] = {{"no JSON Web Key Set", "<html>"},
               {"no JSON Web Key Set", ""},
               {"no JSON Web Key Set", "{}"},
               {"no JSON Web Key Set", set.substr(0, set.size() - 1)},
               {"answered 500", set, "500 Internal Server Error"},
               {"answered 302", set, "302 Found"},
               {"more than 256 KiB", std::string(1 << 20, ' ') + set}};
  for (const auto& [why, body, status] : cases) {
    publisher_.publish(body, status);
    ASSERT_NO_FATAL_FAILURE(fail_to_fetch());
    const std::string text = log();
    EXPECT_THAT(text.substr(text.rfind(not_fetched)), HasSubstr(why));
    EXPECT_TRUE(opens(rsa_)) << why;
    EXPECT_TRUE(opens(p256_)) << why;
    EXPECT_TRUE(refuses(next_)) << why;
  }
}

TEST_F(KeysByUrl, AreAllWithdrawnByASetWithoutAnyAndThatIsSaid) {
  errors_expected_ = true;
  for (const char* set : {R"({"keys":[]})", R"({"keys":[{"kty":"oct","k":"AAAA"}]})"}) {
    const std::size_t before = log().size();
    publisher_.publish(set);
    server_.process().signal(SIGHUP);
    EXPECT_TRUE(eventually([&] { return ask_with(token_of(rsa_)).status == 401; })) << set;
    EXPECT_TRUE(refuses(p256_));
    EXPECT_THAT(log().substr(before), AllOf(HasSubstr("http.jwt_keys_withdrawn"), HasSubstr(publisher_.url()))) << set;
    publisher_.publish(key_set({rsa_, p256_}));
    server_.process().signal(SIGHUP);
    EXPECT_TRUE(eventually([&] { return opens(rsa_); }));
  }
}

TEST_F(KeysByUrl, OpenToNothingButWhatTheySigned) {
  const std::string header = p256_.header(), good = token_of(p256_), other = token_of(p256_, {"admin"});
  const std::string none =
      support::to_base64url(R"({"alg":"none","kid":"r"})") + "." + support::to_base64url(Claims{"admin"}.text()) + ".";
  const struct {
    const char* why;
    std::string token;
  } cases[] = {{"the token is for another audience", token_of(p256_, {"read", "https://issuer.test", "another"})},
               {"the token has another issuer", token_of(rsa_, {"read", "https://other.test"})},
               {"the token has expired", token_of(rsa_, {.expires_in = std::chrono::seconds(-31)})},
               {"the token does not say when it expires",
                p256_.token(header, R"({"iss":"https://issuer.test","aud":"decima","scope":"admin"})")},
               {"the token is not signed with RS256 or ES256", none},
               {"the token is not signed with RS256 or ES256",
                support::hs256(rsa_.pem(), R"({"alg":"HS256","kid":"r"})", Claims{"admin"}.text())},
               {"the token is not signed with RS256 or ES256",
                support::hs256(rsa_.pem(), R"({"alg":"HS256"})", Claims{"admin"}.text())},
               {"the token's signature is wrong", support::hs256(rsa_.pem(), rsa_.header(), Claims{"admin"}.text())},
               {"the token's signature is wrong", token_of(Issuer::p256("e"))},
               {"the token's signature is wrong", other.substr(0, other.rfind('.')) + good.substr(good.rfind('.'))}};
  for (const auto& [why, token] : cases) {
    const Reply refused = ask_with(token);
    EXPECT_EQ(refused.status, 401) << why;
    EXPECT_THAT(refused.body, HasSubstr(why));
    EXPECT_EQ(refused.field("WWW-Authenticate"), R"(Bearer realm="decima", error="invalid_token")");
    EXPECT_THAT(refused.body, Not(HasSubstr(token)));
  }
  EXPECT_TRUE(opens(p256_));
  for (const auto& [why, token] : cases) EXPECT_THAT(log(), Not(HasSubstr(token))) << why;
  EXPECT_EQ(publisher_.asked(), 1);
}

class KeysOnTheirWay : public TokensByUrl {
 protected:
  KeysOnTheirWay() : TokensByUrl(Issuing::slow) {}
};

TEST_F(KeysOnTheirWay, AreWorthTryingAgain) {
  const Reply busy = ask_with(token_of(p256_));
  EXPECT_EQ(busy.status, 503);
  EXPECT_NE(busy.field("Retry-After"), "");
  EXPECT_EQ(ask_with("a.b.c").status, 401) << "no key would help this one";
  publisher_.release();
  EXPECT_TRUE(eventually([this] { return opens(p256_); }));
}

class KeysOfNobody : public TokensByUrl {
 protected:
  KeysOfNobody() : TokensByUrl(Issuing::away) {}
};

TEST_F(KeysOfNobody, AreNoReasonToRefuseTokensForGood) {
  ASSERT_TRUE(eventually([this] { return failures() > 0; }));
  const Reply busy = ask_with(token_of(p256_));
  EXPECT_EQ(busy.status, 503) << "it may well be good";
  EXPECT_NE(busy.field("Retry-After"), "");
  publisher_.come_back();
  server_.process().signal(SIGHUP);
  EXPECT_TRUE(eventually([this] { return opens(p256_); }));
}

class KeysAndRates : public TokensByUrl {
 protected:
  KeysAndRates() : TokensByUrl(Issuing::answers, {"--rate-limit-writes", "5/1h", "--trusted-proxies", "127.0.0.1"}) {}
  Reply post_as(const std::string& client, const std::string& token) const {
    return ask(
        address(),
        {"POST", "/factorial", R"({"number":3})", {{"Authorization", "Bearer " + token}, {"X-Forwarded-For", client}}});
  }
};

TEST_F(KeysAndRates, SlowWhoeverTriesManyTokens) {
  ASSERT_TRUE(eventually([this] { return opens(p256_); }));
  const std::string good = token_of(p256_, {"submit"});
  for (int i = 0; i < 5; i++) EXPECT_EQ(post_as("192.0.2.1", token_of(Issuer::p256("e"), {"submit"})).status, 401);
  for (const std::string& token : {token_of(Issuer::p256("e"), {"submit"}), good}) {
    const Reply slowed = post_as("192.0.2.1", token);
    ASSERT_EQ(slowed.status, 429);
    EXPECT_NEAR(std::stoi(slowed.field("Retry-After")), 720, 30);
    EXPECT_EQ(slowed.field("RateLimit-Remaining"), "0");
  }
  EXPECT_EQ(post_as("192.0.2.2", good).status, 202) << "another client";
}

}  // namespace
}  // namespace decima::end_to_end
