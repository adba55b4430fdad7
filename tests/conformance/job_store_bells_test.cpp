// Bells: which jobs the relay is told to ring for, and when again.
#include "job_store_suite.hpp"

namespace decima::conformance {
namespace {

using std::chrono::seconds;

class JobStoreBells : public JobStoreConformance {};

TEST_P(JobStoreBells, DueOnceSubmitted) {
  submit(factorial(1));
  EXPECT_EQ(bells(), std::vector{factorial(1)});
}

TEST_P(JobStoreBells, OnlyForQueuedJobs) {
  submit_and_claim(factorial(1));
  finish(submit_and_claim(factorial(2)));
  submit(factorial(3));
  ASSERT_TRUE(store().cancel(factorial(3)));
  EXPECT_TRUE(bells().empty());
}

TEST_P(JobStoreBells, LongestDueFirstAndNoMoreThanAsked) {
  for (std::uint64_t n : {30, 10, 20}) {
    submit(factorial(n));
    advance(seconds(1));
  }
  EXPECT_EQ(bells(), (std::vector{factorial(30), factorial(10), factorial(20)}));
  EXPECT_EQ(bells(2), (std::vector{factorial(30), factorial(10)}));
  EXPECT_TRUE(bells(0).empty());
}

TEST_P(JobStoreBells, CarryTheRankOfTheirJob) {
  const Time start = home_->now();
  const core::NewJob wanted[] = {{.identity = factorial(1), .trace = "", .priority = 2}};
  ASSERT_TRUE(store().submit(wanted));
  const auto rank = [&] { return (*store().bells_due(1)).at(0).rank; };
  EXPECT_EQ(rank(), core::rank(start, 2));
  advance(seconds(7));
  EXPECT_EQ(rank(), core::rank(start, 2)) << "it stays as it is while the job waits";
  const core::Claim claimed = claim(factorial(1));
  ASSERT_TRUE(store().fail(claimed, {Code::io_error, "x"}, seconds(5), {}));
  advance(seconds(5));
  EXPECT_EQ(rank(), core::rank(start + seconds(12), 2)) << "from when it may run again";
}

TEST_P(JobStoreBells, DueAgainForWhoAsksWithAHigherPriority) {
  submit(factorial(1));
  ring({factorial(1)});
  const auto ask = [&](unsigned priority) {
    const core::NewJob wanted[] = {{.identity = factorial(1), .trace = "", .priority = priority}};
    const auto answer = store().submit(wanted);
    ASSERT_TRUE(answer);
    EXPECT_FALSE((*answer)[0].newly_queued);
  };
  ask(core::priority_small);
  ask(1);
  EXPECT_TRUE(bells().empty());
  ask(core::priority_most);
  EXPECT_EQ(bells().size(), 1u);
}

TEST_P(JobStoreBells, EachWaitIsTwiceTheOneBeforeUpToTheLongest) {
  submit(factorial(1));
  Duration wait = core::bell_wait_first;
  for (int i = 0; i < 20; ++i) {
    ring({factorial(1)});
    EXPECT_TRUE(bells().empty());
    advance(wait - Duration(1));
    EXPECT_TRUE(bells().empty()) << "ring " << i;
    advance(Duration(1));
    EXPECT_EQ(bells().size(), 1u) << "ring " << i;
    wait = std::min(2 * wait, core::bell_wait_longest);
  }
}

TEST_P(JobStoreBells, BackInTheQueueBeginsAnew) {
  submit(factorial(1));
  for (int i = 0; i < 5; ++i) ring({factorial(1)});
  ASSERT_TRUE(store().give_back(claim(factorial(1))));
  EXPECT_EQ(bells().size(), 1u);
  ring({factorial(1)});
  advance(core::bell_wait_first);
  EXPECT_EQ(bells().size(), 1u);
}

TEST_P(JobStoreBells, RungForWhatIsNotQueuedAnyMoreDoesNothing) {
  const auto claimed = submit_and_claim(factorial(1));
  const auto before = find(factorial(1));
  ring({factorial(1), factorial(404)});
  EXPECT_EQ(find(factorial(1)).state, before.state);
  ASSERT_TRUE(store().give_back(claimed));
  EXPECT_EQ(bells().size(), 1u);
}

TEST_P(JobStoreBells, RingingIsNoChangeThatUsersSee) {
  submit(factorial(1));
  const auto before = find(factorial(1)).updated_at;
  advance(seconds(1));
  ring({factorial(1)});
  EXPECT_EQ(find(factorial(1)).updated_at, before);
}

INSTANTIATE_TEST_SUITE_P(Adapters, JobStoreBells, testing::ValuesIn(job_store_adapters()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace decima::conformance
