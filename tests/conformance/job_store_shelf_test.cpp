// Results as things that take room: how much, who was read last, eviction and the way back.
#include "job_store_suite.hpp"

namespace decima::conformance {
namespace {

using core::ShelfRoom;
using core::State;
using std::chrono::seconds;

class JobStoreShelf : public JobStoreConformance {
 protected:
  core::Shelf& shelf() { return store().shelf(); }

  void done(std::uint64_t n, std::string_view text = "120") { finish(submit_and_claim(factorial(n)), text); }

  /// Submits with the length that its digits will have.
  void submit_long(const core::Identity& identity, std::uint64_t bytes) {
    const core::NewJob wanted[] = {{identity, "", bytes}};
    ASSERT_TRUE(store().submit(wanted));
  }

  std::vector<bool> evict(const core::Identity& identity, std::string_view text = "120") {
    const core::Eviction eviction{identity, hash_of(text)};
    return *shelf().evict(std::span(&eviction, 1));
  }

  void evict_whole(std::uint64_t n, std::string_view text = "120") {
    ASSERT_EQ(evict(factorial(n), text), std::vector{true});
    ASSERT_TRUE(shelf().evicted(std::vector{factorial(n)}));
  }

  std::vector<core::Identity> least_used(std::size_t limit = 100) {
    std::vector<core::Identity> identities;
    const auto jobs = *shelf().least_used(limit);
    for (const core::Job& job : jobs) identities.push_back(job.identity);
    return identities;
  }
};

TEST_P(JobStoreShelf, RoomsAreOfWhatIsKeptAndWhatIsExpected) {
  EXPECT_TRUE(shelf().rooms()->empty());
  submit_long(factorial(1), 10);
  submit_long(factorial(2), 200);
  submit_long(core::Identity::of("fibonacci", {7}), 3'000);
  EXPECT_EQ(*shelf().rooms(), (core::ShelfRooms{{"factorial", {0, 210}}, {"fibonacci", {0, 3'000}}}));
  const auto second = claim(factorial(2));
  EXPECT_EQ(shelf().rooms()->at("factorial"), (ShelfRoom{0, 210})) << "also while it is under way";
  finish(second, "12345");
  EXPECT_EQ(shelf().rooms()->at("factorial"), (ShelfRoom{5, 10})) << "as long as it came out";
}

TEST_P(JobStoreShelf, WhatWillNeverBeStoredTakesNoRoom) {
  submit_long(factorial(1), 10);
  submit_long(factorial(2), 10);
  ASSERT_TRUE(store().cancel(factorial(1)));
  ASSERT_TRUE(store().fail(claim(factorial(2)), {Code::too_large, "no"}, Duration(0), {}));
  EXPECT_TRUE(shelf().rooms()->empty());
  submit_long(factorial(1), 10);
  EXPECT_EQ(shelf().rooms()->at("factorial"), (ShelfRoom{0, 10})) << "asked again, it does";
}

TEST_P(JobStoreShelf, TheLeastUsedAreThoseReadOrFinishedTheLongestAgo) {
  for (const std::uint64_t n : {3, 1, 2}) {
    done(n);
    advance(seconds(1));
  }
  EXPECT_EQ(least_used(), (std::vector{factorial(3), factorial(1), factorial(2)}));
  EXPECT_OK(shelf().used(std::vector{factorial(3), factorial(404)}));
  EXPECT_EQ(least_used(), (std::vector{factorial(1), factorial(2), factorial(3)}));
  EXPECT_EQ(least_used(1), std::vector{factorial(1)});
  submit(factorial(4));
  EXPECT_EQ(least_used().size(), 3u) << "only what is finished";
}

TEST_P(JobStoreShelf, AnEvictedRowKeepsAllThatIsKnownOfItsResult) {
  done(5);
  const auto before = find(factorial(5));
  advance(seconds(1));
  EXPECT_EQ(evict(factorial(5)), std::vector{true});
  const auto after = find(factorial(5));
  EXPECT_EQ(after.state, State::done);
  EXPECT_EQ(after.stored, before.stored);
  EXPECT_EQ(after.finished_at, before.finished_at);
  EXPECT_EQ(after.evicted_at, home_->now());
  EXPECT_TRUE(shelf().rooms()->empty());
  EXPECT_TRUE(least_used().empty());
}

TEST_P(JobStoreShelf, OnlyAFinishedResultWithThatHashIsEvictedAndOnlyOnce) {
  submit(factorial(1));
  done(2);
  EXPECT_EQ(evict(factorial(1)), std::vector{false});
  EXPECT_EQ(evict(factorial(404)), std::vector{false});
  EXPECT_EQ(evict(factorial(2), "another"), std::vector{false});
  const std::vector<core::Eviction> twice = {{factorial(2), hash_of("120")}, {factorial(2), hash_of("120")}};
  EXPECT_EQ(*shelf().evict(twice), (std::vector{true, false}));
}

TEST_P(JobStoreShelf, AnEvictionIsOnTheListUntilItsDigitsAreRemoved) {
  done(1);
  done(2);
  evict(factorial(1));
  evict(factorial(2));
  home_->reopen();
  EXPECT_EQ(shelf().evictions_begun(10)->size(), 2u);
  EXPECT_EQ(shelf().evictions_begun(1)->size(), 1u);
  EXPECT_OK(shelf().evicted(std::vector{factorial(1)}));
  EXPECT_EQ(*shelf().evictions_begun(10), std::vector{factorial(2)});
  EXPECT_OK(shelf().evicted(std::vector{factorial(1), factorial(404)})) << "said again, or of nothing, it is fine";
}

TEST_P(JobStoreShelf, DigitsThatALateAttemptPutBackAreListedOnceMore) {
  const core::Claim late = submit_and_claim(factorial(5), seconds(10));
  ASSERT_TRUE(store().uploading(late));
  advance(seconds(11));
  ASSERT_EQ(*store().expire_leases({}), 1u);
  finish(claim(factorial(5)));
  EXPECT_CODE(store().finish(late, result_of("120"), {}), Code::lease_lost);
  EXPECT_TRUE(shelf().evictions_begun(10)->empty()) << "the digits are those of the row";
  evict_whole(5);
  for (int i = 0; i < 2; i++) EXPECT_CODE(store().finish(late, result_of("120"), {}), Code::lease_lost);
  EXPECT_EQ(*shelf().evictions_begun(10), std::vector{factorial(5)});
  EXPECT_CODE(shelf().restore(factorial(5)), Code::unavailable);
}

TEST_P(JobStoreShelf, WhileDigitsAreBeingRemovedNobodyComputesThemAgain) {
  done(1);
  evict(factorial(1));
  EXPECT_CODE(shelf().restore(factorial(1)), Code::unavailable);
  EXPECT_FALSE(submit(factorial(1)).newly_queued);
  EXPECT_EQ(find(factorial(1)).state, State::done);
  EXPECT_OK(shelf().evicted(std::vector{factorial(1)}));
  EXPECT_OK(shelf().restore(factorial(1)));
}

TEST_P(JobStoreShelf, ARestoredJobIsQueuedAndRemembersItsHash) {
  const std::vector<Sha256> several = {hash_of("a"), hash_of("b")};
  const auto first = submit_and_claim(factorial(9));
  ASSERT_TRUE(store().uploading(first));
  ASSERT_TRUE(store().finish(first, result_of("99"), several));
  evict_whole(9, "99");
  EXPECT_EQ(*store().blocks(factorial(9)), several);
  advance(seconds(5));
  EXPECT_OK(shelf().restore(factorial(9)));
  const auto job = find(factorial(9));
  EXPECT_EQ(job.state, State::queued);
  EXPECT_EQ(job.former_sha256, hash_of("99"));
  EXPECT_FALSE(job.stored || job.evicted_at || job.finished_at);
  EXPECT_EQ(bells(), std::vector{factorial(9)});
  EXPECT_EQ(shelf().rooms()->at("factorial"), (ShelfRoom{0, 2}));

  const auto second = claim(factorial(9));
  EXPECT_GT(second.fence, first.fence);
  ASSERT_TRUE(store().uploading(second));
  EXPECT_OK(store().finish(second, result_of("99"), several));
  EXPECT_EQ(find(factorial(9)).stored, result_of("99"));
  EXPECT_EQ(*store().blocks(factorial(9)), several);
}

TEST_P(JobStoreShelf, AnotherHashThanTheFormerIsNeverTaken) {
  done(9, "99");
  evict_whole(9, "99");
  ASSERT_TRUE(shelf().restore(factorial(9)));
  const auto again = claim(factorial(9));
  ASSERT_TRUE(store().uploading(again));
  EXPECT_FALSE(store().finish(again, result_of("98"), {}));
  EXPECT_EQ(find(factorial(9)).state, State::uploading);
  ASSERT_TRUE(store().fail(again, {Code::wrong_result, "it differs"}, Duration(0), {1, 1}));
  EXPECT_TRUE(submit(factorial(9)).newly_queued);
  EXPECT_EQ(find(factorial(9)).former_sha256, hash_of("99")) << "to ask anew does not make it forgotten";
}

TEST_P(JobStoreShelf, ToSubmitAnEvictedJobRestoresIt) {
  done(1);
  evict_whole(1);
  EXPECT_TRUE(submit(factorial(1)).newly_queued);
  EXPECT_EQ(find(factorial(1)).former_sha256, hash_of("120"));
  EXPECT_FALSE(submit(factorial(1)).newly_queued);
}

// Whoever publishes and is then told that its claim is over, or told nothing, leaves digits that no row knows of.
TEST_P(JobStoreShelf, DigitsThatAnEndedAttemptMayHaveLeftAreListed) {
  const auto listed = [&] { return *shelf().evictions_begun(100); };
  submit(factorial(1));
  ASSERT_TRUE(store().cancel(factorial(1)));
  EXPECT_TRUE(listed().empty()) << "nobody had begun with it";

  const auto given_up = submit_and_claim(factorial(2));
  ASSERT_TRUE(store().uploading(given_up));
  ASSERT_TRUE(store().cancel(factorial(2)));
  EXPECT_EQ(listed(), std::vector{factorial(2)});
  ASSERT_TRUE(store().cancel(factorial(2)));
  EXPECT_OK(shelf().evicted(std::vector{factorial(2)}));
  EXPECT_CODE(store().finish(given_up, result_of("2"), {}), Code::lease_lost);
  EXPECT_EQ(listed(), std::vector{factorial(2)}) << "it was published after the removal";
  EXPECT_OK(shelf().evicted(std::vector{factorial(2)}));

  const auto failed = submit_and_claim(factorial(3));
  ASSERT_TRUE(store().fail(failed, {Code::io_error, ""}, Duration(0), {.failures = 2}));
  EXPECT_TRUE(listed().empty()) << "it is tried again";
  ASSERT_TRUE(store().fail(claim(factorial(3)), {Code::io_error, ""}, Duration(0), {.failures = 2}));
  EXPECT_EQ(listed(), std::vector{factorial(3)});
  EXPECT_OK(shelf().evicted(std::vector{factorial(3)}));

  submit_and_claim(factorial(4), seconds(10));
  advance(seconds(10));
  ASSERT_TRUE(store().expire_leases({.crashes = 1}));
  EXPECT_FALSE(listed().empty());
  for (const auto& identity : listed()) ASSERT_TRUE(shelf().evicted(std::vector{identity}));

  ASSERT_TRUE(store().void_leases({}));
  EXPECT_EQ(listed().size(), 3u) << "at the start of a life, all that may have left some; the first one had no attempt";
}

TEST_P(JobStoreShelf, WhatIsToBeRemovedIsNotClaimedBefore) {
  submit_and_claim(factorial(1));
  ASSERT_TRUE(store().cancel(factorial(1)));
  EXPECT_TRUE(submit(factorial(1)).newly_queued);
  EXPECT_TRUE(bells().empty()) << "nor is its bell rung in vain";
  EXPECT_FALSE(can_claim(factorial(1)));
  EXPECT_OK(shelf().evicted(std::vector{factorial(1)}));
  EXPECT_EQ(bells(), std::vector{factorial(1)});
  EXPECT_TRUE(can_claim(factorial(1)));
}

TEST_P(JobStoreShelf, OnlyEvictedResultsAreRestored) {
  EXPECT_CODE(shelf().restore(factorial(1)), Code::lease_lost);
  done(1);
  EXPECT_CODE(shelf().restore(factorial(1)), Code::lease_lost);
  evict_whole(1);
  EXPECT_OK(shelf().restore(factorial(1)));
  EXPECT_CODE(shelf().restore(factorial(1)), Code::lease_lost);
}

TEST_P(JobStoreShelf, AnEvictedResultIsNotDamaged) {
  done(1);
  evict_whole(1);
  EXPECT_CODE(store().recompute(factorial(1), hash_of("120")), Code::lease_lost);
  EXPECT_TRUE(find(factorial(1)).evicted_at);
}

INSTANTIATE_TEST_SUITE_P(Adapters, JobStoreShelf, testing::ValuesIn(job_store_adapters()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace decima::conformance
