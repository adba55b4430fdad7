// What comes after: damaged results, leases that ran out, digits left in staging, bells that were lost.
#include <gmock/gmock.h>

#include <atomic>

#include "core/janitor.hpp"
#include "core/relay.hpp"
#include "core/worker.hpp"
#include "hooked_ports.hpp"
#include "rig.hpp"

namespace decima::faults {
namespace {

using core::Ending;
using core::State;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Recovery : public Rig {
 protected:
  core::Job finished(const char* identity) {
    const core::Request request = request_of(identity);
    EXPECT_EQ(execute(claimed(request), request), Ending::done);
    return row(request.identity);
  }

  /// Writes other bytes under a blob's key, as a failing disk would.
  void overwrite(std::string_view key, std::string_view bytes) {
    auto writer = *blobs_->create(key);
    ASSERT_TRUE(writer->append(bytes));
    ASSERT_TRUE(writer->commit());
  }

  core::Doorbell bell_;
};

TEST_F(Recovery, AFlippedByteIsNeverServedAndTheJobIsComputedAgain) {
  const core::Job job = finished("factorial-10");
  core::Service service(ports(), budgets_, {0, 0}, bell_, live_, notices_);
  for (const char* damage : {"3628801", "362880", "36288000", "", "3628800x"}) {
    overwrite("factorials/10.txt", damage);
    const auto text = service.text(row(job.identity));
    const bool same_length_prefix = std::string_view(damage).substr(0, 7) == "3628800";
    if (same_length_prefix && text) {
      EXPECT_EQ(**text, "3628800");  // what was appended lies beyond the text and is never read
      continue;
    }
    ASSERT_FALSE(text) << damage;
    EXPECT_EQ(text.error().code, Code::corrupt);
    EXPECT_EQ(row(job.identity).state, State::queued);
    EXPECT_THAT(blobs("factorials/"), IsEmpty()) << "the damaged blob is set aside";
    EXPECT_THAT(blobs("damaged/"), SizeIs(1));
    ASSERT_TRUE(blobs_->remove(blobs("damaged/").front()));
    finished("factorial-10");
  }
  EXPECT_EQ(stored_text(job.identity), "3628800");
}

TEST_F(Recovery, EveryBlockOfALongResultIsChecked) {
  const core::Job job = finished("factorial-300000");  // 1.5 MB: two blocks
  ASSERT_GT(job.stored->bytes, core::block_bytes);
  core::Service service(ports(), budgets_, policy_, bell_, live_, notices_);
  auto text = service.open_text(job);
  ASSERT_TRUE(text);
  ASSERT_EQ(text->block_count(), 2u);
  EXPECT_TRUE(text->block(0));
  const std::string second = *text->block(1);
  std::string damaged = *text->block(0) + second;
  damaged[core::block_bytes + 5] ^= 1;
  overwrite("factorials/300000.txt", damaged);
  EXPECT_TRUE(text->block(0));
  ASSERT_FALSE(text->block(1));
  EXPECT_EQ(text->block(1).error().code, Code::corrupt);
}

TEST_F(Recovery, ALostResultIsComputedAgain) {
  const core::Job job = finished("factorial-10");
  ASSERT_TRUE(blobs_->remove("factorials/10.txt"));
  core::Service service(ports(), budgets_, {0, 0}, bell_, live_, notices_);
  EXPECT_EQ(service.text(job).error().code, Code::corrupt);
  finished("factorial-10");
  EXPECT_EQ(stored_text(job.identity), "3628800");
}

TEST_F(Recovery, TheJanitorSweepsWhatNoAttemptWillFinish) {
  core::Janitor janitor(ports(), patience_, "test", bell_);
  const core::Job under_way = claimed(request_of("factorial-7"));
  overwrite(core::staging_key(under_way.identity, under_way.fence), "504");
  overwrite(core::staging_key(under_way.identity, under_way.fence + 1), "left by a fence that never was");
  overwrite("staging/factorial-8/1", "left by a job without a row");
  EXPECT_EQ(*janitor.sweep_staging(), 2u);
  EXPECT_THAT(blobs(core::staging_prefix), ElementsAre("staging/factorial-7/1"));
}

TEST_F(Recovery, TheJanitorEndsLeasesAndThePatientJobIsTakenAgain) {
  core::Janitor janitor(ports(), patience_, "test", bell_);
  const core::Request request = request_of("factorial-7");
  claimed(request);
  EXPECT_EQ(*janitor.sweep_leases(), 0u);
  clock_.advance(lease_ + Duration(1));
  EXPECT_EQ(*janitor.sweep_leases(), 1u);
  EXPECT_EQ(row(request.identity).crashes, 1u);
  clock_.advance(std::chrono::hours(1));
  EXPECT_TRUE(*jobs_->claim(request.identity, "test", lease_));
}

// What a laptop does when its lid is closed: the leases of this process run out, but nobody has died.
TEST_F(Recovery, TheJanitorEndsNoLeaseThatItsOwnProcessHolds) {
  core::LeaseKeeper keeper(*jobs_, std::chrono::hours(10));  // so long that it does not come by itself
  core::Doorbell bell;
  core::Janitor janitor(ports(), patience_, "test", bell, nullptr, &keeper);
  const core::Request held = request_of("factorial-7"), abandoned = request_of("factorial-8");
  const core::Job job = claimed(held);
  claimed(abandoned);
  std::stop_source computation;
  const core::LeaseKeeper::Hold hold(keeper, {job.identity, job.fence}, computation);
  for (int standstill = 0; standstill < 20; standstill++) {
    clock_.advance(std::chrono::hours(11));
    EXPECT_EQ(*janitor.sweep_leases(), standstill == 0 ? 1u : 0u) << "that of factorial-8";
  }
  EXPECT_EQ(row(held.identity).state, State::calculating);
  EXPECT_EQ(row(held.identity).crashes, 0u);
  EXPECT_EQ(row(abandoned.identity).crashes, 1u);
  EXPECT_FALSE(computation.stop_requested());
  ASSERT_TRUE(jobs_->cancel(held.identity));
  EXPECT_EQ(*janitor.sweep_leases(), 0u);
  EXPECT_TRUE(computation.stop_requested()) << "its claim is over";
}

TEST_F(Recovery, AJobThatEndsItsWorkersIsPoison) {
  core::Janitor janitor(ports(), patience_, "test", bell_);
  const core::Request request = request_of("factorial-7");
  claimed(request);
  for (std::uint64_t crash = 1; crash <= patience_.crashes; crash++) {
    clock_.advance(lease_ + Duration(1));
    ASSERT_EQ(*janitor.sweep_leases(), 1u);
    clock_.advance(std::chrono::hours(1));
    const auto again = *jobs_->claim(request.identity, "test", lease_);
    EXPECT_EQ(bool(again), crash < patience_.crashes);
  }
  EXPECT_EQ(row(request.identity).state, State::failed);
  EXPECT_EQ(row(request.identity).error->code, Code::poison);
}

TEST_F(Recovery, ABellThatWasLostRingsAgain) {
  core::Relay relay(ports(), bell_);
  const core::NewJob wanted[] = {{*core::Identity::parse("factorial-7"), ""}};
  ASSERT_TRUE(jobs_->submit(wanted));
  EXPECT_EQ(*relay.sweep(), 1u);
  EXPECT_EQ(*relay.sweep(), 0u) << "not twice at once";
  ASSERT_TRUE(*queue_->take(Duration(0))) << "the message is taken, and its taker vanishes";
  clock_.advance(std::chrono::hours(2));
  EXPECT_EQ(*relay.sweep(), 1u);
  EXPECT_EQ((*queue_->take(Duration(0)))->message.body, R"({"number":"7"})");
}

/// Waits, without sleeping a fixed time, until the row has come to an end.
core::Job wait_for_end(core::JobStore& jobs, const core::Identity& identity) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (;;) {
    const auto job = *jobs.find(identity);
    if ((job && core::finished(job->state)) || std::chrono::steady_clock::now() > deadline) return *job;
    std::this_thread::yield();
  }
}

TEST_F(Recovery, AWorkerTakesSubmitsOfAForeignProducer) {
  core::Worker worker(ports(), budgets_, policy_, patience_, live_, {.name = "test"});
  worker.start();
  const core::Message messages[] = {
      {R"({"number": 12})", ""}, {"nonsense", ""}, {R"({"number":"99999999999999"})", ""}};
  ASSERT_EQ(*queue_->publish(messages), 3u);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  const core::Identity identity = *core::Identity::parse("factorial-12");
  while (!*jobs_->find(identity) && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ(wait_for_end(*jobs_, identity).state, State::done);
  worker.stop(Duration(5000));
  EXPECT_EQ(stored_text(identity), "479001600");
  EXPECT_FALSE(*jobs_->find(*core::Identity::parse("factorial-99999999999999"))) << "refused, not stored";
}

// A disk that is full for longer than a lease: no row can be written, neither how an attempt ended.
TEST_F(Recovery, AClaimWhoseEndCannotBeWrittenIsGivenBackOnceItCan) {
  std::atomic<bool> full = true;
  std::atomic<int> refused = 0;
  const auto jobs = hooked(*jobs_, [&](std::string_view call, Moment moment) -> std::optional<Error> {
    const bool ends = call == "jobs.finish_many" || call == "jobs.fail" || call == "jobs.give_back";
    if (!full || !ends || moment == Moment::after) return std::nullopt;
    if (call == "jobs.fail") refused++;
    return Error{Code::storage_full, "no room for a row"};
  });
  const core::Ports ports{*jobs, *queue_, *blobs_, *cache_, clock_};
  core::Worker worker(ports, budgets_, policy_, patience_, live_, {.name = "test", .lease = lease_});
  core::Janitor janitor(ports, patience_, "test", bell_, nullptr, &worker.leases());
  core::Relay relay(ports, bell_);
  const core::Identity identity = *core::Identity::parse("factorial-7");
  const core::NewJob wanted[] = {{identity, ""}};
  ASSERT_TRUE(jobs->submit(wanted));
  ASSERT_EQ(*relay.sweep(), 1u);
  worker.start();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (refused == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  ASSERT_EQ(refused, 1);
  clock_.advance(2 * lease_);
  full = false;
  for (bool rung = false; !rung && std::chrono::steady_clock::now() < deadline; rung = *relay.sweep() == 1)
    EXPECT_EQ(*janitor.sweep_leases(), 0u) << "nobody has died";
  EXPECT_EQ(row(identity).crashes, 0u);
  EXPECT_EQ(wait_for_end(*jobs_, identity).state, State::done);
  worker.stop(Duration(5000));
}

TEST_F(Recovery, ManyWorkersComputeEachJobOnce) {
  core::WorkerSettings settings{.name = "test", .lanes = 4};
  core::Worker worker(ports(), budgets_, policy_, patience_, live_, settings);
  core::Relay relay(ports(), bell_);
  std::vector<core::NewJob> wanted;
  for (std::uint64_t n = 0; n < 50; n++) wanted.push_back({core::Identity::of("factorial", {n}), ""});
  ASSERT_TRUE(jobs_->submit(wanted));
  while (*relay.sweep() > 0) {
  }
  worker.start();
  for (const core::NewJob& job : wanted) {
    const core::Job ended = wait_for_end(*jobs_, job.identity);
    EXPECT_EQ(ended.state, State::done) << job.identity.text();
    EXPECT_EQ(ended.fence, 1u) << job.identity.text() << " was computed once";
  }
  worker.stop(Duration(5000));
}

}  // namespace
}  // namespace decima::faults
