// Jobs whose workers vanished, and those who happen to be near them.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/relay.hpp"
#include "core/worker.hpp"
#include "hooked_ports.hpp"
#include "rig.hpp"

namespace decima::faults {
namespace {

using core::State;

class Suspects : public Rig {
 protected:
  core::Identity submitted(std::uint64_t n) {
    const core::NewJob wanted[] = {{core::Identity::of("factorial", {n}), ""}};
    EXPECT_TRUE(jobs_->submit(wanted));
    return wanted[0].identity;
  }

  /// A job whose worker has vanished as often as makes it one.
  core::Identity suspect(std::uint64_t n) {
    const core::Identity identity = submitted(n);
    for (std::uint64_t crash = 0; crash < core::crashes_until_alone; crash++) {
      EXPECT_TRUE(*jobs_->claim(identity, "vanishing", lease_));
      clock_.advance(lease_ + Duration(1));
      EXPECT_EQ(*jobs_->expire_leases(patience_), 1u);
    }
    return identity;
  }

  void expect_all_done(const core::Ports& ports, const std::vector<core::Identity>& identities) {
    core::Relay relay(ports, bell_);
    // One lane: another would be seen to claim a suspect for the moment until it gives it back.
    core::Worker worker(ports, budgets_, policy_, patience_, live_, {.name = "test", .lanes = 1});
    while (*relay.sweep() > 0) {
    }
    worker.start();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (const core::Identity& identity : identities) {
      while (row(identity).state != State::done && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
      EXPECT_EQ(row(identity).state, State::done) << identity.text();
    }
    worker.stop(Duration(5000));
  }

  void ring(const std::vector<core::Identity>& identities) {
    std::vector<core::Message> messages;
    for (const core::Identity& identity : identities) messages.push_back({core::names(identity).message, ""});
    EXPECT_TRUE(queue_->publish(messages));
  }

  static bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition())
      if (std::chrono::steady_clock::now() > deadline)
        return false;
      else
        std::this_thread::yield();
    return true;
  }

  std::uint64_t under_way() {
    const auto counts = *jobs_->counts();
    return counts[static_cast<std::size_t>(State::calculating)] + counts[static_cast<std::size_t>(State::uploading)];
  }

  core::Doorbell bell_;
};

TEST_F(Suspects, RunWhileNothingElseIsClaimedThatTheyCouldTakeWithThem) {
  patience_ = {};
  std::vector<core::Identity> all;
  for (std::uint64_t n = 10; n < 15; n++) all.push_back(suspect(n));
  const std::vector<core::Identity> suspects = all;
  for (std::uint64_t n = 100; n < 150; n++) all.push_back(submitted(n));
  std::atomic<int> in_company = 0;
  const auto real = std::move(blobs_);
  // A batch is stored when all its numbers are verified: by then whatever else is claimed has its lease too.
  blobs_ = hooked(*real, [&](std::string_view call, Moment moment) -> std::optional<Error> {
    if (call != "blobs.put_many" || moment != Moment::before) return std::nullopt;
    for (const core::Identity& identity : suspects)
      if (row(identity).state == State::uploading && under_way() > 1) in_company++;
    return std::nullopt;
  });
  expect_all_done(ports(), all);
  EXPECT_EQ(in_company, 0);
}

TEST_F(Suspects, WaitForALargeJobWithoutMakingSmallOnesWait) {
  patience_ = {};
  const core::Identity poisonous = suspect(10), large = submitted(250'000);
  std::vector<core::Identity> small;
  for (std::uint64_t n = 100; n < 120; n++) small.push_back(submitted(n));
  std::atomic<bool> large_runs = false, may_end = false;
  const auto real = std::move(blobs_);
  blobs_ = hooked(*real, [&](std::string_view call, Moment moment) -> std::optional<Error> {
    if (call != "blobs.create" || moment != Moment::before) return std::nullopt;
    large_runs = true;
    eventually([&] { return may_end.load(); });
    return std::nullopt;
  });
  core::Worker worker(ports(), budgets_, policy_, patience_, live_, {.name = "test", .lanes = 1});
  worker.start();
  ring({large});
  EXPECT_TRUE(eventually([&] { return large_runs.load(); }));
  const std::uint64_t fence = row(poisonous).fence;
  ring({poisonous});
  EXPECT_TRUE(eventually([&] { return row(poisonous).fence > fence && row(poisonous).state == State::queued; }))
      << "seen, and given back until it may run";
  ring(small);
  for (const core::Identity& identity : small)
    EXPECT_TRUE(eventually([&] { return row(identity).state == State::done; })) << identity.text();
  ring({poisonous});
  EXPECT_EQ(row(large).state, State::calculating);
  EXPECT_EQ(row(poisonous).state, State::queued) << "not beside the large one";
  may_end = true;
  EXPECT_TRUE(eventually([&] { return row(large).state == State::done && row(poisonous).state == State::done; }));
  EXPECT_EQ(row(poisonous).fence, fence + 2) << "a bell that rings while it waits costs no claim";
  worker.stop(Duration(5000));
}

TEST_F(Suspects, AreNotMadeByAStoreThatFailsAfterTheClaim) {
  const core::Request finished = request_of("factorial-7");
  ASSERT_EQ(execute(claimed(finished), finished), core::Ending::done);
  const core::Identity innocent = submitted(8);
  const auto real = std::move(jobs_);
  auto failing = hooked(*real, [](std::string_view call, Moment) -> std::optional<Error> {
    if (call == "jobs.find") return Error{Code::unavailable, "injected"};
    return std::nullopt;
  });
  // Both in one batch: that one of them is not to be had makes the worker look for its row, and that fails.
  const core::Message messages[] = {{core::names(finished.identity).message, ""}, {core::names(innocent).message, ""}};
  ASSERT_TRUE(queue_->publish(messages));
  const core::Ports broken{*failing, *queue_, *blobs_, *cache_, clock_};
  core::Worker worker(broken, budgets_, policy_, patience_, live_, {.name = "test"});
  worker.start();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while ((*real->find(innocent))->state != State::done && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_EQ((*real->find(innocent))->state, State::done);
  worker.stop(Duration(5000));
}

// Found by thirty kills on a slow disk: between the claim of a batch and the last of its suspects' giving back, one
// kill counted for all of them, and twelve such made innocents poison.
TEST_F(Suspects, AreNeverUnderLeaseTogether) {
  patience_ = {};
  std::vector<core::Identity> all;
  for (std::uint64_t n = 10; n < 20; n++) all.push_back(suspect(n));
  std::atomic<int> most = 0;
  const auto real = std::move(jobs_);
  const auto watched = hooked(*real, [&](std::string_view call, Moment moment) -> std::optional<Error> {
    if (call != "jobs.claim_many" || moment != Moment::after) return std::nullopt;
    int held = 0;
    for (const core::Identity& identity : all) held += (*real->find(identity))->state == State::calculating;
    most = std::max(most.load(), held);
    return std::nullopt;
  });
  jobs_ = hooked(*real, [](std::string_view, Moment) { return std::nullopt; });
  expect_all_done({*watched, *queue_, *blobs_, *cache_, clock_}, all);
  EXPECT_EQ(most, 1);
  jobs_.reset();
}

}  // namespace
}  // namespace decima::faults
