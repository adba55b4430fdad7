#include "core/quota.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace decima::core {
namespace {

using testing::HasSubstr;

/// Says how much room results take, and counts how often somebody asks.
class CountedShelf final : public Shelf {
 public:
  Result<ShelfRooms> rooms() override {
    asked++;
    if (away) return Error{Code::unavailable, "away"};
    return there;
  }
  Result<> used(std::span<const Identity>) override { return Done{}; }
  Result<std::vector<Job>> least_used(std::size_t) override { return std::vector<Job>(); }
  Result<std::vector<bool>> evict(std::span<const Eviction>) override { return std::vector<bool>(); }
  Result<std::vector<Identity>> evictions_begun(std::size_t) override { return std::vector<Identity>(); }
  Result<> evicted(std::span<const Identity>) override { return Done{}; }
  Result<> restore(const Identity&) override { return Done{}; }

  ShelfRooms there;
  bool away = false;
  int asked = 0;
};

class QuotaTest : public testing::Test {
 protected:
  CountedShelf shelf_;
};

TEST_F(QuotaTest, WithoutLimitsNobodyCounts) {
  Quota quota(shelf_, {});
  EXPECT_FALSE(quota.limited());
  EXPECT_TRUE(quota.reserve({{"factorial", UINT64_MAX}}));
  EXPECT_EQ(shelf_.asked, 0);
}

TEST_F(QuotaTest, WhatIsKeptAndWhatIsExpectedCount) {
  shelf_.there = {{"factorial", {60, 30}}};
  Quota quota(shelf_, {100, {}});
  EXPECT_FALSE(quota.reserve({{"fibonacci", 11}}));
  EXPECT_TRUE(quota.reserve({{"fibonacci", 10}}));
  EXPECT_FALSE(quota.reserve({{"factorial", 1}})) << "a reservation counts before its rows are written";
}

TEST_F(QuotaTest, WhatWasQueuedStaysCountedAndTheRestIsGivenBack) {
  Quota quota(shelf_, {100, {}});
  const Quota::Bytes both = {{"factorial", 60}, {"fibonacci", 40}};
  ASSERT_TRUE(quota.reserve(both));
  quota.settle(both, {{"factorial", 60}});
  EXPECT_FALSE(quota.reserve({{"factorial", 41}}));
  EXPECT_TRUE(quota.reserve({{"factorial", 40}}));
  EXPECT_EQ(shelf_.asked, 1) << "counting needs no store";
}

TEST_F(QuotaTest, AKindHasALimitOfItsOwn) {
  Quota quota(shelf_, {UINT64_MAX, {{"factorial", 50}}});
  EXPECT_TRUE(quota.limited());
  const auto refused = quota.reserve({{"factorial", 51}, {"fibonacci", 1}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::quota_full);
  EXPECT_THAT(refused.error().detail, HasSubstr("factorial results"));
  EXPECT_THAT(refused.error().detail, HasSubstr("at most 50 B"));
  EXPECT_THAT(refused.error().detail, HasSubstr("raise DECIMA_STORED_LIMIT_KINDS"));
  EXPECT_TRUE(quota.reserve({{"factorial", 50}, {"fibonacci", 1'000}})) << "all or nothing: nothing was taken before";
}

TEST_F(QuotaTest, AboveItsLimitWhatTakesNoRoomIsStillTaken) {
  shelf_.there = {{"factorial", {200, 0}}};
  Quota quota(shelf_, {100, {{"factorial", 50}}});
  EXPECT_TRUE(quota.reserve({}));
  EXPECT_TRUE(quota.reserve({{"factorial", 0}}));
}

TEST_F(QuotaTest, RefusalsDoNotAskTheStoreEachTime) {
  shelf_.there = {{"factorial", {100, 0}}};
  Quota quota(shelf_, {100, {}});
  for (int i = 0; i < 1'000; i++) EXPECT_FALSE(quota.reserve({{"factorial", 1}}));
  EXPECT_LT(shelf_.asked, 100);
}

TEST_F(QuotaTest, AStoreThatIsAwayIsItsOwnError) {
  shelf_.away = true;
  Quota quota(shelf_, {100, {}});
  EXPECT_EQ(quota.reserve({{"factorial", 1}}).error().code, Code::unavailable);
}

}  // namespace
}  // namespace decima::core
