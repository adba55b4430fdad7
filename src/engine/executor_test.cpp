#include "engine/executor.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace decima::engine {
namespace {

class ExecutorOf : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Threads, ExecutorOf, ::testing::Values(1, 2, 3, 8));

TEST_P(ExecutorOf, RunsEveryTaskOnce) {
  Executor executor(GetParam());
  EXPECT_EQ(executor.threads(), GetParam());
  for (std::size_t count : {0, 1, 2, 7, 1000}) {
    std::vector<std::atomic<int>> ran(count);
    executor.parallel(count, [&](std::size_t i) { ++ran[i]; });
    for (const auto& times : ran) EXPECT_EQ(times, 1);
  }
}

TEST_P(ExecutorOf, ManyRoundsFollowOneAnother) {
  Executor executor(GetParam());
  std::atomic<int> sum{0};
  for (int round = 0; round < 1000; ++round) executor.parallel(4, [&](std::size_t) { ++sum; });
  EXPECT_EQ(sum, 4000);
}

TEST_P(ExecutorOf, InnerTasksStayOnTheirThread) {
  Executor executor(GetParam());
  std::atomic<int> strayed{0}, ran{0};
  executor.parallel(4, [&](std::size_t) {
    const auto self = std::this_thread::get_id();
    executor.parallel(3, [&](std::size_t) {
      ++ran;
      if (std::this_thread::get_id() != self) ++strayed;
    });
  });
  EXPECT_EQ(ran, 12);
  EXPECT_EQ(strayed, 0);
}

TEST(Executor, OfNoThreadsHasTheCallersOwn) { EXPECT_EQ(Executor(0).threads(), 1U); }

}  // namespace
}  // namespace decima::engine
