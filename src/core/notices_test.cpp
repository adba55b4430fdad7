#include "core/notices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/test_threads.hpp"

namespace decima::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Identity factorial(std::uint64_t n) { return Identity::of("factorial", {n}); }

TEST(Notices, AreHeardByThoseWhoListenToTheJob) {
  Notices notices;
  std::vector<State> heard, other;
  const auto mine = notices.subscribe(factorial(1), [&](State state) { heard.push_back(state); });
  const auto others = notices.subscribe(factorial(2), [&](State state) { other.push_back(state); });
  notices.publish(factorial(1), State::calculating);
  notices.publish(factorial(1), State::done);
  notices.publish(factorial(3), State::done);
  EXPECT_THAT(heard, ElementsAre(State::calculating, State::done));
  EXPECT_THAT(other, IsEmpty());
  notices.publish_to_all(State::failed);
  EXPECT_THAT(other, ElementsAre(State::failed));
}

TEST(Notices, EndWithTheirSubscription) {
  Notices notices;
  int heard = 0;
  {
    const auto first = notices.subscribe(factorial(1), [&](State) { heard++; });
    Notices::Subscription moved = notices.subscribe(factorial(1), [&](State) { heard++; });
    Notices::Subscription elsewhere = std::move(moved);
    notices.publish(factorial(1), State::done);
    EXPECT_EQ(heard, 2);
    EXPECT_EQ(notices.subscriptions(), 2u);
    elsewhere = {};
    EXPECT_EQ(notices.subscriptions(), 1u);
    notices.publish(factorial(1), State::done);
    EXPECT_EQ(heard, 3);
  }
  notices.publish(factorial(1), State::done);
  EXPECT_EQ(heard, 3);
  EXPECT_EQ(notices.subscriptions(), 0u);
}

TEST(Notices, ACallbackMayEndItsOwnSubscriptionAndBeginAnother) {
  Notices notices;
  int heard = 0;
  Notices::Subscription once, next;
  once = notices.subscribe(factorial(1), [&](State) {
    heard++;
    next = notices.subscribe(factorial(2), [&](State) { heard += 10; });
    once = {};
  });
  notices.publish(factorial(1), State::done);
  notices.publish(factorial(1), State::done);
  EXPECT_EQ(heard, 1);
  notices.publish(factorial(2), State::done);
  EXPECT_EQ(heard, 11);
}

TEST(Notices, AreNotHeardAnyMoreWhenTheEndHasReturned) {
  Notices notices;
  std::atomic<bool> stop = false;
  std::jthread publisher([&] {
    while (!stop) notices.publish(factorial(1), State::calculating);
  });
  for (int round = 0; round < 2000; round++) {
    // What the callback uses ends right after the subscription; the sanitizers see who comes too late.
    auto used = std::make_unique<std::atomic<int>>(0);
    auto subscription = notices.subscribe(factorial(1), [counter = used.get()](State) { ++*counter; });
    if (round % 2) std::this_thread::yield();
    subscription = {};
    *used = -1'000'000;
    std::this_thread::yield();
    ASSERT_EQ(*used, -1'000'000);
  }
  stop = true;
}

TEST(Notices, MissNoneThatIsPublishedAfterTheSubscription) {
  Notices notices;
  at_once(8, [&](std::size_t thread) {
    for (std::uint64_t round = 0; round < 500; round++) {
      std::atomic<int> mine = 0;
      const Identity job = factorial(round % 3);
      const auto subscription = notices.subscribe(job, [&](State state) { mine += state == State::done; });
      notices.publish(job, thread % 2 ? State::done : State::calculating);
      notices.publish(job, State::done);
      EXPECT_GE(mine, thread % 2 ? 2 : 1);
    }
  });
  EXPECT_EQ(notices.subscriptions(), 0u);
}

}  // namespace
}  // namespace decima::core
