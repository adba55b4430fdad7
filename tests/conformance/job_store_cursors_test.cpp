// The calculator's cursor moves with the rows.
#include <atomic>

#include "base/test_threads.hpp"
#include "job_store_suite.hpp"

namespace decima::conformance {
namespace {

class JobStoreCursors : public JobStoreConformance {
 protected:
  std::uint64_t next() { return store().cursors().cursor()->next; }
  std::uint64_t maximum() { return store().cursors().cursor()->maximum; }
  void complete(std::uint64_t n) { finish(submit_and_claim(factorial(n))); }
};

TEST_P(JobStoreCursors, BeginAtZeroAndWantTheBaseCases) {
  EXPECT_EQ(next(), 0u);
  EXPECT_EQ(maximum(), 3u);
}

TEST_P(JobStoreCursors, PassANumberAsItsRowBecomesDone) {
  for (const std::uint64_t n : {0, 1}) complete(n);
  EXPECT_EQ(next(), 2u);
  const core::Claim claim = submit_and_claim(factorial(2));
  ASSERT_TRUE(store().uploading(claim));
  EXPECT_EQ(next(), 2u) << "before it is done";
  ASSERT_TRUE(store().finish(claim, result_of("2"), {}));
  EXPECT_EQ(next(), 3u);
}

TEST_P(JobStoreCursors, WaitForTheNumberWhoseTurnItIs) {
  complete(1);
  complete(2);
  finish(submit_and_claim(core::Identity::of("fibonacci", {0})));
  EXPECT_EQ(next(), 0u);
  complete(0);
  EXPECT_EQ(next(), 1u);
  EXPECT_EQ(store().cursors().pass_done(1)->next, 2u) << "no more than asked";
  EXPECT_EQ(store().cursors().pass_done(100)->next, 3u);
  EXPECT_EQ(store().cursors().pass_done(100)->next, 3u);
}

TEST_P(JobStoreCursors, PassAllOfABatchInItsOrder) {
  std::vector<core::Claim> claims;
  for (std::uint64_t n = 0; n < 5; n++) claims.push_back(submit_and_claim(factorial(n)));
  ASSERT_TRUE(store().uploading_many(claims));
  std::vector<core::Finish> finishes;
  for (const core::Claim& claim : claims) finishes.push_back({claim, result_of("1"), {}});
  ASSERT_TRUE(store().finish_many(finishes));
  EXPECT_EQ(next(), 5u);
}

TEST_P(JobStoreCursors, TakeInTheLargestRequestSinceTheLastTime) {
  core::CursorStore& cursors = store().cursors();
  for (const std::uint64_t n : {17, 40, 12}) submit(factorial(n));
  EXPECT_EQ(maximum(), 3u) << "nobody has looked yet";
  EXPECT_EQ(cursors.raise_maximum(0, 1'000)->maximum, 40u);
  EXPECT_EQ(cursors.raise_maximum(7, 1'000)->maximum, 40u) << "it never falls";
  submit(factorial(1'001));
  submit(factorial(50));
  submit(core::Identity::of("fibonacci", {90}));
  submit(core::Identity::of("factorial", {UINT64_MAX}));
  EXPECT_EQ(cursors.raise_maximum(0, 1'000)->maximum, 50u) << "what is above the limit is not for the calculator";
  EXPECT_EQ(cursors.raise_maximum(60, 1'000)->maximum, 60u);
  EXPECT_EQ(cursors.raise_maximum(2'000, 1'000)->maximum, 1'000u);
}

TEST_P(JobStoreCursors, AreThereAfterReopening) {
  complete(0);
  ASSERT_TRUE(store().cursors().raise_maximum(77, 100));
  home_->reopen();
  EXPECT_EQ(next(), 1u);
  EXPECT_EQ(maximum(), 77u);
}

TEST_P(JobStoreCursors, DoNotGoBackWhenAResultIsComputedAgain) {
  complete(0);
  complete(1);
  ASSERT_TRUE(store().recompute(factorial(0), find(factorial(0)).stored->sha256));
  EXPECT_EQ(next(), 2u);
  finish(claim(factorial(0)));
  EXPECT_EQ(next(), 2u);
}

INSTANTIATE_TEST_SUITE_P(All, JobStoreCursors, testing::ValuesIn(job_store_adapters()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace decima::conformance
