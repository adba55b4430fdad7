#include "http/token_cache.hpp"

#include <gtest/gtest.h>

namespace decima::http {
namespace {

class TokenCacheTest : public testing::Test {
 protected:
  const Time start_{std::chrono::hours(1)};
  const TokenCache::Keys keys_ = std::make_shared<const JwtKeys>(), newer_ = std::make_shared<const JwtKeys>();
  const JwtAnswer good_{JwtVerdict::good, {"someone", Scope::read}, {}, start_ + Duration(1000)};
};

TEST_F(TokenCacheTest, KnowsATokenUntilItExpires) {
  TokenCache cache;
  EXPECT_FALSE(cache.find(sha256("a"), keys_, start_));
  cache.keep(sha256("a"), keys_, good_);
  EXPECT_EQ(cache.find(sha256("a"), keys_, start_)->name, "someone");
  EXPECT_FALSE(cache.find(sha256("b"), keys_, start_));
  EXPECT_TRUE(cache.find(sha256("a"), keys_, start_ + Duration(999)));
  EXPECT_FALSE(cache.find(sha256("a"), keys_, start_ + Duration(1000)));
}

TEST_F(TokenCacheTest, ForgetsAllWhenTheKeysChange) {
  TokenCache cache;
  cache.keep(sha256("a"), keys_, good_);
  EXPECT_FALSE(cache.find(sha256("a"), newer_, start_)) << "its key may have been withdrawn";
  EXPECT_FALSE(cache.find(sha256("a"), keys_, start_));
}

TEST_F(TokenCacheTest, RemembersABoundedNumberTheLatestSurely) {
  TokenCache cache(4);
  for (int i = 0; i < 100; i++) cache.keep(sha256(std::to_string(i)), keys_, good_);
  int known = 0;
  for (int i = 0; i < 100; i++) known += cache.find(sha256(std::to_string(i)), keys_, start_).has_value();
  EXPECT_LE(known, 8);
  for (int i = 96; i < 100; i++) EXPECT_TRUE(cache.find(sha256(std::to_string(i)), keys_, start_)) << i;
}

}  // namespace
}  // namespace decima::http
