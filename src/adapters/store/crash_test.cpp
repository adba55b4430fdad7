// A process that is killed in the middle of its commits: what it had answered is there when the next one opens.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <thread>

#include "adapters/store/migrations.hpp"
#include "adapters/store/sqlite.hpp"
#include "base/test_temp_folder.hpp"

namespace decima::adapters {
namespace {

core::Identity job(std::uint64_t number) { return core::Identity::of("factorial", {number}); }

/// Takes one job after the other through half its life, in several threads, and writes down the number of each into
/// the pipe once the store has answered. Until it is killed.
[[noreturn]] void live(const std::string& url, int pipe) {
  const SystemClock clock{};
  const auto store = make_sqlite_store({.url = url}, clock);
  std::vector<std::jthread> threads;
  for (std::uint64_t thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (std::uint64_t number = thread;; number += 4) {
        const core::NewJob wanted[] = {{job(number), ""}};
        const auto submitted = (*store)->submit(wanted);
        const auto claimed = (*store)->claim(job(number), "worker", std::chrono::hours(1));
        if (submitted && claimed && *claimed) (void)!::write(pipe, &number, sizeof number);
      }
    });
  threads.clear();
  ::_exit(1);
}

class Crash : public testing::Test {
 protected:
  /// Lets a child live until it has answered for `wanted` jobs, kills it, and gives the numbers of those.
  std::set<std::uint64_t> killed_after(std::size_t wanted) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) live(url_, ends[1]);
    ::close(ends[1]);
    std::set<std::uint64_t> answered;
    std::uint64_t number = 0;
    while (answered.size() < wanted && ::read(ends[0], &number, sizeof number) == sizeof number)
      answered.insert(number);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(ends[0], &number, sizeof number) == sizeof number) answered.insert(number);
    ::close(ends[0]);
    return answered;
  }

  const TempFolder temp_;
  const std::string url_ = "sqlite:" + (temp_ / "jobs.db").string();
  const SystemClock clock_{};
};

TEST_F(Crash, WhatWasAnsweredIsThere) {
  for (int round = 0; round < 5; ++round) {
    ASSERT_TRUE(migrate_down(url_, 100));
    ASSERT_TRUE(migrate_up(url_, clock_));
    const auto answered = killed_after(40 + 17 * static_cast<std::size_t>(round));
    ASSERT_GE(answered.size(), 40u);
    const auto store = make_sqlite_store({.url = url_}, clock_);
    ASSERT_TRUE(store);
    for (const std::uint64_t number : answered) {
      const auto found = (*store)->find(job(number));
      ASSERT_TRUE(found && *found) << number;
      EXPECT_EQ((*found)->state, core::State::calculating);
      EXPECT_EQ((*found)->fence, 1u);
    }
    const auto ended = (*store)->void_leases({});
    ASSERT_TRUE(ended);
    EXPECT_GE(*ended, answered.size());
  }
}

}  // namespace
}  // namespace decima::adapters
