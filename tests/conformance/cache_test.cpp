// What every cache must do: find what was put, or miss.
#include <functional>
#include <memory>
#include <ostream>

#include "adapters/cache/lru.hpp"
#include "base/test_threads.hpp"
#include "check.hpp"

namespace decima::conformance {
namespace {

using core::CachedText;

struct CacheAdapter {
  std::string name;
  std::function<std::unique_ptr<core::Cache>(const Clock&, Duration ttl)> make;
};
void PrintTo(const CacheAdapter& adapter, std::ostream* out) { *out << adapter.name; }

CachedText text(std::string digits) { return std::make_shared<const std::string>(std::move(digits)); }

class CacheConformance : public testing::TestWithParam<CacheAdapter> {
 protected:
  std::string get(std::string_view key) {
    const CachedText found = cache_->get(key);
    return found ? *found : "missed";
  }

  ManualClock clock_;
  std::unique_ptr<core::Cache> cache_ = GetParam().make(clock_, std::chrono::hours(24));
};

TEST_P(CacheConformance, FindsWhatWasPut) {
  EXPECT_EQ(get("factorial:5"), "missed");
  cache_->put("factorial:5", text("120"));
  EXPECT_EQ(get("factorial:5"), "120");
  EXPECT_EQ(get("factorial:6"), "missed");
}

TEST_P(CacheConformance, PeekNeverSaysOtherwiseThanGet) {
  EXPECT_FALSE(cache_->peek("factorial:5"));
  cache_->put("factorial:5", text("120"));
  const CachedText near = cache_->peek("factorial:5");
  // A cache that lives in a server only may have nothing near.
  EXPECT_TRUE(!near || *near == "120");
}

TEST_P(CacheConformance, PutReplaces) {
  cache_->put("factorial:5", text("1"));
  cache_->put("factorial:5", text("120"));
  EXPECT_EQ(get("factorial:5"), "120");
}

TEST_P(CacheConformance, Forgets) {
  cache_->put("factorial:5", text("120"));
  cache_->forget("factorial:5");
  EXPECT_EQ(get("factorial:5"), "missed");
  EXPECT_FALSE(cache_->peek("factorial:5"));
  cache_->forget("factorial:5");
}

TEST_P(CacheConformance, KeepsTheEmptyAndTheOdd) {
  std::string odd("a\0b\r\n", 5);
  cache_->put("empty", text(""));
  cache_->put(odd, text(odd));
  EXPECT_EQ(get("empty"), "");
  EXPECT_EQ(get(odd), odd);
}

TEST_P(CacheConformance, WhatAReaderHoldsOutlivesTheEntry) {
  cache_->put("factorial:5", text("120"));
  const CachedText held = cache_->get("factorial:5");
  cache_->forget("factorial:5");
  cache_.reset();
  EXPECT_EQ(*held, "120");
}

TEST_P(CacheConformance, NoTextIsNoEntry) {
  cache_->put("factorial:5", nullptr);
  EXPECT_EQ(get("factorial:5"), "missed");
}

TEST_P(CacheConformance, ManyThreadsSeeOnlyWhatWasPut) {
  at_once(8, [&](std::size_t thread) {
    for (std::size_t i = 0; i < 2000; ++i) {
      const std::string key = std::to_string((i * 7 + thread) % 100);
      const CachedText found = cache_->get(key);
      EXPECT_TRUE(!found || *found == "value of " + key) << key;
      cache_->put(key, text("value of " + key));
      if (i % 50 == thread) cache_->forget(key);
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Adapters, CacheConformance,
                         testing::Values(CacheAdapter{
                             "lru",
                             [](const Clock& clock, Duration ttl) {
                               return adapters::make_lru_cache(
                                   {.max_bytes = 1 << 20, .max_entry_bytes = 1 << 10, .ttl = ttl}, clock);
                             }}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace decima::conformance
