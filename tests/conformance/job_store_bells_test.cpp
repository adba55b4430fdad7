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
