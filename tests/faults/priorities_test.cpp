// Who goes first, and that nobody waits for ever. Time passes only when told.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "core/relay.hpp"
#include "core/worker.hpp"
#include "hooked_ports.hpp"
#include "rig.hpp"

namespace decima::faults {
namespace {

using std::chrono::seconds;

class Priorities : public Rig {
 protected:
  core::Identity submitted(std::uint64_t n, unsigned priority) {
    const core::NewJob wanted[] = {
        {.identity = core::Identity::of("factorial", {n}), .trace = "", .priority = priority}};
    EXPECT_TRUE(jobs_->submit(wanted));
    return wanted[0].identity;
  }

  void ring_all() {
    core::Doorbell bell;
    core::Relay relay(ports(), bell);
    while (*relay.sweep() > 0) {
    }
  }

  /// Claims what the next delivery names; 0 when nothing waits.
  std::uint64_t next() {
    while (const auto delivery = *queue_->take(Duration(0))) {
      const core::Identity identity = *core::read_message(delivery->message.body);
      if (*jobs_->claim(identity, "test", lease_)) return std::stoull(std::string(identity.arguments().front()));
    }
    return 0;
  }
};

TEST_F(Priorities, HigherGoesFirstAndEqualsInTheirOrder) {
  submitted(1, 3);
  submitted(2, 5);
  submitted(3, 9);
  clock_.advance(Duration(1));
  submitted(4, 5);
  submitted(5, 9);
  ring_all();
  std::vector<std::uint64_t> order;
  while (const std::uint64_t n = next()) order.push_back(n);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{3, 5, 2, 4, 1}));
}

TEST_F(Priorities, WhoWaitedLongEnoughGoesFirst) {
  submitted(1, 3);
  ring_all();
  clock_.advance(2 * core::priority_step);
  submitted(2, 5);
  clock_.advance(Duration(1));
  submitted(3, 5);
  ring_all();
  EXPECT_EQ(next(), 1u) << "two steps older is worth as much, and it came first";
  EXPECT_EQ(next(), 2u);
  EXPECT_EQ(next(), 3u);
}

TEST_F(Priorities, NobodyStarvesBehindAStreamOfMoreImportantJobs) {
  queue_ = adapters::make_memory_queue(100'000);
  submitted(1, 0);
  // Twice as many come as can be dealt with, each of them more important.
  const Duration bound = core::priority_most * core::priority_step;
  Duration waited{0};
  for (std::uint64_t n = 2;; n += 2) {
    submitted(n, core::priority_most);
    submitted(n + 1, core::priority_most);
    ring_all();
    const std::uint64_t got = next();
    if (got == 1) break;
    clock_.advance(seconds(1));
    waited += seconds(1);
    ASSERT_LE(waited, 3 * bound) << "it starves";
  }
  EXPECT_GT(waited, bound) << "the others did come first";
}

TEST_F(Priorities, WhoAsksAgainWithAHigherOneIsHeard) {
  submitted(1, 5);
  submitted(2, 5);
  ring_all();
  submitted(2, 7);
  submitted(1, 3);
  ring_all();
  EXPECT_EQ(next(), 2u);
  EXPECT_EQ(next(), 1u) << "a lower one changes nothing";
}

TEST_F(Priorities, SmallJobsAndThoseThatSomebodyWaitsForComeFirst) {
  const core::Request small = request_of("factorial-1000"), large = request_of("factorial-250000");
  core::Request asked = large;
  asked.priority = 8;
  EXPECT_GT(core::priority_of(small), core::priority_of(large));
  EXPECT_GT(core::priority_waited_for, core::priority_of(small));
  EXPECT_EQ(core::priority_of(asked), 8u);
}

TEST_F(Priorities, OrderTheLineOfLargeJobs) {
  std::mutex mutex;
  std::vector<std::string> begun;
  std::atomic<bool> may_go_on = false;
  const auto real = std::move(blobs_);
  blobs_ = hooked(*real, [&](std::string_view call, Moment moment) -> std::optional<Error> {
    if (call != "blobs.create" || moment != Moment::before) return std::nullopt;
    {
      const std::lock_guard lock(mutex);
      for (std::uint64_t n : {250'000, 250'001, 250'002}) {
        const auto identity = core::Identity::of("factorial", {n});
        const auto found = *jobs_->find(identity);
        if (found && found->state == core::State::calculating) begun.push_back(identity.text());
      }
    }
    while (!may_go_on) std::this_thread::yield();
    return std::nullopt;
  });
  const auto deadline = std::chrono::steady_clock::now() + seconds(60);
  const auto until = [&](auto condition) {
    while (!condition() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  };
  core::Worker worker(ports(), budgets_, policy_, patience_, live_, {.name = "test", .lanes = 1});
  worker.start();
  submitted(250'000, 3);
  ring_all();
  until([&] {
    const std::lock_guard lock(mutex);
    return begun.size() == 1;
  });
  submitted(250'001, 3);
  ring_all();
  until([&] { return *queue_->depth() == 0; });
  submitted(250'002, 6);
  // A small one that is done shows that the lane has also seen what came before it.
  const auto small = submitted(5, 0);
  ring_all();
  until([&] { return row(small).state == core::State::done; });
  may_go_on = true;
  until([&] { return row(core::Identity::of("factorial", {250'001})).state == core::State::done; });
  EXPECT_EQ(begun, (std::vector<std::string>{"factorial-250000", "factorial-250002", "factorial-250001"}));
  worker.stop(Duration(5000));
}

}  // namespace
}  // namespace decima::faults
