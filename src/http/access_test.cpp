#include "http/access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/issuer.hpp"

namespace decima::http {
namespace {

using support::Issuer;
using support::key_set;
using testing::HasSubstr;
namespace fs = std::filesystem;

Request with(std::vector<Field> fields) {
  Request request;
  request.fields = std::move(fields);
  return request;
}

TEST(Credential, ComesInOneOfTwoFields) {
  EXPECT_EQ(credential_of(with({{"Authorization", "Bearer abc"}})), "abc");
  EXPECT_EQ(credential_of(with({{"authorization", "bearer  abc "}})), "abc");
  EXPECT_EQ(credential_of(with({{"X-API-Key", "abc"}})), "abc");
  const std::vector<std::vector<Field>> none = {
      {},
      {{"Authorization", ""}},
      {{"Authorization", "Bearer"}},
      {{"Authorization", "Bearer "}},
      {{"Authorization", "Bearerabc"}},
      {{"Authorization", "Basic YTpi"}},
      {{"X-API-Key", ""}},
      {{"X-API-Key", "a"}, {"X-Api-Key", "b"}},
      {{"X-API-Key", "a"}, {"Authorization", "Bearer b"}},
      {{"Authorization", "Bearer a"}, {"Authorization", "Bearer b"}},
  };
  for (const auto& fields : none) EXPECT_EQ(credential_of(with(fields)), "");
}

class AccessTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "decima-access-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    settings_.required = true;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

  AccessSettings settings_;
  fs::path folder_;
  const Time now_{std::chrono::seconds(1'800'000'000)};
};

TEST_F(AccessTest, KeysAreReadAnewAndABadFileChangesNothing) {
  const auto first = ApiKeys::draw("first", Scope::read, ""), second = ApiKeys::draw("second", Scope::admin, "");
  settings_.api_keys_file = write("keys", first->line);
  Access access(settings_);
  ASSERT_TRUE(access.load());
  const Request by_first = with({{"X-API-Key", first->secret}}), by_second = with({{"X-API-Key", second->secret}});
  EXPECT_EQ(access.identify(by_first, now_)->name, "first");
  EXPECT_EQ(access.identify(by_second, now_).error().code, Code::unauthorized);

  write("keys", "nonsense");
  EXPECT_FALSE(access.load());
  EXPECT_TRUE(access.identify(by_first, now_));

  write("keys", second->line);
  ASSERT_TRUE(access.load());
  EXPECT_FALSE(access.identify(by_first, now_));
  EXPECT_EQ(access.identify(by_second, now_)->scope, Scope::admin);
}

TEST_F(AccessTest, TokensAndKeysGoSideBySide) {
  const auto key = ApiKeys::draw("key", Scope::read, "");
  const Issuer issuer = Issuer::p256("e");
  settings_.api_keys_file = write("keys", key->line);
  settings_.jwt_keys = write("jwks", key_set({issuer}));
  settings_.jwt_rules = {"i", "a"};
  Access access(settings_);
  ASSERT_TRUE(access.load());
  const std::string token = issuer.token(R"({"alg":"ES256","kid":"e"})",
                                         R"({"iss":"i","aud":"a","sub":"s","scope":"read","exp":1800000100})");
  for (int again = 0; again < 2; again++)
    EXPECT_EQ(access.identify(with({{"Authorization", "Bearer " + token}}), now_)->name, "s");
  EXPECT_EQ(access.identify(with({{"Authorization", "Bearer " + key->secret}}), now_)->name, "key");
  const auto expired = access.identify(with({{"Authorization", "Bearer " + token}}), now_ + std::chrono::hours(1));
  EXPECT_EQ(expired.error().code, Code::unauthorized);
  EXPECT_EQ(expired.error().detail, "the token has expired");
  const std::string stranger = issuer.token(R"({"alg":"ES256","kid":"?"})", "{}");
  EXPECT_EQ(access.identify(with({{"X-API-Key", stranger}}), now_).error().code, Code::unauthorized)
      << "a file has no newer keys to wait for";
}

TEST_F(AccessTest, AWithdrawnKeyEndsTheTokensThatItHadSigned) {
  const Issuer issuer = Issuer::p256("e");
  settings_.jwt_keys = write("jwks", key_set({issuer}));
  settings_.jwt_rules = {"i", "a"};
  Access access(settings_);
  ASSERT_TRUE(access.load());
  const std::string field = "Bearer " + issuer.token(R"({"alg":"ES256","kid":"e"})",
                                                     R"({"iss":"i","aud":"a","scope":"read","exp":1800000100})");
  const Request request = with({{"Authorization", field}});
  ASSERT_TRUE(access.identify(request, now_));
  write("jwks", key_set({Issuer::p256("new")}));
  ASSERT_TRUE(access.load());
  EXPECT_FALSE(access.identify(request, now_));
}

TEST_F(AccessTest, NoErrorShowsWhatWasPresented) {
  settings_.api_keys_file = write("keys", "");
  settings_.jwt_keys = write("jwks", key_set({Issuer::p256("e")}));
  Access access(settings_);
  ASSERT_TRUE(access.load());
  for (const std::string secret : {"decima_secretsecret", "c2VjcmV0.c2VjcmV0.c2VjcmV0"}) {
    const auto refused = access.identify(with({{"X-API-Key", secret}}), now_);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), testing::Not(HasSubstr(secret)));
  }
}

TEST_F(AccessTest, AFileWithoutUsableKeysStopsTheStart) {
  settings_.jwt_keys = write("jwks", R"({"keys":[]})");
  EXPECT_THAT(Access(settings_).load().error().detail, HasSubstr("has no key"));
  settings_.jwt_keys = (folder_ / "none").string();
  EXPECT_THAT(Access(settings_).load().error().detail, HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace decima::http
