// A crash before and after every call that submit, relay, claim and execute make to a port; then a new life over the
// same stores. However far the first life came, the second ends with the right digits and nothing in staging.
#include <gmock/gmock.h>

#include "core/janitor.hpp"
#include "core/relay.hpp"
#include "hooked_ports.hpp"
#include "rig.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

using core::State;
using testing::IsEmpty;

class CrashSteps : public Rig {
 protected:
  core::Ports hooked_ports(const Hook& hook) {
    hooked_jobs_ = hooked(*jobs_, hook);
    hooked_queue_ = hooked(*queue_, hook);
    hooked_blobs_ = hooked(*blobs_, hook);
    return {*hooked_jobs_, *hooked_queue_, *hooked_blobs_, *cache_, clock_};
  }

  /// From the request to the acknowledged message, as one thread would do it all.
  void live(const core::Ports& ports, const std::vector<core::Request>& requests) {
    core::Service service(ports, budgets_, policy_, bell_, live_, notices_);
    ASSERT_TRUE(service.submit(requests, ""));
    serve_queue(ports);
  }

  void serve_queue(const core::Ports& ports) {
    core::Relay relay(ports, bell_);
    while (*relay.sweep() > 0) {
    }
    std::vector<core::Delivery> deliveries;
    std::vector<core::Identity> wanted;
    for (auto next = *ports.queue.take(Duration(0)); next; next = *ports.queue.take(Duration(0))) {
      wanted.push_back(*core::read_message(next->message.body));
      deliveries.push_back(std::move(*next));
    }
    std::vector<core::Attempt> attempts;
    const auto claimed = ports.jobs.claim_many(wanted, "test", lease_);
    for (const core::Job& job : *claimed) attempts.push_back({job, core::make_request(job.identity, budgets_), {}});
    core::execute(attempts, {ports, policy_, patience_, live_, arena_, executor_, progress_});
    for (const core::Delivery& delivery : deliveries) ASSERT_TRUE(ports.queue.acknowledge(delivery));
  }

  /// What the program does at its start with what an earlier life left.
  void restart() {
    queue_ = adapters::make_memory_queue(1000);
    ASSERT_TRUE(jobs_->void_leases(patience_));
    core::Janitor janitor(ports(), patience_, "test", bell_);
    ASSERT_TRUE(janitor.sweep_staging());
    ASSERT_THAT(blobs(core::staging_prefix), IsEmpty());
  }

  /// Lives once and crashes at the n-th moment, if there are so many; then recovers. False when there were not.
  bool survives_crash_at(std::uint64_t n, const std::vector<std::uint64_t>& numbers) {
    std::vector<core::Request> requests;
    for (const std::uint64_t number : numbers)
      requests.push_back(request_of(("factorial-" + std::to_string(number)).c_str()));
    std::uint64_t moments = 0;
    std::string where = "no crash";
    const core::Ports first_life = hooked_ports([&](std::string_view call, Moment moment) -> std::optional<Error> {
      if (moments++ != n) return std::nullopt;
      where = (moment == Moment::before ? "before " : "after ") + std::string(call);
      throw Crash();
    });
    bool crashed = false;
    try {
      live(first_life, requests);
    } catch (const Crash&) {
      crashed = true;
      restart();
      live(ports(), requests);  // the client whose request was not answered asks again
    }
    SCOPED_TRACE("crash " + where);
    for (const core::Request& request : requests) expect_right(request);
    EXPECT_THAT(blobs(core::staging_prefix), IsEmpty());
    return crashed;
  }

  void expect_right(const core::Request& request) {
    const core::Job job = row(request.identity);
    ASSERT_EQ(job.state, State::done) << request.identity.text();
    EXPECT_LE(job.fence, 2u);
    EXPECT_EQ(job.failures, 0u);
    EXPECT_TRUE(stored_text(request.identity) == factorial_by_gmp(request.arguments.front()));
  }

  core::Doorbell bell_;
  std::unique_ptr<core::JobStore> hooked_jobs_;
  std::unique_ptr<core::Queue> hooked_queue_;
  std::unique_ptr<core::BlobStore> hooked_blobs_;
};

TEST_F(CrashSteps, OfAGatheredJob) {
  std::uint64_t n = 0;
  while (survives_crash_at(n, {100 + n})) n++;
  EXPECT_GE(n, 24u) << "fewer moments than calls";
}

TEST_F(CrashSteps, OfAStreamedJob) {
  std::uint64_t n = 0;
  while (survives_crash_at(n, {20'000 + n})) n++;
  EXPECT_GE(n, 28u) << "fewer moments than calls";
}

TEST_F(CrashSteps, OfABatch) {
  std::uint64_t n = 0;
  while (survives_crash_at(n, {1'000 + 5 * n, 1'001 + 5 * n, 1'002 + 5 * n, 18'000 + n, 19'000 + n})) n++;
  EXPECT_GE(n, 60u) << "fewer moments than calls";
}

}  // namespace
}  // namespace decima::faults
