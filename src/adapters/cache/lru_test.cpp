#include "adapters/cache/lru.hpp"

#include <gtest/gtest.h>

namespace decima::adapters {
namespace {

core::CachedText text(std::size_t length, char fill = '7') { return std::make_shared<std::string>(length, fill); }

/// How many of the entries "0" … "count-1" are there, without moving them in the order of use more than once each.
std::size_t present(core::Cache& cache, std::size_t count) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < count; ++i) found += cache.peek(std::to_string(i)) != nullptr;
  return found;
}

class Lru : public testing::Test {
 protected:
  ManualClock clock_;
};

TEST_F(Lru, BoundIsStrict) {
  const auto cache = make_lru_cache({.max_bytes = 1 << 20, .max_entry_bytes = 10'000}, clock_);
  std::size_t least = 0;
  for (std::size_t i = 0; i < 1000; ++i) cache->put(std::to_string(i), text(5000));
  least = present(*cache, 1000) * 5000;
  EXPECT_LE(least, 1u << 20);
  EXPECT_GT(least, 1u << 19) << "most of the room should be used";
}

TEST_F(Lru, SmallEntriesPayForTheirBookkeeping) {
  const auto cache = make_lru_cache({.max_bytes = 100'000, .max_entry_bytes = 1000}, clock_);
  for (std::size_t i = 0; i < 100'000; ++i) cache->put(std::to_string(i), text(1));
  EXPECT_LE(present(*cache, 100'000), 100'000u / 200);
}

TEST_F(Lru, LeastRecentlyUsedGoesFirst) {
  const auto cache = make_lru_cache({.max_bytes = 3000, .max_entry_bytes = 1000}, clock_);  // one shard, two such texts
  cache->put("a", text(1000));
  cache->put("b", text(1000));
  EXPECT_TRUE(cache->peek("a"));
  cache->put("c", text(1000));
  EXPECT_TRUE(cache->peek("a"));
  EXPECT_FALSE(cache->peek("b"));
  EXPECT_TRUE(cache->peek("c"));
}

TEST_F(Lru, EntryLongerThanAllowedIsNotKept) {
  const auto cache = make_lru_cache({.max_bytes = 1 << 20, .max_entry_bytes = 100}, clock_);
  cache->put("exact", text(100));
  cache->put("longer", text(101));
  EXPECT_TRUE(cache->peek("exact"));
  EXPECT_FALSE(cache->peek("longer"));
}

TEST_F(Lru, ExpiresWithItsTimeAndPutStartsItAnew) {
  const auto cache =
      make_lru_cache({.max_bytes = 1 << 20, .max_entry_bytes = 100, .ttl = std::chrono::seconds(10)}, clock_);
  cache->put("a", text(1));
  clock_.advance(std::chrono::milliseconds(9'999));
  EXPECT_TRUE(cache->peek("a")) << "a look does not lengthen it, but it is not over yet";
  cache->put("b", text(1));
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(cache->peek("a"));
  EXPECT_TRUE(cache->peek("b"));
}

TEST_F(Lru, NoRoomKeepsNothing) {
  const auto cache = make_lru_cache({.max_bytes = 0, .max_entry_bytes = 100}, clock_);
  cache->put("a", text(1));
  EXPECT_FALSE(cache->peek("a"));
}

}  // namespace
}  // namespace decima::adapters
