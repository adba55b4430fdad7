// Each of the first 1,000 writing calls of a life fails: with EIO, with a disk that is full from then on, or by taking
// half of the bytes. DECIMA_SYSCALLS says how many of them, DECIMA_SEED which.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <thread>

#include "asking.hpp"
#include "chance.hpp"
#include "shimmed.hpp"
#include "stored.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t all_calls = 1'000;
/// Jobs that are asked for at once, one such batch after the other, until there were enough calls.
constexpr std::uint64_t batch_jobs = 25;
constexpr std::uint64_t most_batches = 40;
/// Rounds of one life; the numbers grow with them, and so does the time that they take.
constexpr std::uint64_t rounds_of_a_life = 12;
/// Lives side by side: they mostly wait, for jobs that rest after a failure and for leases to run out.
constexpr std::uint64_t most_lives = 40;

/// A program on a data folder of its own, in which calls fail.
class Life {
 public:
  Life() : server_(shimmed_.data(), {"--lease", "1s"}, shimmed_.failing()) {}

  /// Whether the call was made, and so failed.
  bool live_through(std::uint64_t call, int error, bool until_told) {
    ShimControl& control = shimmed_.control();
    control.met = 0;
    control.calls = 0;
    control.error = error;
    control.fail_last = until_told ? UINT64_MAX : call;
    control.fail_first = call;
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t batch = 0; batch < most_batches && control.met == 0; batch++) ask_for_more(numbers);
    const bool met = control.met > 0;
    expect_whole_or_absent(numbers);
    EXPECT_TRUE(server_.ask("/health").starts_with("HTTP/1.1 200"));
    control.fail_first = 0;
    // Asked again, as clients do that were told to: a job that was given up meanwhile begins anew.
    EXPECT_TRUE(program::eventually([&] { return ask_for(server_, numbers); }));
    EXPECT_TRUE(program::eventually([&] { return done(numbers.back()) && all_done(server_, numbers); }));
    for (const std::uint64_t n : numbers) EXPECT_TRUE(digits_of(server_, n) == factorial_by_gmp(n)) << n;
    expect_whole_or_absent(numbers);
    return met;
  }

  /// The program can end as it should, and what it could not remove is swept at the next start.
  void expect_good_end() {
    server_.process().signal(SIGTERM);
    EXPECT_EQ(server_.process().wait().status, 0);
    const program::Server next(shimmed_.data());
    EXPECT_THAT(program::Stored(shimmed_.data()).keys("staging/"), testing::IsEmpty());
  }

 private:
  void ask_for_more(std::vector<std::uint64_t>& numbers) {
    std::vector<std::uint64_t> batch;
    for (std::uint64_t i = 0; i < batch_jobs; i++) batch.push_back(next_++);
    numbers.insert(numbers.end(), batch.begin(), batch.end());
    if (ask_for(server_, batch))
      program::eventually([&] { return shimmed_.control().met > 0 || all_done(server_, batch); });
  }

  bool done(std::uint64_t n) { return state_of(server_, n) == "done"; }

  void expect_whole_or_absent(const std::vector<std::uint64_t>& numbers) {
    const program::Stored stored(shimmed_.data());
    for (const std::uint64_t n : numbers) {
      const auto bytes = stored.bytes(program::key_of_factorial(n));
      EXPECT_TRUE(!bytes || *bytes == factorial_by_gmp(n)) << n;
    }
  }

  Shimmed shimmed_;
  program::Server server_;
  std::uint64_t next_ = 0;
};

class Syscalls : public testing::Test {
 protected:
  void fail_each(int error, bool until_told) {
    const std::uint64_t count = number_from("DECIMA_SYSCALLS", 6);
    std::vector<std::uint64_t> calls;
    for (std::uint64_t i = 1; i <= count; i++) calls.push_back(count >= all_calls ? i : chance_.between(1, all_calls));
    std::atomic<std::uint64_t> next = 0, met = 0;
    const auto live = [&] {
      while (next < calls.size() && !HasFailure()) {
        Life life;
        for (std::uint64_t round = 0; round < rounds_of_a_life && !HasFailure(); round++) {
          const std::uint64_t i = next++;
          if (i >= calls.size()) break;
          SCOPED_TRACE("call " + std::to_string(calls[i]) + ", replay with DECIMA_SEED=" + std::to_string(seed_));
          met += life.live_through(calls[i], error, until_told);
        }
        life.expect_good_end();
      }
    };
    {
      std::vector<std::jthread> lives;
      for (std::uint64_t i = 0; i < std::min((count + 2) / 3, most_lives); i++) lives.emplace_back(live);
    }
    EXPECT_GE(met, count * 9 / 10) << "there were fewer calls than should fail";
  }

  const std::uint64_t seed_ = seed();
  Chance chance_{seed_};
};

TEST_F(Syscalls, ThatFailOnceAreOutlived) { fail_each(EIO, false); }
TEST_F(Syscalls, OfAFullDiskAreOutlivedOnceThereIsRoom) { fail_each(ENOSPC, true); }
TEST_F(Syscalls, ThatWriteLessThanAskedAreContinued) { fail_each(0, false); }

}  // namespace
}  // namespace decima::faults
