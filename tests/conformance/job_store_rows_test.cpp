// Rows: submitting, finding, finishing, counting, and what outlives a restart.
#include <atomic>

#include "base/test_threads.hpp"
#include "job_store_suite.hpp"

namespace decima::conformance {
namespace {

using core::State;
using std::chrono::seconds;

class JobStoreRows : public JobStoreConformance {};

TEST_P(JobStoreRows, SubmitMakesAQueuedRow) {
  const auto answer = submit(factorial(10), "00-trace-01");
  EXPECT_TRUE(answer.newly_queued);
  const auto job = find(factorial(10));
  EXPECT_EQ(job.identity, factorial(10));
  EXPECT_EQ(job.state, State::queued);
  EXPECT_EQ(job.fence, 0u);
  EXPECT_EQ(job.failures + job.crashes, 0u);
  EXPECT_EQ(job.created_at, home_->now());
  EXPECT_EQ(job.updated_at, home_->now());
  EXPECT_LE(job.not_before, home_->now());
  EXPECT_FALSE(job.started_at || job.finished_at || job.stored || job.error);
  EXPECT_EQ(job.trace, "00-trace-01");
}

TEST_P(JobStoreRows, NumbersRunUpwards) {
  const auto first = submit(factorial(1)).job.number;
  const auto second = submit(factorial(2)).job.number;
  EXPECT_GT(first, 0u);
  EXPECT_GT(second, first);
  EXPECT_EQ(submit(factorial(1)).job.number, first);
}

TEST_P(JobStoreRows, UnknownIdentityHasNoRow) {
  const auto job = store().find(factorial(404));
  ASSERT_TRUE(job);
  EXPECT_FALSE(*job);
}

TEST_P(JobStoreRows, SubmitAnswersInTheOrderAskedAndOnlyTheFirstOfTwoIsNew) {
  submit(factorial(2));
  const core::NewJob wanted[] = {{factorial(3), ""}, {factorial(1), ""}, {factorial(2), ""}, {factorial(3), ""}};
  const auto answer = store().submit(wanted);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->size(), 4u);
  const bool news[] = {true, true, false, false};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ((*answer)[i].job.identity, wanted[i].identity);
    EXPECT_EQ((*answer)[i].newly_queued, news[i]) << i;
  }
}

TEST_P(JobStoreRows, SubmitOfNothingIsFine) {
  const auto answer = store().submit({});
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->empty());
}

TEST_P(JobStoreRows, SubmitLeavesLiveAndDoneRowsAlone) {
  const auto claimed = submit_and_claim(factorial(5));
  EXPECT_FALSE(submit(factorial(5), "later").newly_queued);
  EXPECT_EQ(find(factorial(5)).state, State::calculating);
  EXPECT_EQ(find(factorial(5)).trace, "");
  finish(claimed);
  EXPECT_FALSE(submit(factorial(5)).newly_queued);
  EXPECT_EQ(find(factorial(5)).state, State::done);
}

TEST_P(JobStoreRows, FailedAndCancelledBeginAnewWhenAskedAgain) {
  const auto claimed = submit_and_claim(factorial(1));
  ASSERT_TRUE(store().fail(claimed, {Code::too_large, "no"}, Duration(0), {}));
  submit(factorial(2));
  ASSERT_TRUE(store().cancel(factorial(2)));
  advance(seconds(5));
  for (const auto& identity : {factorial(1), factorial(2)}) {
    EXPECT_TRUE(submit(identity).newly_queued);
    const auto job = find(identity);
    EXPECT_EQ(job.state, State::queued);
    EXPECT_EQ(job.failures + job.crashes, 0u);
    EXPECT_FALSE(job.error || job.finished_at);
    EXPECT_EQ(job.updated_at, home_->now());
    ASSERT_TRUE(store().shelf().evicted(std::vector{identity}));
    EXPECT_TRUE(can_claim(identity));
  }
  EXPECT_EQ(find(factorial(1)).fence, 2u) << "the fence never goes back";
}

TEST_P(JobStoreRows, TwoHundredAskingAtOnceQueueOneJob) {
  std::atomic<int> newly = 0;
  at_once(200, [&](std::size_t) { newly += submit(factorial(7)).newly_queued; });
  EXPECT_EQ(newly, 1);
  const auto counts = store().counts();
  ASSERT_TRUE(counts);
  EXPECT_EQ(*counts, (core::StateCounts{1, 0, 0, 0, 0, 0}));
}

TEST_P(JobStoreRows, FinishKeepsAllThatIsKnownOfTheResult) {
  const auto claimed = submit_and_claim(factorial(5));
  advance(seconds(1));
  finish(claimed, "120");
  const auto job = find(factorial(5));
  EXPECT_EQ(job.state, State::done);
  EXPECT_EQ(job.stored, result_of("120"));
  EXPECT_EQ(job.finished_at, home_->now());
  EXPECT_EQ(job.started_at, home_->now() - seconds(1));
  EXPECT_FALSE(job.error);
}

TEST_P(JobStoreRows, BlockHashesAreKeptWhereThereAreSeveral) {
  const std::vector<Sha256> several = {hash_of("a"), hash_of("b"), hash_of("c")};
  const auto large = submit_and_claim(factorial(1000));
  ASSERT_TRUE(store().uploading(large));
  ASSERT_TRUE(store().finish(large, result_of("1"), several));
  finish(submit_and_claim(factorial(5)));
  EXPECT_EQ(*store().blocks(factorial(1000)), several);
  EXPECT_TRUE(store().blocks(factorial(5))->empty());
  EXPECT_TRUE(store().blocks(factorial(404))->empty());
}

TEST_P(JobStoreRows, RecomputePutsADamagedResultBackInTheQueue) {
  const std::vector<Sha256> several = {hash_of("a"), hash_of("b")};
  const auto first = submit_and_claim(factorial(9));
  ASSERT_TRUE(store().uploading(first));
  ASSERT_TRUE(store().finish(first, result_of("9"), several));

  EXPECT_OK(store().recompute(factorial(9), hash_of("9")));
  const auto job = find(factorial(9));
  EXPECT_EQ(job.state, State::queued);
  EXPECT_FALSE(job.stored || job.finished_at);
  EXPECT_TRUE(store().blocks(factorial(9))->empty());
  EXPECT_EQ(bells(), std::vector{factorial(9)});

  const auto second = claim(factorial(9));
  EXPECT_GT(second.fence, first.fence);
  ASSERT_TRUE(store().uploading(second));
  EXPECT_OK(store().finish(second, result_of("9"), several));
  EXPECT_EQ(*store().blocks(factorial(9)), several);
}

TEST_P(JobStoreRows, RecomputeOnlyOfTheResultThatTheRowStillNames) {
  EXPECT_CODE(store().recompute(factorial(9), hash_of("9")), Code::lease_lost);
  const auto claimed = submit_and_claim(factorial(9));
  EXPECT_CODE(store().recompute(factorial(9), hash_of("9")), Code::lease_lost);
  finish(claimed, "9");
  EXPECT_CODE(store().recompute(factorial(9), hash_of("another")), Code::lease_lost);
  EXPECT_EQ(find(factorial(9)).state, State::done);
}

TEST_P(JobStoreRows, CancelAnswersWithTheStateItFound) {
  EXPECT_EQ(*store().cancel(factorial(404)), std::nullopt);
  submit(factorial(1));
  EXPECT_EQ(*store().cancel(factorial(1)), State::queued);
  EXPECT_EQ(*store().cancel(factorial(1)), State::cancelled);
  const auto uploading = submit_and_claim(factorial(2));
  ASSERT_TRUE(store().uploading(uploading));
  EXPECT_EQ(*store().cancel(factorial(2)), State::uploading);
  EXPECT_EQ(find(factorial(2)).state, State::cancelled);
  EXPECT_EQ(find(factorial(2)).finished_at, home_->now());
  finish(submit_and_claim(factorial(3)));
  EXPECT_EQ(*store().cancel(factorial(3)), State::done);
  EXPECT_EQ(find(factorial(3)).state, State::done);
}

TEST_P(JobStoreRows, CancelEndsTheClaim) {
  const auto claimed = submit_and_claim(factorial(1));
  ASSERT_TRUE(store().cancel(factorial(1)));
  EXPECT_CODE(store().renew(claimed, seconds(60)), Code::lease_lost);
  EXPECT_CODE(store().uploading(claimed), Code::lease_lost);
  EXPECT_FALSE(can_claim(factorial(1)));
}

TEST_P(JobStoreRows, CountsByState) {
  submit(factorial(1));
  submit_and_claim(factorial(2));
  ASSERT_TRUE(store().uploading(submit_and_claim(factorial(3))));
  finish(submit_and_claim(factorial(4)));
  finish(submit_and_claim(factorial(5)));
  ASSERT_TRUE(store().fail(submit_and_claim(factorial(6)), {Code::too_large, ""}, Duration(0), {}));
  submit(factorial(7));
  ASSERT_TRUE(store().cancel(factorial(7)));
  EXPECT_EQ(*store().counts(), (core::StateCounts{1, 1, 1, 2, 1, 1}));
}

TEST_P(JobStoreRows, NumbersOfAnySizeComeBack) {
  const auto identity = core::Identity::of("power", {18446744073709551615u, 0});
  const auto claimed = submit_and_claim(identity);
  ASSERT_TRUE(store().uploading(claimed));
  core::Stored large = result_of("1");
  large.digits = large.bytes = 1'000'000'000'000'000'000;
  ASSERT_TRUE(store().finish(claimed, large, {}));
  EXPECT_EQ(find(identity).stored, large);
}

TEST_P(JobStoreRows, TextsComeBackByteForByte) {
  const std::string odd = "it's \"quoted\" :name ? \\ % \n ü";
  submit(factorial(1), odd);
  ASSERT_TRUE(store().fail(claim(factorial(1)), {Code::io_error, odd}, Duration(0), {}));
  EXPECT_EQ(find(factorial(1)).trace, odd);
  EXPECT_EQ(find(factorial(1)).error->detail, odd);
}

TEST_P(JobStoreRows, AllOfItOutlivesARestart) {
  submit(factorial(1), "trace");
  finish(submit_and_claim(factorial(2)), "2");
  submit_and_claim(factorial(3));
  home_->reopen();
  EXPECT_EQ(find(factorial(1)).trace, "trace");
  EXPECT_EQ(find(factorial(2)).stored, result_of("2"));
  EXPECT_EQ(find(factorial(3)).state, State::calculating);
}

TEST_P(JobStoreRows, PingAnswers) { EXPECT_OK(store().ping()); }

INSTANTIATE_TEST_SUITE_P(Adapters, JobStoreRows, testing::ValuesIn(job_store_adapters()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace decima::conformance
