#include "adapters/queue/memory.hpp"

#include <gtest/gtest.h>

#include "base/log.hpp"

namespace decima::adapters {
namespace {

const core::Message three[] = {{"a", ""}, {"b", ""}, {"c", ""}};

TEST(MemoryQueue, TakesWhatItHasRoomForAndThenRefusesInWords) {
  const auto queue = make_memory_queue(2);
  EXPECT_EQ(*queue->publish(three), 2u);
  const auto refused = queue->publish(three);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::unavailable);
  EXPECT_NE(refused.error().detail.find("2 messages"), std::string::npos);

  ASSERT_TRUE(*queue->take(Duration(0)));
  EXPECT_EQ(*queue->publish(three), 1u);
}

TEST(MemoryQueue, OldestComesFirst) {
  const auto queue = make_memory_queue(3);
  EXPECT_EQ(*queue->publish(three), 3u);
  for (const auto& message : three) EXPECT_EQ((*queue->take(Duration(0)))->message.body, message.body);
}

TEST(MemoryQueue, KeepsTheLatestDeadLetters) {
  log::set_level(log::Level::off);
  const auto queue = make_memory_queue(1);
  for (int i = 0; i < 1500; ++i)
    ASSERT_TRUE(queue->dead_letter({{std::to_string(i), ""}, 0}, "why " + std::to_string(i)));
  const auto dead = queue->dead_letters();
  ASSERT_EQ(dead.size(), 1000u);
  EXPECT_EQ(dead.front().message.body, "500");
  EXPECT_EQ(dead.back().why, "why 1499");
}

}  // namespace
}  // namespace decima::adapters
