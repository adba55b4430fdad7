// Leases that run out, poison, and elections: what the store's own clock decides.
#include <atomic>

#include "base/test_threads.hpp"
#include "job_store_suite.hpp"

namespace decima::conformance {
namespace {

using core::State;
using std::chrono::hours;
using std::chrono::seconds;

class JobStoreLeases : public JobStoreConformance {
 protected:
  std::size_t expire(const core::Patience& patience = {}) { return *store().expire_leases(patience); }
};

TEST_P(JobStoreLeases, RunOutAtTheirEndAndNotBefore) {
  submit_and_claim(factorial(1), seconds(10));
  advance(seconds(10) - Duration(1));
  EXPECT_EQ(expire(), 0u);
  EXPECT_EQ(find(factorial(1)).state, State::calculating);
  advance(Duration(1));
  EXPECT_EQ(expire(), 1u);
  const auto job = find(factorial(1));
  EXPECT_EQ(job.state, State::queued);
  EXPECT_EQ(job.crashes, 1u);
  EXPECT_EQ(job.failures, 0u);
  EXPECT_EQ(bells(), std::vector{factorial(1)});
  EXPECT_EQ(expire(), 0u) << "each ends once";
}

TEST_P(JobStoreLeases, RunOutWhileUploadingToo) {
  ASSERT_TRUE(store().uploading(submit_and_claim(factorial(1), seconds(10))));
  advance(seconds(10));
  EXPECT_EQ(expire(), 1u);
  EXPECT_EQ(find(factorial(1)).state, State::queued);
}

TEST_P(JobStoreLeases, RenewCountsFromNow) {
  const auto claimed = submit_and_claim(factorial(1), seconds(10));
  for (int i = 0; i < 5; ++i) {
    advance(seconds(9));
    ASSERT_TRUE(store().renew(claimed, seconds(10)));
    EXPECT_EQ(expire(), 0u);
  }
  advance(seconds(10));
  EXPECT_EQ(expire(), 1u);
}

TEST_P(JobStoreLeases, OnlyThoseThatRanOut) {
  submit_and_claim(factorial(1), seconds(10));
  submit_and_claim(factorial(2), seconds(20));
  submit(factorial(3));
  finish(submit_and_claim(factorial(4), seconds(10)));
  advance(seconds(15));
  EXPECT_EQ(expire(), 1u);
  EXPECT_EQ(find(factorial(2)).state, State::calculating);
  EXPECT_EQ(find(factorial(4)).state, State::done);
}

TEST_P(JobStoreLeases, PoisonFailsAtItsBound) {
  submit(factorial(1));
  const core::Patience patience{.failures = 9, .crashes = 3};
  for (unsigned crash = 1; crash <= 3; ++crash) {
    claim(factorial(1), seconds(10));
    advance(seconds(10));
    EXPECT_EQ(expire(patience), 1u);
    EXPECT_EQ(find(factorial(1)).crashes, crash);
    EXPECT_EQ(find(factorial(1)).state, crash < 3 ? State::queued : State::failed);
  }
  EXPECT_EQ(find(factorial(1)).error->code, Code::poison);
  EXPECT_EQ(find(factorial(1)).finished_at, home_->now());
}

TEST_P(JobStoreLeases, FailuresAndCrashesAreCountedApart) {
  submit(factorial(1));
  const core::Patience patience{.failures = 2, .crashes = 2};
  ASSERT_TRUE(store().fail(claim(factorial(1)), {Code::io_error, ""}, Duration(0), patience));
  claim(factorial(1), seconds(10));
  advance(seconds(10));
  expire(patience);
  const auto job = find(factorial(1));
  EXPECT_EQ(job.state, State::queued) << "one of each is within the patience for either";
  EXPECT_EQ(job.failures, 1u);
  EXPECT_EQ(job.crashes, 1u);
}

TEST_P(JobStoreLeases, VoidEndsAllAtOnce) {
  const auto earlier = submit_and_claim(factorial(1), hours(5));
  ASSERT_TRUE(store().uploading(submit_and_claim(factorial(2), hours(5))));
  submit(factorial(3));
  EXPECT_EQ(*store().void_leases({}), 2u);
  EXPECT_EQ(find(factorial(1)).state, State::queued);
  EXPECT_EQ(find(factorial(2)).state, State::queued);
  EXPECT_EQ(find(factorial(1)).crashes, 1u);
  EXPECT_EQ(find(factorial(3)).crashes, 0u);
  EXPECT_CODE(store().renew(earlier, seconds(1)), Code::lease_lost);
}

TEST_P(JobStoreLeases, VoidHasPatienceToo) {
  submit_and_claim(factorial(1));
  EXPECT_EQ(*store().void_leases({.failures = 1, .crashes = 1}), 1u);
  EXPECT_EQ(find(factorial(1)).state, State::failed);
}

TEST_P(JobStoreLeases, VoidMakesAllBellsDue) {
  submit(factorial(1));
  ring({factorial(1)});
  submit(factorial(2));
  const auto resting = submit_and_claim(factorial(3));
  ASSERT_TRUE(store().fail(resting, {Code::io_error, ""}, seconds(30), {}));
  ASSERT_EQ(bells(), std::vector{factorial(2)});
  ASSERT_TRUE(store().void_leases({}));
  EXPECT_EQ(bells().size(), 2u) << "but not that of a job which waits for its not_before";
}

TEST_P(JobStoreLeases, OneLeaderPerRole) {
  EXPECT_TRUE(*store().elect("janitor", "a", seconds(10)));
  EXPECT_FALSE(*store().elect("janitor", "b", seconds(10)));
  EXPECT_TRUE(*store().elect("relay", "b", seconds(10)));
  advance(seconds(9));
  EXPECT_TRUE(*store().elect("janitor", "a", seconds(10))) << "the holder lengthens its term";
  advance(seconds(9));
  EXPECT_FALSE(*store().elect("janitor", "b", seconds(10)));
  advance(seconds(1));
  EXPECT_TRUE(*store().elect("janitor", "b", seconds(10)));
  EXPECT_FALSE(*store().elect("janitor", "a", seconds(10)));
}

TEST_P(JobStoreLeases, VoidingLeasesEndsTheTermsOfAnEarlierLife) {
  EXPECT_TRUE(*store().elect("janitor", "a", seconds(10)));
  ASSERT_TRUE(store().void_leases({}));
  EXPECT_TRUE(*store().elect("janitor", "b", seconds(10)));
}

TEST_P(JobStoreLeases, OneOfManyIsElected) {
  std::atomic<int> elected = 0;
  at_once(16, [&](std::size_t i) { elected += *store().elect("janitor", "worker-" + std::to_string(i), seconds(10)); });
  EXPECT_EQ(elected, 1);
}

TEST_P(JobStoreLeases, EachRoleHasAPlaceThatStays) {
  EXPECT_EQ(*store().place("scrubber"), 0u);
  ASSERT_TRUE(store().keep_place("scrubber", 17));
  ASSERT_TRUE(store().keep_place("other", UINT64_MAX >> 1));
  ASSERT_TRUE(store().keep_place("scrubber", 18));
  EXPECT_EQ(*store().place("scrubber"), 18u);
  EXPECT_EQ(*store().place("other"), UINT64_MAX >> 1);
}

INSTANTIATE_TEST_SUITE_P(Adapters, JobStoreLeases, testing::ValuesIn(job_store_adapters()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace decima::conformance
