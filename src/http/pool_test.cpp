#include "http/pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace decima::http {
namespace {

TEST(Pool, RefusesWhatDoesNotFitItsLine) {
  std::promise<void> gate, started;
  std::shared_future<void> opened = gate.get_future().share();
  std::atomic<int> done = 0;
  {
    Pool pool(1, 2);
    ASSERT_TRUE(pool.try_run([&] {
      started.set_value();
      opened.wait();
      done++;
    }));
    started.get_future().wait();  // so that the line is empty
    EXPECT_TRUE(pool.try_run([&] { done++; }));
    EXPECT_TRUE(pool.try_run([&] { done++; }));
    EXPECT_FALSE(pool.try_run([&] { done++; }));
    pool.run([&] { done++; });  // goes on with what was let in
    gate.set_value();
  }
  EXPECT_EQ(done, 4) << "what was taken is done before the pool ends";
}

}  // namespace
}  // namespace decima::http
