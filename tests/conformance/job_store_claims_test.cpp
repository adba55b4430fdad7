// Claims: who may work on a job, and what only the holder of the newest fence may do.
#include <atomic>

#include "base/test_threads.hpp"
#include "job_store_suite.hpp"

namespace decima::conformance {
namespace {

using core::State;
using std::chrono::seconds;

class JobStoreClaims : public JobStoreConformance {
 protected:
  /// Every act of a holder ends with lease_lost, and the row stays as it is.
  void expect_over(const core::Claim& claim) {
    const auto before = find(claim.identity);
    EXPECT_CODE(store().renew(claim, seconds(60)), Code::lease_lost);
    EXPECT_CODE(store().uploading(claim), Code::lease_lost);
    EXPECT_CODE(store().finish(claim, result_of("wrong"), {}), Code::lease_lost);
    EXPECT_CODE(store().fail(claim, {Code::io_error, "late"}, Duration(0), {}), Code::lease_lost);
    EXPECT_CODE(store().give_back(claim), Code::lease_lost);
    const auto after = find(claim.identity);
    EXPECT_EQ(after.state, before.state);
    EXPECT_EQ(after.fence, before.fence);
    EXPECT_EQ(after.failures, before.failures);
    EXPECT_EQ(after.stored, before.stored);
  }
};

TEST_P(JobStoreClaims, ClaimTakesAQueuedJob) {
  submit(factorial(1));
  advance(seconds(1));
  const auto job = store().claim(factorial(1), "worker-1", seconds(60));
  ASSERT_TRUE(job && *job);
  EXPECT_EQ((*job)->state, State::calculating);
  EXPECT_EQ((*job)->fence, 1u);
  EXPECT_EQ((*job)->started_at, home_->now());
  EXPECT_EQ(find(factorial(1)).state, State::calculating);
}

TEST_P(JobStoreClaims, NothingToClaim) {
  EXPECT_FALSE(can_claim(factorial(404))) << "unknown";
  const auto held = submit_and_claim(factorial(1));
  EXPECT_FALSE(can_claim(factorial(1))) << "held";
  ASSERT_TRUE(store().uploading(held));
  EXPECT_FALSE(can_claim(factorial(1))) << "held, uploading";
  ASSERT_TRUE(store().finish(held, result_of("1"), {}));
  EXPECT_FALSE(can_claim(factorial(1))) << "done";
  ASSERT_TRUE(store().fail(submit_and_claim(factorial(2)), {Code::too_large, ""}, Duration(0), {}));
  EXPECT_FALSE(can_claim(factorial(2))) << "failed";
  submit(factorial(3));
  ASSERT_TRUE(store().cancel(factorial(3)));
  EXPECT_FALSE(can_claim(factorial(3))) << "cancelled";
}

TEST_P(JobStoreClaims, OneOfManyWins) {
  for (std::uint64_t n = 0; n < 20; ++n) {
    submit(factorial(n));
    std::atomic<int> winners = 0;
    at_once(8, [&](std::size_t) { winners += can_claim(factorial(n)); });
    EXPECT_EQ(winners, 1) << n;
    EXPECT_EQ(find(factorial(n)).fence, 1u);
  }
}

TEST_P(JobStoreClaims, FinishOnlyAfterUploading) {
  const auto claimed = submit_and_claim(factorial(1));
  EXPECT_CODE(store().finish(claimed, result_of("1"), {}), Code::lease_lost);
  EXPECT_EQ(find(factorial(1)).state, State::calculating);
}

TEST_P(JobStoreClaims, OverWhenDone) {
  const auto claimed = submit_and_claim(factorial(1));
  finish(claimed);
  expect_over(claimed);
}

// Who stood still, or whose clock was put forward, loses nothing that nobody else has.
TEST_P(JobStoreClaims, HoldsAfterItsLeaseHasRunOutUntilSomebodyNotices) {
  const auto renewed = submit_and_claim(factorial(1), seconds(10));
  const auto finished = submit_and_claim(factorial(2), seconds(10));
  const auto failed = submit_and_claim(factorial(3), seconds(10));
  const auto given_back = submit_and_claim(factorial(4), seconds(10));
  const auto unheard = submit_and_claim(factorial(5), seconds(10));
  advance(seconds(11));
  ASSERT_TRUE(store().renew(renewed, seconds(10)));
  ASSERT_TRUE(store().uploading(finished));
  ASSERT_TRUE(store().finish(finished, result_of("2"), {}));
  ASSERT_TRUE(store().fail(failed, {Code::io_error, "late"}, Duration(0), {}));
  ASSERT_TRUE(store().give_back(given_back));
  EXPECT_EQ(*store().expire_leases({}), 1u);
  for (const auto& late : {renewed, finished, failed, given_back}) EXPECT_EQ(find(late.identity).crashes, 0u);
  EXPECT_EQ(find(factorial(1)).state, State::calculating);
  EXPECT_EQ(find(factorial(2)).state, State::done);
  EXPECT_EQ(find(factorial(5)).crashes, 1u);
  expect_over(unheard);
}

TEST_P(JobStoreClaims, ManyAreRenewedAtOnceAndEachAnsweredForItself) {
  const auto first = submit_and_claim(factorial(1), seconds(10));
  const auto over = submit_and_claim(factorial(2), seconds(10));
  const auto last = submit_and_claim(factorial(3), seconds(10));
  ASSERT_TRUE(store().cancel(factorial(2)));
  advance(seconds(9));
  const core::Claim claims[] = {first, over, last, {factorial(404), 1}};
  EXPECT_EQ(*store().renew_many(claims, seconds(10)), (std::vector<bool>{true, false, true, false}));
  advance(seconds(9));
  EXPECT_EQ(*store().expire_leases({}), 0u);
}

TEST_P(JobStoreClaims, LateHolderCannotOverwriteTheNext) {
  const auto late = submit_and_claim(factorial(1), seconds(10));
  ASSERT_TRUE(store().uploading(late));
  advance(seconds(10));
  ASSERT_TRUE(store().expire_leases({}));
  expect_over(late);
  const auto next = claim(factorial(1));
  EXPECT_EQ(next.fence, late.fence + 1);
  expect_over(late);
  ASSERT_TRUE(store().uploading(next));
  expect_over(late);
  ASSERT_TRUE(store().finish(next, result_of("1"), {}));
  expect_over(late);
  EXPECT_EQ(find(factorial(1)).stored, result_of("1"));
}

TEST_P(JobStoreClaims, FenceThatNobodyHasYetIsRefused) {
  const auto claimed = submit_and_claim(factorial(1));
  expect_over({factorial(1), claimed.fence + 1});
  expect_over({factorial(1), claimed.fence - 1});
}

TEST_P(JobStoreClaims, ClaimOfAnUnknownJobIsOver) {
  EXPECT_CODE(store().renew({factorial(404), 1}, seconds(1)), Code::lease_lost);
  EXPECT_CODE(store().give_back({factorial(404), 1}), Code::lease_lost);
}

TEST_P(JobStoreClaims, OverWhenCancelledAndAskedForAgain) {
  const auto late = submit_and_claim(factorial(1));
  ASSERT_TRUE(store().cancel(factorial(1)));
  expect_over(late);
  submit(factorial(1));
  expect_over(late);
  ASSERT_TRUE(store().shelf().evicted(std::vector{factorial(1)}));
  claim(factorial(1));
  expect_over(late);
}

TEST_P(JobStoreClaims, GivenBackWithoutBlame) {
  const auto claimed = submit_and_claim(factorial(1));
  EXPECT_OK(store().give_back(claimed));
  const auto job = find(factorial(1));
  EXPECT_EQ(job.state, State::queued);
  EXPECT_EQ(job.failures + job.crashes, 0u);
  EXPECT_EQ(bells(), std::vector{factorial(1)});
  EXPECT_EQ(claim(factorial(1)).fence, claimed.fence + 1);
}

TEST_P(JobStoreClaims, GivenBackFromUploadingToo) {
  const auto claimed = submit_and_claim(factorial(1));
  ASSERT_TRUE(store().uploading(claimed));
  EXPECT_OK(store().give_back(claimed));
  EXPECT_EQ(find(factorial(1)).state, State::queued);
}

TEST_P(JobStoreClaims, RetryableFailureWaitsInTheRow) {
  const auto claimed = submit_and_claim(factorial(1));
  const auto state = store().fail(claimed, {Code::io_error, "disk"}, seconds(30), {});
  ASSERT_TRUE(state);
  EXPECT_EQ(*state, State::queued);
  const auto job = find(factorial(1));
  EXPECT_EQ(job.failures, 1u);
  EXPECT_EQ(job.crashes, 0u);
  EXPECT_EQ(job.not_before, home_->now() + seconds(30));
  ASSERT_TRUE(job.error);
  EXPECT_EQ(job.error->code, Code::io_error);
  EXPECT_EQ(job.error->detail, "disk");

  advance(seconds(30) - Duration(1));
  EXPECT_FALSE(can_claim(factorial(1))) << "too early";
  EXPECT_TRUE(bells().empty());
  advance(Duration(1));
  EXPECT_EQ(bells(), std::vector{factorial(1)});
  EXPECT_TRUE(can_claim(factorial(1)));
}

TEST_P(JobStoreClaims, FailuresAreBounded) {
  submit(factorial(1));
  const core::Patience patience{.failures = 3, .crashes = 3};
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(*store().fail(claim(factorial(1)), {Code::wrong_result, ""}, Duration(0), patience), State::queued);
  EXPECT_EQ(*store().fail(claim(factorial(1)), {Code::wrong_result, "at last"}, Duration(0), patience), State::failed);
  const auto job = find(factorial(1));
  EXPECT_EQ(job.state, State::failed);
  EXPECT_EQ(job.failures, 3u);
  EXPECT_EQ(job.error->detail, "at last");
  EXPECT_EQ(job.finished_at, home_->now());
}

TEST_P(JobStoreClaims, WhatIsNotRetryableFailsAtOnce) {
  EXPECT_EQ(*store().fail(submit_and_claim(factorial(1)), {Code::too_large, "why"}, seconds(5), {}), State::failed);
  EXPECT_EQ(find(factorial(1)).error->code, Code::too_large);
}

TEST_P(JobStoreClaims, SuccessForgetsEarlierFailures) {
  submit(factorial(1));
  ASSERT_TRUE(store().fail(claim(factorial(1)), {Code::io_error, ""}, Duration(0), {}));
  finish(claim(factorial(1)));
  EXPECT_FALSE(find(factorial(1)).error);
}

TEST_P(JobStoreClaims, OfSeveralThoseThatHaveToRunAloneAreShownAndNotClaimed) {
  submit(factorial(1));
  for (std::uint64_t crash = 0; crash < core::crashes_until_alone; crash++) {
    claim(factorial(1));
    advance(seconds(61));
    ASSERT_EQ(*store().expire_leases({}), 1u);
  }
  submit(factorial(2));
  const std::vector both = {factorial(1), factorial(2)};
  const auto claimed = store().claim_many(both, "worker", seconds(60));
  ASSERT_TRUE(claimed);
  ASSERT_EQ(claimed->size(), 2u);
  EXPECT_EQ((*claimed)[0].state, State::queued);
  EXPECT_EQ((*claimed)[1].state, State::calculating);
  EXPECT_EQ(find(factorial(1)).state, State::queued);
  const auto fence = find(factorial(1)).fence;
  EXPECT_EQ(claim(factorial(1)).fence, fence + 1) << "alone, it can be had";
  EXPECT_EQ(store().claim_many(both, "worker", seconds(60))->size(), 0u) << "what is held is not shown either";
}

INSTANTIATE_TEST_SUITE_P(Adapters, JobStoreClaims, testing::ValuesIn(job_store_adapters()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace decima::conformance
