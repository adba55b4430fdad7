#include "http/api_keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace decima::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* hash_of_a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

Time day(int days_since_1970) { return Time(std::chrono::hours(24 * days_since_1970)); }

TEST(ApiKeys, ANewKeyOpensWithItsSecretAlone) {
  const auto drawn = ApiKeys::draw("ci-bot", Scope::submit, "");
  ASSERT_TRUE(drawn);
  EXPECT_THAT(drawn->secret, StartsWith("decima_"));
  EXPECT_EQ(drawn->secret.size(), 7 + 64u);
  EXPECT_THAT(drawn->line, Not(HasSubstr(drawn->secret.substr(7))));
  const auto keys = ApiKeys::parse("# comment\n\n" + drawn->line + "\r\n");
  ASSERT_TRUE(keys);
  const auto caller = keys->find(drawn->secret, day(0));
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->name, "ci-bot");
  EXPECT_EQ(caller->scope, Scope::submit);
  std::string wrong = drawn->secret;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  for (const std::string& bad :
       {wrong, drawn->secret + " ", drawn->secret.substr(1), std::string(), std::string(1 << 20, 'x')})
    EXPECT_FALSE(keys->find(bad, day(0)));
}

TEST(ApiKeys, NoTwoAreAlike) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; i++) EXPECT_TRUE(seen.insert(ApiKeys::draw("a", Scope::read, "")->secret).second);
}

TEST(ApiKeys, AnExpiryIsTheDayFromWhichItNoLongerOpens) {
  const auto keys = ApiKeys::parse("a read " + std::string(hash_of_a) + " 1970-01-11");
  ASSERT_TRUE(keys);
  EXPECT_TRUE(keys->find("a", day(10) - Duration(1)));
  EXPECT_FALSE(keys->find("a", day(10)));
}

TEST(ApiKeys, ALineThatIsNoneIsNamedAndNotShown) {
  const std::string hash = hash_of_a;
  const std::string cases[] = {"a read",
                               "a read " + hash.substr(1),
                               "a write " + hash,
                               "a open " + hash,
                               "a read,submit " + hash,
                               "a read " + hash + " tomorrow",
                               "a read " + hash + " 2027-02-30",
                               "a read " + hash + " 2027-01-01 x",
                               "na/me read " + hash,
                               std::string(65, 'n') + " read " + hash,
                               "decima_this_is_a_secret"};
  for (const std::string& bad : cases) {
    const auto keys = ApiKeys::parse("\n" + bad + "\n");
    ASSERT_FALSE(keys) << bad;
    EXPECT_THAT(keys.error().detail, HasSubstr("line 2"));
    EXPECT_THAT(keys.error().detail, Not(HasSubstr(bad)));
  }
}

TEST(ApiKeys, ThereAreNotTooMany) {
  std::string text;
  for (std::size_t i = 0; i < ApiKeys::most; i++) text += "a read " + std::string(hash_of_a) + "\n";
  EXPECT_TRUE(ApiKeys::parse(text));
  EXPECT_FALSE(ApiKeys::parse(text + "a read " + hash_of_a));
}

TEST(ApiKeys, WhatCannotBeReadIsAnError) {
  EXPECT_EQ(ApiKeys::read("/nowhere/keys").error().code, Code::bad_setting);
  EXPECT_FALSE(ApiKeys::read("/")) << "a folder";
  EXPECT_TRUE(ApiKeys::read("/dev/null"));
}

TEST(ApiKeys, NamesAndDatesAreChecked) {
  for (const char* bad : {"", "with blank", "a/b", "new\nline", "ü"}) EXPECT_FALSE(ApiKeys::draw(bad, Scope::read, ""));
  EXPECT_FALSE(ApiKeys::draw("a", Scope::read, "2027-13-01"));
}

}  // namespace
}  // namespace decima::http
