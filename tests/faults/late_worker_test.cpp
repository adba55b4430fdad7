// Two real workers on one store. The first stands still in the middle of a job, past its lease; the second does the job
// meanwhile. What the first does when it moves again changes nothing.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/relay.hpp"
#include "core/worker.hpp"
#include "hooked_ports.hpp"
#include "rig.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

using core::State;

class LateWorker : public Rig, public testing::WithParamInterface<const char*> {
 protected:
  static bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition())
      if (std::chrono::steady_clock::now() > deadline) return false;
    return true;
  }

  core::Doorbell bell_;
};

TEST_P(LateWorker, CannotOverwrite) {
  const core::Request request = request_of(GetParam()[0] == 's' ? "factorial-18000" : "factorial-100");
  const std::string call = GetParam() + 2;
  const core::NewJob wanted[] = {{request.identity, ""}};
  ASSERT_TRUE(jobs_->submit(wanted));
  core::Relay relay(ports(), bell_);
  ASSERT_EQ(*relay.sweep(), 1u);

  std::atomic<bool> standing = false, may_go = false;
  const Hook stand_still = [&](std::string_view at, Moment moment) -> std::optional<Error> {
    if (at != call || moment != Moment::before || standing.exchange(true)) return std::nullopt;
    while (!may_go) std::this_thread::yield();
    return std::nullopt;
  };
  const auto slow_jobs = hooked(*jobs_, stand_still);
  const auto slow_blobs = hooked(*blobs_, stand_still);
  const core::Ports slow_ports{*slow_jobs, *queue_, *slow_blobs, *cache_, clock_};
  core::Worker slow(slow_ports, budgets_, policy_, patience_, live_, {.name = "slow"});
  slow.start();
  ASSERT_TRUE(eventually([&] { return standing.load(); }));

  clock_.advance(lease_ + Duration(1));
  ASSERT_EQ(*jobs_->expire_leases(patience_), 1u);
  ASSERT_EQ(*relay.sweep(), 1u);
  core::LiveJobs other_process;
  core::Worker quick(ports(), budgets_, policy_, patience_, other_process, {.name = "quick"});
  quick.start();
  ASSERT_TRUE(eventually([&] { return row(request.identity).state == State::done; }));
  const core::Job done = row(request.identity);
  EXPECT_EQ(done.fence, 2u);

  may_go = true;
  slow.stop(Duration(20'000));
  quick.stop(Duration(20'000));
  const core::Job after = row(request.identity);
  EXPECT_EQ(after.state, State::done);
  EXPECT_EQ(after.fence, done.fence);
  EXPECT_EQ(after.stored, done.stored);
  EXPECT_EQ(after.finished_at, done.finished_at);
  EXPECT_EQ(after.failures, 0u);
  EXPECT_TRUE(stored_text(request.identity) == factorial_by_gmp(request.arguments.front()));
  EXPECT_TRUE(blobs(core::staging_prefix).empty());
}

// 'g' stands for a gathered result, 's' for a streamed one.
INSTANTIATE_TEST_SUITE_P(At, LateWorker,
                         testing::Values("g jobs.uploading_many", "g blobs.put_many", "g jobs.finish_many",
                                         "s blobs.create", "s blobs.append", "s blobs.commit", "s jobs.uploading_many",
                                         "s blobs.promote", "s jobs.finish_many"),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name)
                             if (c == ' ' || c == '.') c = '_';
                           return name;
                         });

}  // namespace
}  // namespace decima::faults
