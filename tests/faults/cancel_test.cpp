// A job is given up at the worst moments: nothing more is computed for it, whoever just claimed it.
#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "core/janitor.hpp"
#include "core/worker.hpp"
#include "hooked_ports.hpp"
#include "rig.hpp"

namespace decima::faults {
namespace {

using core::State;
using testing::Contains;
using testing::IsEmpty;

class Cancel : public Rig {
 protected:
  /// Rings for these jobs, lets a worker have them, and gives `given_up` up at the first such moment of a call.
  /// Answers with the calls that were made after that, until `last` was done.
  std::vector<std::string> calls_after(const std::string& given_up, std::string_view at, Moment moment,
                                       const std::vector<std::string>& all, const std::string& last) {
    std::vector<std::string> calls;
    std::mutex mutex;
    bool cancelled = false;
    core::Service* client = nullptr;
    const Hook hook = [&](std::string_view call, Moment now) -> std::optional<Error> {
      const std::lock_guard lock(mutex);
      if (cancelled && now == Moment::before) calls.emplace_back(call);
      if (cancelled || call != at || now != moment) return std::nullopt;
      cancelled = true;
      EXPECT_FALSE(core::finished(**client->cancel(*core::Identity::parse(given_up))));
      return std::nullopt;
    };
    const auto watched_jobs = hooked(*jobs_, hook);
    const auto watched_blobs = hooked(*blobs_, hook);
    core::Service service(ports(), budgets_, policy_, bell_, live_, notices_);
    client = &service;
    const core::Ports watched{*watched_jobs, *queue_, *watched_blobs, *cache_, clock_};
    // With a lease that no renewal ends in the time of a test.
    core::Worker worker(watched, budgets_, policy_, patience_, live_,
                        {.name = "test", .lanes = 1, .lease = std::chrono::hours(1)});
    std::vector<core::Message> messages;
    for (const std::string& identity : all) {
      EXPECT_TRUE(service.submit(request_of(identity.c_str()), ""));
      messages.push_back({core::names(*core::Identity::parse(identity)).message, ""});
    }
    EXPECT_TRUE(queue_->publish(messages));
    worker.start();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (row(*core::Identity::parse(last)).state != State::done && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    EXPECT_EQ(row(*core::Identity::parse(last)).state, State::done);
    worker.stop(Duration(5000));
    EXPECT_TRUE(cancelled);
    EXPECT_EQ(row(*core::Identity::parse(given_up)).state, State::cancelled);
    EXPECT_THAT(blobs(core::staging_prefix), IsEmpty());
    return calls;
  }

  core::Doorbell bell_;
};

// One after the other in the one lane for large jobs.
constexpr const char* large = "factorial-250000";
constexpr const char* next_large = "factorial-250001";

TEST_F(Cancel, RightAfterTheClaimALargeJobIsNotComputed) {
  std::size_t created = 0;
  for (const std::string& call : calls_after(large, "jobs.claim_many", Moment::after, {large, next_large}, next_large))
    created += call == "blobs.create";
  EXPECT_EQ(created, 1u) << "the next one's digits, and none of the one that was given up";
}

TEST_F(Cancel, WhileItIsVerifiedALargeJobGoesNoFurther) {
  const auto calls = calls_after(large, "blobs.read", Moment::before, {large, next_large}, next_large);
  EXPECT_THAT(calls, Contains("jobs.uploading_many").Times(1)) << "the next one's";
}

// At the last moment, with the digits under their public name already: they go again.
class CancelledLate : public Cancel,
                      public testing::WithParamInterface<std::tuple<const char*, const char*, Moment>> {};

TEST_P(CancelledLate, AJobLeavesNoDigitsThatNoRowKnowsOf) {
  const auto& [given_up, at, moment] = GetParam();
  const bool is_large = std::string(given_up) == large;
  calls_after(given_up, at, moment, {given_up, is_large ? next_large : "factorial-101"},
              is_large ? next_large : "factorial-101");
  core::Janitor janitor(ports(), patience_, "test", bell_);
  ASSERT_TRUE(janitor.sweep_results());
  EXPECT_EQ(blobs("factorials/").size(), 1u) << "those of the other";
  // And it can be asked for again.
  core::Service service(ports(), budgets_, policy_, bell_, live_, notices_);
  EXPECT_TRUE(service.submit(request_of(given_up), "")->newly_queued);
  EXPECT_TRUE(*jobs_->claim(*core::Identity::parse(given_up), "test", lease_));
}

INSTANTIATE_TEST_SUITE_P(At, CancelledLate,
                         testing::Values(std::tuple("factorial-100", "blobs.put_many", Moment::before),
                                         std::tuple("factorial-100", "blobs.put_many", Moment::after),
                                         std::tuple("factorial-100", "jobs.finish_many", Moment::before),
                                         std::tuple(large, "blobs.promote", Moment::after),
                                         std::tuple(large, "jobs.finish_many", Moment::before)),
                         [](const auto& info) { return "case_" + std::to_string(info.index); });

}  // namespace
}  // namespace decima::faults
