#include "engine/arena.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "engine/stack_frame.hpp"

namespace decima::engine {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

TEST(Arena, GivesAlignedWordsThatDoNotOverlap) {
  Arena arena(mebibyte);
  const auto a = arena.take(3), b = arena.take(5);
  ASSERT_EQ(a.size(), 3U);
  ASSERT_EQ(b.size(), 5U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(a.data()) % 64, 0U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(b.data()) % 64, 0U);
  EXPECT_GE(b.data(), a.data() + a.size());
  std::ranges::fill(a, 1);
  std::ranges::fill(b, 2);
  EXPECT_EQ(a[2], 1U);
}

TEST(Arena, EndsAtItsCeilingAndGoesOnAfterRewind) {
  Arena arena(mebibyte);
  const auto start = arena.mark();
  EXPECT_FALSE(arena.take(mebibyte / 8).empty());
  EXPECT_TRUE(arena.take(1).empty());
  arena.rewind(start);
  EXPECT_FALSE(arena.take(1).empty());
  EXPECT_TRUE(arena.take(mebibyte / 8).empty());
  EXPECT_TRUE(arena.take(static_cast<std::size_t>(-1)).empty());
  EXPECT_TRUE(arena.take(0).empty());
}

TEST(Arena, ThatCanHoldNothingGivesNothing) {
  Arena arena(std::size_t{0});
  EXPECT_TRUE(arena.take(1).empty());
}

TEST(Arena, CountsItsPeakAndGivesAllBack) {
  Arena arena(64 * mebibyte);
  {
    const StackFrame frame(arena);
    arena.take(mebibyte);
  }
  EXPECT_EQ(arena.mark(), 0U);
  EXPECT_EQ(arena.peak(), 8 * mebibyte);
  EXPECT_GE(arena.held(), 8 * mebibyte);
  EXPECT_LE(arena.held(), arena.ceiling());
  arena.reset_peak();
  EXPECT_EQ(arena.peak(), 0U);
  arena.trim();
  EXPECT_EQ(arena.held(), 0U);
  const auto again = arena.take(mebibyte);
  ASSERT_FALSE(again.empty());
  EXPECT_EQ(again.front() | again.back(), 0U) << "trimmed memory comes back empty";
  arena.trim();
  EXPECT_EQ(arena.mark(), 0U) << "a result that nobody needs any more goes as well";
}

TEST(Arena, GivesBackWhatLiesBehindAResult) {
  Arena arena(64 * mebibyte);
  const auto result = arena.take(mebibyte), scratch = arena.take(5 * mebibyte);
  std::ranges::fill(result, 1);
  std::ranges::fill(scratch, 2);
  arena.trim_behind(result.first(mebibyte - 3));
  EXPECT_EQ(arena.held(), 8 * mebibyte);
  EXPECT_EQ(arena.mark(), 8 * mebibyte);
  EXPECT_TRUE(std::ranges::all_of(result, [](std::uint64_t word) { return word == 1; }));
  const auto again = arena.take(mebibyte);
  ASSERT_FALSE(again.empty());
  EXPECT_EQ(again.data(), scratch.data());
  EXPECT_EQ(again.front() | again.back(), 0U);
  arena.trim_behind(again);
  arena.trim_behind(result);
  EXPECT_EQ(arena.held(), 8 * mebibyte);
}

TEST(Arena, LiesInsideASpanOfAnother) {
  Arena arena(mebibyte);
  Arena inner(arena.take(64));
  EXPECT_EQ(inner.ceiling(), 512U);
  EXPECT_FALSE(inner.take(60).empty());
  EXPECT_TRUE(inner.take(8).empty());
  inner.rewind(0);
  inner.trim_behind(inner.take(8));
  EXPECT_EQ(inner.held(), 512U) << "what is lent is not this one's to give back";
}

}  // namespace
}  // namespace decima::engine
