#include "core/request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "kinds/registry.hpp"

namespace decima::core {
namespace {

constexpr Budgets generous{4ull << 30, 10ull << 30, 1};

Result<Request> factorial_of(std::string_view n, const Budgets& budgets = generous) {
  const std::string_view arguments[] = {n};
  return make_request("factorial", arguments, budgets);
}

TEST(Request, KnowsKindArgumentsIdentityAndCost) {
  const auto request = factorial_of("1000");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->kind, kinds::find("factorial"));
  EXPECT_EQ(request->arguments, std::vector<std::uint64_t>{1000});
  EXPECT_EQ(request->identity.text(), "factorial-1000");
  EXPECT_EQ(request->estimate.digits, 2568u);
}

TEST(Request, RefusesWhatIsNotACanonicalNumber) {
  for (const char* bad : {"", "-1", "+1", "1.5", "1e3", "0x10", " 5", "5 ", "abc", "007", "１"}) {
    const auto request = factorial_of(bad);
    ASSERT_FALSE(request) << bad;
    EXPECT_EQ(request.error().code, Code::invalid_argument) << bad;
    EXPECT_THAT(request.error().detail, testing::HasSubstr("n must be a whole number")) << bad;
  }
}

TEST(Request, RefusesAnUnknownKindAndNamesTheKnown) {
  const std::string_view arguments[] = {"1"};
  const auto request = make_request("nonsense", arguments, generous);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().code, Code::unknown_kind);
  EXPECT_THAT(request.error().detail, testing::HasSubstr("factorial"));
}

TEST(Request, RefusesAWrongCountOfArguments) {
  const std::string_view arguments[] = {"1", "2"};
  EXPECT_EQ(make_request("factorial", arguments, generous).error().code, Code::invalid_argument);
  EXPECT_EQ(make_request("factorial", {}, generous).error().code, Code::invalid_argument);
}

TEST(Request, TakesSeveralArgumentsInTheirOrder) {
  const std::string_view arguments[] = {"2", "64"};
  const auto request = make_request("power", arguments, generous);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->identity.text(), "power-2-64");
  EXPECT_EQ(names(request->identity).blob_key, "powers/2-64.txt");
  EXPECT_EQ(names(request->identity).message, R"({"job":"power-2-64"})");
  const std::string_view bad[] = {"2", "x"};
  EXPECT_THAT(make_request("power", bad, generous).error().detail, testing::HasSubstr("b must be"));
}

TEST(Request, IsNamedByTheCanonicalArguments) {
  const std::string_view arguments[] = {"1000", "993"};
  const auto request = make_request("binomial", arguments, generous);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->identity.text(), "binomial-1000-7");
  EXPECT_EQ(request->arguments, (std::vector<std::uint64_t>{1000, 7}));
}

TEST(Request, RefusesWhatDoesNotFitTheBudgetsWithTheEstimate) {
  const auto memory = factorial_of("1000000", {1 << 20, 10ull << 30, 1});
  ASSERT_FALSE(memory);
  EXPECT_EQ(memory.error().code, Code::too_large);
  EXPECT_THAT(memory.error().detail, testing::HasSubstr("5565709 digits"));
  const auto disk = factorial_of("1000", {4ull << 30, 1000, 1});
  ASSERT_FALSE(disk);
  EXPECT_THAT(disk.error().detail, testing::HasSubstr("2568 digits"));
}

TEST(Request, RefusesWhatTheEngineCannotMultiplyWhateverTheMemory) {
  const Budgets vast{UINT64_MAX, UINT64_MAX, 1};
  EXPECT_TRUE(factorial_of("1700000000", vast));
  for (const char* n : {"1750000000", "2000000000", "18446744073709551615"}) {
    const auto refused = factorial_of(n, vast);
    ASSERT_FALSE(refused) << n;
    EXPECT_EQ(refused.error().code, Code::too_large);
    EXPECT_THAT(refused.error().detail, testing::HasSubstr("no more than 15000000000 are computed"));
  }
  EXPECT_TRUE(factorial_of("2000000000", Budgets::unbounded()));
}

/// GMP aborts on the first of these; the others do not even have a number of digits that fits 64 bits.
TEST(Request, RefusesAbsurdSizesAtOnce) {
  for (const char* huge : {"6227020800", "18446744073709551615", "1000000000000000000000000000000"})
    EXPECT_FALSE(factorial_of(huge)) << huge;
  EXPECT_EQ(factorial_of("6227020800").error().code, Code::too_large);
}

}  // namespace
}  // namespace decima::core
