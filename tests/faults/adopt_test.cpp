// Digits from elsewhere become a job's result, or leave nothing behind.
#include <gmock/gmock.h>

#include <utility>

#include "core/adopt.hpp"
#include "core/retention.hpp"
#include "hooked_ports.hpp"
#include "rig.hpp"

namespace decima::faults {
namespace {

using core::State;
using testing::ElementsAre;
using testing::IsEmpty;

class Adopt : public Rig {
 protected:
  Result<core::Adopted> adopt(const char* identity, std::string text) {
    const auto give = [&](core::TextPass& pass) -> Result<> {
      const std::size_t half = text.size() / 2;
      if (auto taken = pass.feed(std::string_view(text).substr(0, half)); !taken) return taken;
      return pass.feed(std::string_view(text).substr(half));
    };
    return core::adopt(request_of(identity), give, {ports(), policy_, patience_, live_, arena_, executor_, progress_},
                       stop_);
  }
};

TEST_F(Adopt, PublishesRightDigitsAsTheResult) {
  const auto adopted = adopt("factorial-10", "3628800");
  ASSERT_TRUE(adopted) << adopted.error().message();
  EXPECT_FALSE(adopted->there_already);
  const core::Job job = row(request_of("factorial-10").identity);
  EXPECT_EQ(job.state, State::done);
  EXPECT_EQ(job.stored->sha256, sha256("3628800"));
  EXPECT_EQ(job.stored->residues, adopted->verified.certificate().text());
  EXPECT_EQ(stored_text(job.identity), "3628800");
  EXPECT_THAT(blobs(core::staging_prefix), IsEmpty());
  EXPECT_EQ(cache_->peek("factorial:10"), nullptr) << "what is in the cache must be the text";

  const auto again = adopt("factorial-10", "3628800");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->there_already);
  EXPECT_THAT(blobs(""), ElementsAre("factorials/10.txt"));
}

TEST_F(Adopt, WrongDigitsLeaveNothingBehind) {
  for (const char* wrong : {"3628801", "3628900", "0628800", "362880", "36288000", "36288x0", "3628800\n", ""}) {
    const auto adopted = adopt("factorial-10", wrong);
    ASSERT_FALSE(adopted) << wrong;
    EXPECT_EQ(adopted.error().code, Code::wrong_result) << wrong;
    EXPECT_FALSE(*jobs_->find(request_of("factorial-10").identity)) << wrong;
    EXPECT_THAT(blobs(""), IsEmpty()) << wrong;
  }
}

TEST_F(Adopt, TakesAJobThatRestsAfterAFailure) {
  const core::Job job = claimed(request_of("factorial-10"));
  ASSERT_TRUE(jobs_->fail({job.identity, job.fence}, {Code::io_error, ""}, Duration(60'000), patience_));
  ASSERT_TRUE(adopt("factorial-10", "3628800"));
  EXPECT_EQ(stored_text(job.identity), "3628800");
}

TEST_F(Adopt, BringsAnEvictedResultBack) {
  ASSERT_TRUE(adopt("factorial-10", "3628800"));
  const core::Job before = row(request_of("factorial-10").identity);
  core::Uses uses;
  core::Retention retention(ports(), uses, 1);
  ASSERT_EQ(*retention.round(), 1u);
  const auto adopted = adopt("factorial-10", "3628800");
  ASSERT_TRUE(adopted) << adopted.error().message();
  EXPECT_FALSE(adopted->there_already);
  EXPECT_FALSE(row(before.identity).evicted_at);
  EXPECT_EQ(row(before.identity).stored, before.stored);
  EXPECT_EQ(stored_text(before.identity), "3628800");
}

TEST_F(Adopt, BringsAResultBackWhoseEvictionACrashCutShort) {
  ASSERT_TRUE(adopt("factorial-10", "3628800"));
  const core::Job before = row(request_of("factorial-10").identity);
  const core::Eviction eviction{before.identity, before.stored->sha256};
  ASSERT_TRUE(jobs_->shelf().evict(std::span(&eviction, 1)));  // its digits are still to be removed
  ASSERT_TRUE(adopt("factorial-10", "3628800"));
  EXPECT_THAT(*jobs_->shelf().evictions_begun(10), IsEmpty());
  EXPECT_EQ(stored_text(before.identity), "3628800");
}

TEST_F(Adopt, ADiskThatFillsLeavesNoJobInTheQueue) {
  const auto disk = std::move(blobs_);
  int left = 1;  // the digits get the claim's name; their public one they do not
  blobs_ = hooked(*disk, [&](std::string_view call, Moment moment) {
    const bool full = call == "blobs.promote" && moment == Moment::before && left-- == 0;
    return full ? std::optional(Error{Code::storage_full, "the disk"}) : std::nullopt;
  });
  const auto adopted = adopt("factorial-10", "3628800");
  ASSERT_FALSE(adopted);
  EXPECT_EQ(adopted.error().code, Code::storage_full);
  EXPECT_EQ(row(request_of("factorial-10").identity).state, State::cancelled);
  EXPECT_THAT(blobs(""), IsEmpty());
}

TEST_F(Adopt, ACrashAnywhereIsMendedByDoingItAgain) {
  int calls = 0, crash_at = 0;
  const auto crash = [&](std::string_view, Moment) -> std::optional<Error> {
    if (++calls == crash_at) throw Crash();
    return std::nullopt;
  };
  const auto disk = std::move(blobs_);
  const auto rows = std::move(jobs_);
  blobs_ = hooked(*disk, crash);
  jobs_ = hooked(*rows, crash);
  std::uint64_t fibonacci = 1, next = 1;
  for (int step = 1;;
       step++, next += std::exchange(fibonacci, next)) {  // F(step), so that every step has a job of its own
    const std::string identity = "fibonacci-" + std::to_string(step), text = std::to_string(fibonacci);
    calls = 0;
    crash_at = step;
    bool crashed = false;
    try {
      ASSERT_TRUE(adopt(identity.c_str(), text));
    } catch (const Crash&) {
      crashed = true;
    }
    crash_at = 0;
    ASSERT_TRUE(adopt(identity.c_str(), text)) << "after a crash at call " << step;
    EXPECT_EQ(stored_text(request_of(identity.c_str()).identity), text) << "after a crash at call " << step;
    if (crashed) continue;
    EXPECT_GT(step, 20) << "there are more calls than that";
    return;
  }
}

}  // namespace
}  // namespace decima::faults
