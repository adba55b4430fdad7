// Messages that no row of ours has sent: another producer's, on a queue that is shared.
#include <gmock/gmock.h>

#include <functional>
#include <thread>

#include "core/priority.hpp"
#include "core/quota.hpp"
#include "core/worker.hpp"
#include "hooked_ports.hpp"
#include "rig.hpp"

namespace decima::faults {
namespace {

using core::State;
using testing::HasSubstr;
using testing::SizeIs;

class Foreign : public Rig {
 protected:
  /// Lets a worker have these messages until `enough`.
  void work_off(const std::vector<std::string>& bodies, const std::function<bool()>& enough,
                core::Quota* quota = nullptr) {
    std::vector<core::Message> messages;
    for (const std::string& body : bodies) messages.push_back({body, ""});
    ASSERT_TRUE(shared_->publish(messages));
    core::Worker worker({*jobs_, *shared_, *blobs_, *cache_, clock_}, budgets_, policy_, patience_, live_,
                        {.name = "test"}, quota);
    worker.start();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!enough() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    EXPECT_TRUE(enough());
    worker.stop(Duration(5000));
  }

  bool is_done(const char* identity) {
    const auto job = *jobs_->find(*core::Identity::parse(identity));
    return job && job->state == State::done;
  }

  std::unique_ptr<adapters::MemoryQueue> shared_ = adapters::make_memory_queue(1000);
};

TEST_F(Foreign, AreSubmittedWithAllThatARequestOfOursHas) {
  std::uint64_t expected = 0;
  Time rank{};
  const auto real = std::move(jobs_);
  jobs_ = hooked(*real, [&](std::string_view call, Moment moment) -> std::optional<Error> {
    if (call != "jobs.submit" || moment != Moment::after) return std::nullopt;
    expected = (*real->shelf().rooms())["factorial"].expected;
    const auto bells = *real->bells_due(10);
    if (bells.size() == 1) rank = bells[0].rank;
    return std::nullopt;
  });
  work_off({R"({"number":"100"})"}, [&] { return is_done("factorial-100"); });
  EXPECT_EQ(expected, 158u) << "what it will store is known before it does";
  EXPECT_EQ(rank, core::rank(clock_.now(), core::priority_small));
  jobs_.reset();
}

TEST_F(Foreign, FindNoMoreRoomThanRequestsDo) {
  core::Quota quota(jobs_->shelf(), {.kinds = {{"factorial", 200}}});
  work_off(
      {R"({"number":"100"})", R"({"number":"101"})", R"({"job":"fibonacci-100"})"},
      [&] { return is_done("fibonacci-100") && (is_done("factorial-100") || is_done("factorial-101")); }, &quota);
  EXPECT_NE(is_done("factorial-100"), is_done("factorial-101"));
  ASSERT_THAT(shared_->dead_letters(), SizeIs(1));
  EXPECT_THAT(shared_->dead_letters()[0].why, HasSubstr("DECIMA_STORED_LIMIT_KINDS"));
}

TEST_F(Foreign, WhatCannotBeComputedHereIsSetAsideInWords) {
  work_off({R"({"number":"99999999999"})", "nonsense", R"({"job":"unheard-1"})"},
           [&] { return shared_->dead_letters().size() == 3; });
}

}  // namespace
}  // namespace decima::faults
