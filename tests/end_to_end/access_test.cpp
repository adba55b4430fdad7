// Who may ask, how often, and from where.
#include <gmock/gmock.h>
#include <signal.h>

#include <memory>
#include <optional>

#include "serving.hpp"

namespace decima::end_to_end {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using Fields = std::vector<std::pair<std::string, std::string>>;

/// Makes a key as its owner would; the secret.
std::string new_key(const std::string& file, const std::string& name, const std::string& scopes) {
  const auto made = program::run({"key", "new", name, "--scopes", scopes, "--api-keys-file", file});
  EXPECT_EQ(made.status, 0) << made.err;
  return made.out.substr(0, made.out.find('\n'));
}

/// Before the server is made there have to be keys.
struct WithKeys {
  WithKeys()
      : reader(new_key(file, "reader", "read")),
        submitter(new_key(file, "submitter", "read,submit")),
        admin(new_key(file, "boss", "admin")) {}
  program::Arguments flags() const { return {"--api-keys-file", file}; }

  program::Folder files;
  const std::string file = files / "keys";
  const std::string reader, submitter, admin;
};

class Keys : public WithKeys, public ServingTest {
 protected:
  Keys() : ServingTest(WithKeys::flags()) {}

  Reply ask_as(const std::string& key, const std::string& method, const std::string& target,
               const std::string& body = "") const {
    return ask(address(), {method, target, body, {{"Authorization", "Bearer " + key}}});
  }
};

TEST_F(Keys, AreAskedForInTheRoutesOwnForm) {
  const Reply problem = get("/api/v1/jobs/factorial-5");
  EXPECT_EQ(problem.status, 401);
  EXPECT_EQ(problem.field("Content-Type"), "application/problem+json");
  EXPECT_EQ(problem.field("WWW-Authenticate"), "Bearer realm=\"decima\"");
  const Reply envelope = post("/api/v1/factorial", R"({"number":"5"})");
  EXPECT_EQ(envelope.status, 401);
  EXPECT_EQ(envelope.json().as_object().at("code").as_int64(), 401);
  for (const char* open : {"/", "/health", "/ready"}) EXPECT_EQ(get(open).status, 200) << open;
  EXPECT_EQ(get("/metrics").status, 401);
  EXPECT_EQ(get("/nowhere").status, 404);
}

TEST_F(Keys, OpenAsFarAsTheirScope) {
  const std::string job = R"({"kind":"factorial","arguments":{"n":5}})";
  EXPECT_EQ(ask_as(reader, "POST", "/api/v1/jobs", job).status, 403);
  const Reply refused = ask_as(reader, "POST", "/api/v1/factorial", R"({"number":"5"})");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.field("WWW-Authenticate"), EndsWith(R"(error="insufficient_scope", scope="submit")"));
  EXPECT_EQ(refused.json().as_object().at("code").as_int64(), 403);
  EXPECT_EQ(ask_as(submitter, "POST", "/api/v1/jobs", job).status, 202);
  EXPECT_EQ(ask_as(reader, "GET", "/api/v1/jobs/factorial-5").status, 200);
  EXPECT_EQ(ask_as(submitter, "GET", "/api/v1/jobs/factorial-5").status, 200);
  EXPECT_EQ(ask_as(submitter, "DELETE", "/api/v1/jobs/factorial-5").status, 403) << "others may have asked for it too";
  EXPECT_NE(ask_as(admin, "DELETE", "/api/v1/jobs/factorial-5").status, 403);
  EXPECT_EQ(ask(address(), {"GET", "/api/v1/jobs/factorial-5", "", {{"X-API-Key", reader}}}).status, 200);
  EXPECT_EQ(
      ask(address(), {"GET", "/api/v1/jobs/factorial-5", "", {{"X-API-Key", reader}, {"X-API-Key", reader}}}).status,
      401);
  EXPECT_EQ(ask_as(reader, "HEAD", "/metrics").status, 200);
}

TEST_F(Keys, KeepResultsOutOfCachesThatAskForNone) {
  const auto fields = [&](const std::string& key) { return Fields{{"Authorization", "Bearer " + key}}; };
  Fields patient = fields(submitter);
  patient.emplace_back("Prefer", "wait=30");
  ask(address(), {"POST", "/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":5}})", patient});
  const Reply digits = ask(address(), {"GET", "/api/v1/jobs/factorial-5/digits", "", fields(reader)});
  EXPECT_EQ(digits.body, "120");
  EXPECT_THAT(digits.field("Cache-Control"), StartsWith("private, "));
}

TEST_F(Keys, AreNeverShown) {
  const std::string wrong = "decima_0123456789abcdef";
  const Reply refused = ask_as(wrong, "GET", "/api/v1/kinds");
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.field("WWW-Authenticate"), HasSubstr("invalid_token"));
  EXPECT_THAT(refused.body, Not(HasSubstr(wrong)));
  const std::string metrics = ask_as(reader, "GET", "/metrics").body;
  ask_as(reader, "GET", "/api/v1/kinds");
  ASSERT_TRUE(eventually([this] { return log().find(R"("caller":"reader")") != std::string::npos; }));
  for (const std::string& secret : {reader, wrong}) {
    EXPECT_THAT(log(), Not(HasSubstr(secret)));
    EXPECT_THAT(metrics, Not(HasSubstr(secret)));
  }
  EXPECT_THAT(program::read_file(file), Not(HasSubstr(reader)));
}

TEST_F(Keys, ComeAndGoWithoutARestart) {
  const std::string late = new_key(file, "late", "read");
  EXPECT_EQ(ask_as(late, "GET", "/api/v1/kinds").status, 401);
  server_.process().signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return ask_as(late, "GET", "/api/v1/kinds").status == 200; }));
  program::write_file(file, "");
  server_.process().signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return ask_as(late, "GET", "/api/v1/kinds").status == 401; }));
}

TEST_F(Keys, AFileThatCannotBeReadLeavesTheOldOnes) {
  errors_expected_ = true;
  program::write_file(file, "nonsense");
  server_.process().signal(SIGHUP);
  ASSERT_TRUE(eventually([this] { return log().find("serve.reload_failed") != std::string::npos; }));
  EXPECT_EQ(ask_as(reader, "GET", "/api/v1/kinds").status, 200);
}

/// A key whose private half nobody has any more, and what it had signed: for someone with the scope submit, until 2100
/// and until 2020.
constexpr const char* key_set =
    R"({"keys":[{"kty":"EC","crv":"P-256","kid":"e","x":"URq125MXbZ2b9_q4UKWRxloBP910TeTWafO_fKjtP9s",)"
    R"("y":"cMMsDsBESt9K0GCM1_qyDEfG5sH9jqXOBwCz97T8xI0"}]})";
constexpr const char* good_token =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImUifQ."
    "eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXVkIjoiZGVjaW1hIiwic3ViIjoic29tZW9uZSIsInNjb3BlIjoic3VibWl0IiwiZXhwIjo0"
    "MTAyNDQ0ODAwfQ.uLjmu_-E0M_u3sydDEmNe-KAsFuuagDiAWNxZM7fizu5x0OJ9BEwDJ0MHFpNwRnLOwg9NPIF97kZOADaphswbA";
constexpr const char* old_token =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImUifQ."
    "eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0IiwiYXVkIjoiZGVjaW1hIiwic3ViIjoic29tZW9uZSIsInNjb3BlIjoic3VibWl0IiwiZXhwIjox"
    "NjAwMDAwMDAwfQ.e2HVUzgS0BMrFGAhxUDdgf5-9z0m5CgSzRQ-XlMJ09ISX30SwVrdSiP9j6PrgN7ei87x2VV9t1SefBeE2C7umw";

struct WithKeySet {
  WithKeySet() { program::write_file(files / "jwks", key_set); }
  program::Arguments flags() const {
    return {"--jwt-keys", files / "jwks", "--jwt-issuer", "https://issuer.test", "--jwt-audience", "decima"};
  }
  program::Folder files;
};

class Tokens : public WithKeySet, public ServingTest {
 protected:
  Tokens() : ServingTest(WithKeySet::flags()) {}
  Reply ask_with(const std::string& token, const std::string& method, const std::string& target,
                 const std::string& body = "") const {
    return ask(address(), {method, target, body, {{"Authorization", "Bearer " + token}}});
  }
};

TEST_F(Tokens, OpenAsFarAsTheirScope) {
  EXPECT_EQ(ask_with(good_token, "GET", "/api/v1/kinds").status, 200);
  EXPECT_EQ(ask_with(good_token, "POST", "/factorial", R"({"number":3})").status, 202);
  EXPECT_EQ(ask_with(good_token, "DELETE", "/api/v1/jobs/factorial-3").status, 403);
  ASSERT_TRUE(eventually([this] { return log().find(R"("caller":"someone")") != std::string::npos; }));
  EXPECT_THAT(log(), Not(HasSubstr(good_token)));
}

TEST_F(Tokens, ThatAreOldOrAlteredDoNot) {
  const Reply old = ask_with(old_token, "GET", "/api/v1/kinds");
  EXPECT_EQ(old.status, 401);
  EXPECT_THAT(old.body, HasSubstr("the token has expired"));
  std::string altered = good_token;
  altered.replace(0, altered.find('.'), "eyJhbGciOiJub25lIn0");  // {"alg":"none"}
  EXPECT_EQ(ask_with(altered, "GET", "/api/v1/kinds").status, 401);
  EXPECT_EQ(ask_with(altered.substr(0, altered.rfind('.') + 1), "GET", "/api/v1/kinds").status, 401);
  EXPECT_EQ(ask_with("decima_0123", "GET", "/api/v1/kinds").status, 401);
}

TEST(KeyCommand, KeepsNamesApartAndListsThem) {
  const program::Folder folder;
  const std::string file = folder / "keys";
  EXPECT_THAT(new_key(file, "one", "read"), StartsWith("decima_"));
  const auto twice = program::run({"key", "new", "one", "--api-keys-file", file});
  EXPECT_NE(twice.status, 0);
  EXPECT_THAT(twice.err, HasSubstr("already"));
  EXPECT_EQ(program::run({"key", "new", "two", "--expires", "2030-01-31", "--api-keys-file", file}).status, 0);
  const auto list = program::run({"key", "list", "--api-keys-file", file});
  EXPECT_THAT(list.out, HasSubstr("one"));
  EXPECT_THAT(list.out, HasSubstr("2030-01-31T00:00:00"));
  EXPECT_NE(program::run({"key", "new", "bad name", "--api-keys-file", file}).status, 0);
  EXPECT_NE(program::run({"key", "new", "three", "--scopes", "everything", "--api-keys-file", file}).status, 0);
  EXPECT_EQ(program::run({"key", "new", "three"}).status, 78);
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(OpenServer, NeedsKeysOrTheWordThatItIsMeant) {
  const program::Folder folder;
  const auto refused = program::run({"serve", "--listen", "0.0.0.0:0", "--data", folder / "data"});
  EXPECT_EQ(refused.status, 78);
  EXPECT_THAT(refused.err, HasSubstr("DECIMA_AUTH=off"));
  program::Server open(folder / "data", {"--listen", "0.0.0.0:0", "--auth", "off"});
  const std::string here = "127.0.0.1" + open.address().substr(open.address().rfind(':'));
  const Reply served = get(here, "/api/v1/kinds");
  EXPECT_EQ(served.status, 200);
  EXPECT_EQ(served.field("RateLimit-Limit"), "6000") << "limits are on where others can reach it";
}

class Rates : public ServingTest {
 protected:
  Rates()
      : ServingTest({"--rate-limit-writes", "3/1h", "--rate-limit-reads", "5/1h", "--trusted-proxies", "127.0.0.1",
                     "--http-max-connections-per-client", "2"}) {}

  Reply ask_from(const std::string& client, const std::string& method, const std::string& target,
                 const std::string& body = "") const {
    return ask(address(), {method, target, body, {{"X-Forwarded-For", client}}});
  }
};

TEST_F(Rates, ReadsAndWritesHaveEachTheirOwn) {
  for (int i = 4; i >= 0; i--) {
    const Reply read = ask_from("192.0.2.1", "GET", "/api/v1/kinds");
    EXPECT_EQ(read.status, 200);
    EXPECT_EQ(read.field("RateLimit-Limit"), "5");
    EXPECT_EQ(read.field("RateLimit-Policy"), "5;w=3600");
    EXPECT_EQ(read.field("RateLimit-Remaining"), std::to_string(i));
  }
  const Reply refused = ask_from("192.0.2.1", "GET", "/api/v1/factorial/3");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.field("RateLimit-Remaining"), "0");
  EXPECT_EQ(refused.json().as_object().at("code").as_int64(), 429) << "in the route's own form";
  EXPECT_NEAR(std::stoi(refused.field("Retry-After")), 720, 5);
  EXPECT_EQ(ask_from("192.0.2.1", "GET", "/nowhere").status, 429);
  EXPECT_EQ(ask_from("192.0.2.2", "GET", "/api/v1/kinds").status, 200) << "another client";
  EXPECT_EQ(ask_from("192.0.2.1", "POST", "/factorial", R"({"number":3})").status, 202) << "writes are counted apart";
  for (const char* exempt : {"/health", "/ready", "/metrics"}) {
    const Reply reply = ask_from("192.0.2.1", "GET", exempt);
    EXPECT_EQ(reply.status, 200) << exempt;
    EXPECT_EQ(reply.field("RateLimit-Limit"), "") << exempt;
  }
}

TEST_F(Rates, ABatchCountsAsManyAsItHasJobs) {
  const std::string job = R"({"kind":"factorial","arguments":{"n":5}})";
  const Reply batch =
      ask_from("192.0.2.1", "POST", "/api/v1/jobs", "[" + job + "," + job + "," + job + "," + job + "]");
  EXPECT_EQ(batch.status, 200) << "larger than the bucket, and yet possible";
  EXPECT_EQ(batch.field("RateLimit-Remaining"), "0");
  const Reply next = ask_from("192.0.2.1", "POST", "/api/v1/jobs", job);
  EXPECT_EQ(next.status, 429);
  EXPECT_NEAR(std::stoi(next.field("Retry-After")), 2400, 5) << "its debt has to be paid first";
}

TEST_F(Rates, WhatAClientSaysOfItselfDoesNotCount) {
  for (int i = 0; i < 3; i++)
    EXPECT_EQ(
        ask_from("10.9.9." + std::to_string(i) + ", 192.0.2.1", "POST", "/factorial", R"({"number":3})").status / 100,
        2);
  EXPECT_EQ(ask_from("10.9.9.9, 192.0.2.1", "POST", "/factorial", R"({"number":3})").status, 429);
  ASSERT_TRUE(eventually([this] { return log().find(R"("client":"192.0.2.1")") != std::string::npos; }));
  EXPECT_THAT(log(), Not(HasSubstr("10.9.9")));
}

TEST_F(Rates, ATrustedProxyMayHaveAnyNumberOfConnections) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 8; i++) clients.push_back(std::make_unique<Client>(address()));
  EXPECT_EQ(get("/health").status, 200);
}

class FewConnections : public ServingTest {
 protected:
  FewConnections() : ServingTest({"--http-max-connections-per-client", "3"}) {}
};

TEST_F(FewConnections, OneTooManyOfAClientIsTurnedAway) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 3; i++) clients.push_back(std::make_unique<Client>(address()));
  Client extra(address());
  EXPECT_EQ(extra.receive().status, 503);
  clients.clear();
  EXPECT_TRUE(eventually([this] { return get("/health").status == 200; }));
}

class Pages : public ServingTest {
 protected:
  Pages() : ServingTest({"--cors-origins", "https://app.test"}) {}
  Reply ask_from(const std::string& origin, const std::string& method, const std::string& target, Fields more = {},
                 const std::string& body = "") const {
    more.emplace_back("Origin", origin);
    return ask(address(), {method, target, body, more});
  }
};

TEST_F(Pages, OfAllowedOriginsMayReadAndWrite) {
  const Reply read = ask_from("https://app.test", "GET", "/api/v1/kinds");
  EXPECT_EQ(read.field("Access-Control-Allow-Origin"), "https://app.test");
  EXPECT_THAT(read.field("Access-Control-Expose-Headers"), HasSubstr("ETag"));
  EXPECT_EQ(read.field("Vary"), "Origin");
  EXPECT_EQ(get("/api/v1/kinds").field("Vary"), "Origin") << "also for those who name none";
  EXPECT_EQ(ask_from("https://app.test", "GET", "/nowhere").field("Access-Control-Allow-Origin"), "https://app.test")
      << "errors too";
  EXPECT_EQ(ask_from("https://app.test", "POST", "/factorial", {}, R"({"number":3})").status, 202);
}

TEST_F(Pages, OfOthersMayNot) {
  EXPECT_EQ(ask_from("https://evil.test", "GET", "/api/v1/kinds").field("Access-Control-Allow-Origin"), "");
  EXPECT_EQ(
      ask_from("https://evil.test", "POST", "/factorial", {{"Content-Type", "text/plain"}}, R"({"number":3})").status,
      403);
  EXPECT_EQ(jobs(), 0);
  EXPECT_EQ(ask_from("http://localhost", "POST", "/factorial", {}, R"({"number":3})").status, 202)
      << "a page of this server's own, by its Host";
}

TEST_F(Pages, OfOthersGetNoWebSocket) {
  const Fields upgrade{{"Connection", "Upgrade"}, {"Upgrade", "websocket"}};
  EXPECT_EQ(ask_from("https://evil.test", "GET", "/api/v1/jobs/factorial-5/events", upgrade).status, 403);
}

TEST_F(Pages, AskForLeaveAndAreToldTheMethods) {
  const Fields wish{{"Access-Control-Request-Method", "DELETE"}};
  const Reply leave = ask_from("https://app.test", "OPTIONS", "/api/v1/jobs/factorial-5", wish);
  EXPECT_EQ(leave.status, 204);
  EXPECT_THAT(leave.field("Access-Control-Allow-Methods"), HasSubstr("DELETE"));
  EXPECT_THAT(leave.field("Access-Control-Allow-Headers"), HasSubstr("Authorization"));
  EXPECT_EQ(leave.field("Access-Control-Allow-Origin"), "https://app.test");
  const Reply none = ask_from("https://evil.test", "OPTIONS", "/api/v1/jobs/factorial-5", wish);
  EXPECT_EQ(none.status, 204);
  EXPECT_EQ(none.field("Access-Control-Allow-Methods"), "");
  EXPECT_THAT(none.field("Allow"), HasSubstr("DELETE")) << "a plain OPTIONS is answered as ever";
}

/// A request by the script of a page that was loaded from this host, as a browser sends it to where the name points
/// now.
Reply ask_by_page_of(const std::string& host, const std::string& address, const std::string& method,
                     const std::string& target) {
  Client client(address);
  std::string text = method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n";
  if (method != "GET") text += "Origin: http://" + host + "\r\nContent-Length: 0\r\n";
  client.send(text + "\r\n");
  return client.receive();
}

TEST(NamesThatPointHere, AreNoReasonToLetAPageWrite) {
  const program::Folder folder;
  const program::Server server(folder / "data");
  const auto status = [&](const std::string& host, const std::string& method) {
    return ask_by_page_of(host, server.address(), method, "/api/v1/jobs/factorial-7").status;
  };
  EXPECT_EQ(status("evil.test:8080", "DELETE"), 403);
  EXPECT_EQ(status("evil.test:8080", "GET"), 404) << "as through a proxy that passes the name on";
  for (const char* own : {"localhost:8080", "127.0.0.1:8080", "[::1]:8080"})
    EXPECT_EQ(status(own, "DELETE"), 404) << own;
}

TEST(NamesThatPointHere, AreThoseThatTheServerWasGiven) {
  const program::Folder folder;
  const program::Server server(folder / "data", {"--host-names", "decima.test,other.test"});
  const auto asked = [&](const std::string& host, const std::string& method) {
    return ask_by_page_of(host, server.address(), method, "/api/v1/factorial/7");
  };
  EXPECT_EQ(asked("decima.test", "GET").status, 404);
  EXPECT_EQ(asked("Other.test:80", "GET").status, 404);
  EXPECT_EQ(asked("decima.test", "DELETE").status, 405) << "a page of its own";
  EXPECT_EQ(asked("127.0.0.1", "GET").status, 404);
  const Reply refused = asked("evil.test", "GET");
  EXPECT_EQ(refused.status, 421);
  EXPECT_THAT(refused.body, HasSubstr("host_names")) << "in the route's form";
  EXPECT_EQ(refused.json().at("status").as_string(), "fail");
}

TEST(NamesThatPointHere, DoNotMatterWhereCredentialsAreNeeded) {
  const program::Folder folder;
  ASSERT_EQ(program::run({"key", "new", "mine", "--api-keys-file", folder / "keys"}).status, 0);
  const program::Server server(folder / "data", {"--api-keys-file", folder / "keys"});
  EXPECT_EQ(ask_by_page_of("decima.test", server.address(), "DELETE", "/api/v1/jobs/factorial-7").status, 401);
}

TEST(NamesThatPointHere, AreNames) {
  const program::Folder folder;
  const auto refused = program::run({"serve", "--data", folder / "data", "--host-names", "https://decima.test"});
  EXPECT_EQ(refused.status, 78);
  EXPECT_THAT(refused.err, HasSubstr("DECIMA_HOST_NAMES"));
}

}  // namespace
}  // namespace decima::end_to_end
