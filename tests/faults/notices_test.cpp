// Whatever changes a job's state through the store's port is heard, once it is committed, and nothing else is.
#include <gmock/gmock.h>

#include "core/noticed_jobs.hpp"
#include "hooked_ports.hpp"
#include "rig.hpp"

namespace decima::faults {
namespace {

using core::State;
using testing::ElementsAre;
using testing::IsEmpty;

class NoticedJobs : public Rig {
 protected:
  void SetUp() override {
    Rig::SetUp();
    failing_ = hooked(*jobs_, [this](std::string_view, Moment moment) -> std::optional<Error> {
      if (broken_ && moment == Moment::before) return Error{Code::unavailable, "away"};
      return std::nullopt;
    });
    told_ = core::noticed(*failing_, notices_);
    listening_ = notices_.subscribe(job_, [this](State state) { heard_.push_back(state); });
  }

  /// What was heard since the last time.
  std::vector<State> heard() { return std::exchange(heard_, {}); }

  void submit() {
    const core::NewJob wanted[] = {{job_, ""}};
    EXPECT_TRUE(told_->submit(wanted));
  }
  core::Claim claim() {
    const core::Job claimed = **told_->claim(job_, "test", lease_);
    return {job_, claimed.fence};
  }

  const core::Identity job_ = core::Identity::of("factorial", {5});
  const core::Stored result_{3, 3, sha256("120"), sha256("root"), "7:1"};
  bool broken_ = false;
  std::unique_ptr<core::JobStore> failing_, told_;
  std::vector<State> heard_;
  core::Notices::Subscription listening_;
};

TEST_F(NoticedJobs, TellOfEveryMove) {
  submit();
  EXPECT_THAT(heard(), ElementsAre(State::queued));
  submit();
  EXPECT_THAT(heard(), IsEmpty()) << "it was there already";
  core::Claim held = claim();
  EXPECT_TRUE(told_->renew(held, lease_));
  EXPECT_THAT(heard(), ElementsAre(State::calculating));
  EXPECT_TRUE(told_->give_back(held));
  EXPECT_THAT(heard(), ElementsAre(State::queued));
  held = claim();
  EXPECT_TRUE(told_->fail(held, {Code::io_error, ""}, Duration(0), patience_));
  EXPECT_THAT(heard(), ElementsAre(State::calculating, State::queued));
  held = claim();
  EXPECT_TRUE(told_->uploading(held));
  EXPECT_TRUE(told_->finish(held, result_, {}));
  EXPECT_THAT(heard(), ElementsAre(State::calculating, State::uploading, State::done));
  EXPECT_TRUE(told_->cancel(job_));
  EXPECT_THAT(heard(), IsEmpty()) << "what is done stays done";
  EXPECT_TRUE(told_->recompute(job_, result_.sha256));
  EXPECT_TRUE(told_->cancel(job_));
  EXPECT_THAT(heard(), ElementsAre(State::queued, State::cancelled));
}

TEST_F(NoticedJobs, TellAllWhenLeasesEnd) {
  submit();
  claim();
  heard();
  EXPECT_TRUE(told_->expire_leases(patience_));
  EXPECT_THAT(heard(), IsEmpty());
  clock_.advance(2 * lease_);
  EXPECT_TRUE(told_->expire_leases(patience_));
  EXPECT_EQ(heard().size(), 1u);
}

TEST_F(NoticedJobs, TellNothingOfWhatWasNotCommittedOrOfAnother) {
  broken_ = true;
  const core::NewJob wanted[] = {{job_, ""}};
  EXPECT_FALSE(told_->submit(wanted));
  broken_ = false;
  submit();
  const core::Claim old = claim();
  clock_.advance(2 * lease_);
  EXPECT_TRUE(jobs_->expire_leases(patience_));
  heard();
  EXPECT_FALSE(told_->uploading(old));
  EXPECT_FALSE(told_->fail(old, {Code::io_error, ""}, Duration(0), patience_));
  const core::NewJob another[] = {{core::Identity::of("factorial", {6}), ""}};
  EXPECT_TRUE(told_->submit(another));
  EXPECT_THAT(heard(), IsEmpty());
}

}  // namespace
}  // namespace decima::faults
