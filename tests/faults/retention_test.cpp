// Results that give way to others: which ones, what stays of them, how they come back, and a crash at each step.
#include <gmock/gmock.h>

#include "adapters/store/connection.hpp"
#include "adapters/store/sqlite_file.hpp"
#include "core/janitor.hpp"
#include "core/retention.hpp"
#include "hooked_ports.hpp"
#include "rig.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

using core::Ending;
using core::State;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RetentionTest : public Rig {
 protected:
  core::Job finished(const std::string& identity) {
    const core::Request request = request_of(identity.c_str());
    EXPECT_EQ(execute(claimed(request), request), Ending::done);
    clock_.advance(Duration(1000));
    return row(request.identity);
  }

  /// Results of 100 to 108 digits or so.
  std::vector<core::Job> finish_some(std::uint64_t count) {
    std::vector<core::Job> jobs;
    for (std::uint64_t n = 0; n < count; n++) jobs.push_back(finished("factorial-" + std::to_string(70 + n)));
    return jobs;
  }

  std::uint64_t kept() {
    std::uint64_t bytes = 0;
    const auto rooms = *jobs_->shelf().rooms();
    for (const auto& [kind, room] : rooms) bytes += room.kept;
    return bytes;
  }

  /// Rows and blobs tell the same of each of these, and digits that are there are right.
  void expect_consistent(const std::vector<core::Job>& jobs) {
    for (const core::Job& before : jobs) {
      const core::Job now = row(before.identity);
      const std::string key = core::names(now.identity).blob_key;
      const bool there = bool(blobs_->size(key));
      ASSERT_EQ(now.state, State::done) << now.identity.text();
      EXPECT_EQ(there, !now.evicted_at) << now.identity.text();
      EXPECT_EQ(now.stored, before.stored);
      if (there) {
        EXPECT_TRUE(stored_text(now.identity) == truth_of(now.identity));
      }
    }
  }

  static std::string truth_of(const core::Identity& identity) {
    return factorial_by_gmp(std::stoull(std::string(identity.arguments().front())));
  }

  core::Doorbell bell_;
  core::Uses uses_;
};

TEST_F(RetentionTest, TheLeastUsedGoUntilNineTenthsAreLeftAndTheirRowsTellAll) {
  const auto jobs = finish_some(20);
  const std::uint64_t all = kept();
  core::Retention enough(ports(), uses_, all);
  EXPECT_EQ(*enough.round(), 0u);
  core::Service reader(ports(), budgets_, {0, 0}, bell_, live_, notices_, {}, &uses_);
  ASSERT_TRUE(reader.text(jobs[0])) << "the oldest is read, and so another goes first";
  core::Retention retention(ports(), uses_, all / 2);
  const std::size_t evicted = *retention.round();
  EXPECT_GE(evicted, 10u);
  EXPECT_LE(kept(), all / 2 / 10 * 9);
  EXPECT_GE(kept(), all / 2 / 10 * 9 - 200) << "and no more than needed";
  EXPECT_FALSE(row(jobs[0].identity).evicted_at);
  EXPECT_TRUE(row(jobs[1].identity).evicted_at);
  expect_consistent(jobs);
  EXPECT_EQ(*retention.round(), 0u);
}

TEST_F(RetentionTest, AskedForAgainItComesBackTheSame) {
  const core::Job before = finished("factorial-300000");  // two blocks
  core::Retention retention(ports(), uses_, 1);
  ASSERT_EQ(*retention.round(), 1u);
  EXPECT_THAT(blobs("factorials/"), IsEmpty());
  core::Service reader(ports(), budgets_, {0, 0}, bell_, live_, notices_, {}, &uses_);
  const auto asked = reader.open_text(row(before.identity));
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, Code::not_finished);
  EXPECT_THAT(asked.error().detail, HasSubstr("computed again"));
  EXPECT_EQ(row(before.identity).state, State::queued);
  EXPECT_EQ(reader.text(row(before.identity).evicted_at ? row(before.identity) : before).error().code, Code::corrupt)
      << "who holds the row of before is not given anything else";
  finished("factorial-300000");
  EXPECT_EQ(row(before.identity).stored, before.stored);
  EXPECT_TRUE(stored_text(before.identity) == truth_of(before.identity));
}

TEST_F(RetentionTest, DigitsThatCameOutDifferentAreAnErrorAndNeverShown) {
  const core::Job before = finished("factorial-100");
  core::Retention retention(ports(), uses_, 1);
  ASSERT_EQ(*retention.round(), 1u);
  ASSERT_TRUE(jobs_->shelf().restore(before.identity));
  core::Job claimed_again = **jobs_->claim(before.identity, "test", lease_);
  ASSERT_EQ(claimed_again.former_sha256, before.stored->sha256);
  claimed_again.former_sha256->front() ^= 1;  // as if what was evicted had been something else
  EXPECT_EQ(execute(claimed_again, request_of("factorial-100")), Ending::queued);
  const core::Job after = row(before.identity);
  EXPECT_EQ(after.error->code, Code::wrong_result);
  EXPECT_THAT(after.error->detail, HasSubstr("those that were evicted had"));
  EXPECT_THAT(blobs(""), IsEmpty());
}

TEST_F(RetentionTest, AReaderWhoseDigitsAreEvictedMeanwhileIsNoAlarm) {
  const core::Job job = finished("factorial-100");
  core::Service reader(ports(), budgets_, {0, 0}, bell_, live_, notices_, {}, &uses_);
  const auto text = reader.open_text(job);
  ASSERT_TRUE(text);
  core::Retention retention(ports(), uses_, 1);
  ASSERT_EQ(*retention.round(), 1u);
  EXPECT_EQ(text->block(0).error().code, Code::corrupt);
  reader.damaged(job);
  EXPECT_EQ(row(job.identity).state, State::queued);
  EXPECT_TRUE(row(job.identity).former_sha256) << "it is restored, not recomputed as damaged";
  EXPECT_THAT(blobs("damaged/"), IsEmpty());
}

TEST_F(RetentionTest, ACrashAtAnyStepLeavesNoBlobWithoutRowAndNoRowThatLies) {
  const auto jobs = finish_some(6);
  bool crashed = true;
  std::uint64_t n = 0;
  for (; crashed; n++) {
    SCOPED_TRACE("crash at moment " + std::to_string(n));
    crashed = false;
    std::uint64_t moments = 0;
    const Hook hook = [&](std::string_view, Moment) -> std::optional<Error> {
      if (moments++ != n) return std::nullopt;
      throw Crash();
    };
    const auto hooked_jobs = hooked(*jobs_, hook);
    const auto hooked_blobs = hooked(*blobs_, hook);
    core::Retention first_life({*hooked_jobs, *queue_, *hooked_blobs, *cache_, clock_}, uses_, 300);
    try {
      EXPECT_GT(*first_life.round(), 0u);
    } catch (const Crash&) {
      crashed = true;
    }
    // Nobody computes anew what may yet be removed.
    for (const core::Job& job : jobs)
      if (row(job.identity).evicted_at && blobs_->size(core::names(job.identity).blob_key)) {
        EXPECT_EQ(jobs_->shelf().restore(job.identity).error().code, Code::unavailable);
      }
    core::Janitor janitor(ports(), patience_, "test", bell_);  // as at the next start, even with retention off
    ASSERT_TRUE(janitor.sweep_results());
    expect_consistent(jobs);
    EXPECT_THAT(*jobs_->shelf().evictions_begun(10), IsEmpty());
    for (const core::Job& job : jobs)
      if (row(job.identity).evicted_at) {
        ASSERT_TRUE(jobs_->shelf().restore(job.identity));
        EXPECT_EQ(finished(job.identity.text()).stored, job.stored);
      }
    expect_consistent(jobs);
    EXPECT_THAT(blobs("factorials/"), SizeIs(jobs.size()));
  }
  EXPECT_GE(n, 14u) << "fewer moments than calls";
}

TEST_F(RetentionTest, ARowWhoseHashIsDamagedIsNotEvictedButComputedAgain) {
  const core::Job job = finished("factorial-100");
  adapters::Connection db = adapters::open_sqlite((folder_ / "decima.db").string());
  db.script("drop trigger jobs_keep; update jobs set sha256 = replace(sha256, substr(sha256, 1, 4), '0123')");
  core::Retention retention(ports(), uses_, 1);
  EXPECT_EQ(*retention.round(), 0u);
  EXPECT_EQ(row(job.identity).state, State::queued);
  EXPECT_FALSE(row(job.identity).former_sha256);
}

TEST_F(RetentionTest, LimitsAreKeptAndTellWhatToDo) {
  core::Service service(ports(), budgets_, policy_, bell_, live_, notices_, {.kinds = {{"factorial", 2'000}}});
  std::vector<core::Request> accepted;
  for (std::uint64_t n = 100; service.submit(request_of(("factorial-" + std::to_string(n)).c_str()), ""); n++)
    accepted.push_back(request_of(("factorial-" + std::to_string(n)).c_str()));
  EXPECT_EQ(accepted.size(), 11u) << "of 158 to 175 digits each";
  const auto refused = service.submit(request_of("factorial-200"), "");
  EXPECT_EQ(refused.error().code, Code::quota_full);
  EXPECT_THAT(refused.error().detail, HasSubstr("DECIMA_STORED_LIMIT_KINDS"));
  EXPECT_FALSE(*jobs_->find(request_of("factorial-200").identity)) << "refused before it has a row";
  EXPECT_TRUE(service.submit(accepted, "")) << "what is there takes no more room";
  EXPECT_TRUE(service.submit(request_of("fibonacci-10000"), "")) << "another kind has its own";
  ASSERT_TRUE(service.cancel(accepted.front().identity));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!service.submit(request_of("factorial-99"), "") && std::chrono::steady_clock::now() < deadline) {
  }
  EXPECT_TRUE(*jobs_->find(request_of("factorial-99").identity)) << "room that was freed is found";
}

TEST_F(RetentionTest, ToBringBackAnEvictedResultNeedsRoomAsWell) {
  const core::Job job = finished("factorial-100");
  core::Retention retention(ports(), uses_, 1);
  ASSERT_EQ(*retention.round(), 1u);
  core::Service service(ports(), budgets_, policy_, bell_, live_, notices_, {.all = 100});
  EXPECT_EQ(service.text(row(job.identity)).error().code, Code::quota_full);
  EXPECT_TRUE(row(job.identity).evicted_at);
}

}  // namespace
}  // namespace decima::faults
