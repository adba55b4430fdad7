#include "core/identity.hpp"

#include <gtest/gtest.h>

namespace decima::core {
namespace {

TEST(Identity, TakesTheGrammarAndNothingElse) {
  for (const char* good : {"factorial-0", "factorial-1000", "power-2-64", "a_1-0", "x-18446744073709551616"})
    EXPECT_TRUE(Identity::parse(good)) << good;
  for (const char* bad : {"", "-", "factorial", "factorial-", "factorial-007", "factorial-1-", "Factorial-1", "1x-2",
                          "_x-1", "factorial--1", "factorial- 1", "factorial-1e3", "factorial/1-1", "../x-1", "f-0x10"})
    EXPECT_FALSE(Identity::parse(bad)) << bad;
  EXPECT_FALSE(Identity::parse("x-" + std::string(300, '1'))) << "longer than any column";
}

TEST(Identity, IsTakenApartAsItWasPutTogether) {
  const Identity power = Identity::of("power", {2, 64});
  EXPECT_EQ(power.text(), "power-2-64");
  EXPECT_EQ(power.kind(), "power");
  EXPECT_EQ(power.arguments(), (std::vector<std::string_view>{"2", "64"}));
  EXPECT_EQ(*Identity::parse("power-2-64"), power);
}

TEST(Names, KeepTheSeedsForms) {
  const Names named = names(*Identity::parse("factorial-1000"));
  EXPECT_EQ(named.message, R"({"number":"1000"})");
  EXPECT_EQ(named.cache_key, "factorial:1000");
  EXPECT_EQ(named.blob_key, "factorials/1000.txt");
}

TEST(Names, OfDifferentJobsDiffer) {
  const Names one = names(*Identity::parse("power-2-64")), other = names(*Identity::parse("power-26-4"));
  EXPECT_NE(one.message, other.message);
  EXPECT_NE(one.cache_key, other.cache_key);
  EXPECT_NE(one.blob_key, other.blob_key);
}

TEST(Names, OfStagingNameTheAttempt) {
  EXPECT_EQ(staging_key(*Identity::parse("factorial-7"), 3), "staging/factorial-7/3");
}

TEST(Message, IsReadBackForEveryIdentity) {
  for (const char* text : {"factorial-1000", "power-2-64"}) {
    const Identity identity = *Identity::parse(text);
    EXPECT_EQ(*read_message(names(identity).message), identity);
  }
}

TEST(Message, OfAForeignProducerMayHoldANumber) {
  EXPECT_EQ(read_message(R"({"number": 10})")->text(), "factorial-10");
  EXPECT_EQ(read_message(R"({"number": "10", "more": [1]})")->text(), "factorial-10");
}

TEST(Message, ThatMakesNoSenseIsRefused) {
  for (const char* bad :
       {"", "10", "[]", "{}", R"({"number":-1})", R"({"number":1.5})", R"({"number":"007"})", R"({"number":["1"]})",
        R"({"job":7})", R"({"job":"../etc-1"})", "{\"number\":\"1\"", "\xff\xfe"})
    EXPECT_FALSE(read_message(bad)) << bad;
  EXPECT_FALSE(read_message(std::string(1 << 20, '[')));
}

TEST(Identity, IsCanonicalWhereAKindIsSymmetric) {
  const auto canonical = [](std::string_view text) { return Identity::parse(text)->canonical().text(); };
  EXPECT_EQ(canonical("binomial-10-7"), "binomial-10-3");
  for (const char* same : {"binomial-10-3", "binomial-3-10", "binomial-7", "factorial-7", "unheard_of-9-8",
                           "binomial-99999999999999999999-3"})
    EXPECT_EQ(canonical(same), same);
  EXPECT_EQ(read_message(R"({"job":"binomial-10-7"})")->text(), "binomial-10-3");
}

}  // namespace
}  // namespace decima::core
