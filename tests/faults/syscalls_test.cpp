// Each of the first 1,000 writing calls of a batch of jobs fails: with EIO, with a disk that is full from then on, or
// by taking half of the bytes. DECIMA_SYSCALLS says how many of them, DECIMA_SEED which.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cerrno>
#include <map>
#include <memory>

#include "asking.hpp"
#include "chance.hpp"
#include "shimmed.hpp"
#include "stored.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t all_calls = 1'000;
/// Jobs of a round, each with a file of its own, so that they make so many calls.
constexpr std::uint64_t jobs = 400;
/// Rounds of one life; the numbers grow with them, and so does the time that they take.
constexpr std::uint64_t rounds_of_a_life = 12;

const std::string& truth(std::uint64_t n) {
  static std::map<std::uint64_t, std::string> known;
  std::string& text = known[n];
  if (text.empty()) text = factorial_by_gmp(n);
  return text;
}

class Syscalls : public testing::Test {
 protected:
  void fail_each(int error, bool until_told) {
    const std::uint64_t count = number_from("DECIMA_SYSCALLS", 6);
    std::uint64_t met = 0;
    for (std::uint64_t i = 1; i <= count; i++) {
      const std::uint64_t call = count >= all_calls ? i : chance_.between(1, all_calls);
      SCOPED_TRACE("call " + std::to_string(call) + ", replay with DECIMA_SEED=" + std::to_string(seed_));
      if ((i - 1) % rounds_of_a_life == 0) begin_life();
      met += live_through(call, error, until_told);
      if (HasFatalFailure()) return;
    }
    EXPECT_GE(met, count * 9 / 10) << "there were fewer calls than should fail";
    expect_good_end();
  }

  /// Whether the call was made, and so failed.
  bool live_through(std::uint64_t call, int error, bool until_told) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < jobs; i++) numbers.push_back(next_++);
    ShimControl& control = shimmed_->control();
    control.met = 0;
    control.calls = 0;
    control.error = error;
    control.fail_last = until_told ? UINT64_MAX : call;
    control.fail_first = call;
    const bool accepted = ask_for(*server_, numbers);
    if (accepted) program::eventually([&] { return control.met > 0 || all_done(*server_, numbers); });
    const bool met = control.met > 0;
    expect_whole_or_absent(numbers);
    EXPECT_TRUE(server_->ask("/health").starts_with("HTTP/1.1 200"));
    control.fail_first = 0;
    // Asked again, as clients do that were told to: a job that was given up meanwhile begins anew.
    EXPECT_TRUE(program::eventually([&] { return ask_for(*server_, numbers); }));
    EXPECT_TRUE(program::eventually([&] { return done(numbers.back()) && all_done(*server_, numbers); }));
    expect_whole_or_absent(numbers);
    const program::Stored stored(shimmed_->data());
    for (const std::uint64_t n : numbers) EXPECT_TRUE(stored.bytes(program::key_of_factorial(n))) << n;
    return met;
  }

  bool done(std::uint64_t n) { return state_of(*server_, n) == "done"; }

  void expect_whole_or_absent(const std::vector<std::uint64_t>& numbers) {
    const program::Stored stored(shimmed_->data());
    for (const std::uint64_t n : numbers) {
      const auto bytes = stored.bytes(program::key_of_factorial(n));
      EXPECT_TRUE(!bytes || *bytes == truth(n)) << n;
    }
  }

  void begin_life() {
    expect_good_end();
    server_.reset();
    shimmed_ = std::make_unique<Shimmed>();
    server_ =
        std::make_unique<program::Server>(shimmed_->data(), program::Arguments{"--lease", "1s"}, shimmed_->failing());
    next_ = 0;
  }

  /// The program can end as it should, and what it could not remove is swept at the next start.
  void expect_good_end() {
    if (!server_) return;
    server_->process().signal(SIGTERM);
    EXPECT_EQ(server_->process().wait().status, 0);
    const program::Server next(shimmed_->data());
    EXPECT_THAT(program::Stored(shimmed_->data()).keys("staging/"), testing::IsEmpty());
  }

  const std::uint64_t seed_ = seed();
  Chance chance_{seed_};
  std::unique_ptr<Shimmed> shimmed_;
  std::unique_ptr<program::Server> server_;
  std::uint64_t next_ = 0;
};

TEST_F(Syscalls, ThatFailOnceAreOutlived) { fail_each(EIO, false); }
TEST_F(Syscalls, OfAFullDiskAreOutlivedOnceThereIsRoom) { fail_each(ENOSPC, true); }
TEST_F(Syscalls, ThatWriteLessThanAskedAreContinued) { fail_each(0, false); }

}  // namespace
}  // namespace decima::faults
