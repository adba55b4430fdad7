// The calculator fills in the factorials in order, whatever else happens to them meanwhile.
#include <gmock/gmock.h>

#include <thread>

#include "core/calculator.hpp"
#include "hooked_ports.hpp"
#include "rig.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

using core::State;
using testing::IsEmpty;

class Calculator : public Rig {
 protected:
  core::Calculator calculator(core::Ports ports, std::string name = "calculator", std::uint64_t most = 5'000) {
    core::CalculatorSettings settings;
    settings.name = std::move(name);
    settings.most = most;
    settings.look_anyway = Duration(1);
    return core::Calculator(ports, budgets_, policy_, patience_, live_, settings);
  }

  core::Identity factorial(std::uint64_t n) { return core::Identity::of("factorial", {n}); }
  std::uint64_t next() { return jobs_->cursors().cursor()->next; }

  void expect_all_up_to(std::uint64_t last) {
    EXPECT_EQ(next(), last + 1);
    for (std::uint64_t n = 0; n <= last; n++) {
      const core::Job job = row(factorial(n));
      ASSERT_EQ(job.state, State::done) << n;
      ASSERT_EQ(stored_text(job.identity), factorial_by_gmp(n)) << n;
    }
    EXPECT_THAT(blobs(core::staging_prefix), IsEmpty());
  }
};

TEST_F(Calculator, FillsInAllFactorialsUpToTheMaximum) {
  auto filling = calculator(ports());
  ASSERT_TRUE(filling.fill(300, {}));
  expect_all_up_to(300);
  EXPECT_EQ(row(factorial(300)).fence, 1u) << "each is computed once";
}

TEST_F(Calculator, BeginsWithTheBaseCasesAndFollowsTheRequests) {
  auto filling = calculator(ports());
  ASSERT_TRUE(filling.round({}));
  expect_all_up_to(3);
  const core::NewJob wanted[] = {{factorial(40), ""}, {factorial(9'000), ""}};
  ASSERT_TRUE(jobs_->submit(wanted));
  ASSERT_TRUE(filling.round({}));
  expect_all_up_to(40);
  ASSERT_TRUE(filling.round({}));
  EXPECT_EQ(row(factorial(9'000)).state, State::queued) << "above its limit, and left to the workers";
}

TEST_F(Calculator, KeepsToAMaximumThatWasLoweredSince) {
  ASSERT_TRUE(jobs_->cursors().raise_maximum(9'000, 9'000));
  auto filling = calculator(ports(), "lowered", 20);
  for (int i = 0; i < 3; i++) ASSERT_TRUE(filling.round({}));
  expect_all_up_to(20);
  EXPECT_EQ(jobs_->find(factorial(21))->has_value(), false) << "above what its bytes were admitted for";
  auto raised = calculator(ports());
  ASSERT_TRUE(raised.round({}));
  EXPECT_GT(next(), 21u);
}

TEST_F(Calculator, GoesAsFarAsResultsMayBeStored) {
  core::Budgets narrow = budgets_;
  narrow.result_bytes = 50;  // 41! has so many digits
  core::Calculator filling(ports(), narrow, policy_, patience_, live_, {});
  EXPECT_EQ(filling.fill(60, {}).error().code, Code::too_large);
  expect_all_up_to(41);
}

// What the origin's calculator got wrong: it went on from the wrong product after a row that was done already.
TEST_F(Calculator, SkipsWhatIsDoneWithoutLosingItsPlace) {
  for (const char* done : {"factorial-0", "factorial-5", "factorial-6", "factorial-20", "factorial-90"})
    ASSERT_EQ(execute(claimed(request_of(done)), request_of(done)), core::Ending::done);
  auto filling = calculator(ports());
  ASSERT_TRUE(filling.fill(150, {}));
  expect_all_up_to(150);
  EXPECT_EQ(row(factorial(20)).fence, 1u);
}

TEST_F(Calculator, WaitsForANumberThatAnotherHolds) {
  const core::Job held = claimed(request_of("factorial-7"));
  auto filling = calculator(ports());
  ASSERT_TRUE(jobs_->cursors().raise_maximum(30, 30));
  for (int i = 0; i < 5; i++) ASSERT_TRUE(filling.round({}));
  EXPECT_EQ(next(), 7u);
  EXPECT_EQ(row(factorial(8)).state, State::queued) << "what lies behind the gap is given back";
  clock_.advance(lease_);
  ASSERT_TRUE(jobs_->expire_leases(patience_));
  ASSERT_TRUE(filling.fill(30, {}));
  expect_all_up_to(30);
}

TEST_F(Calculator, TwoAtOnceDoNoHarm) {
  auto first = calculator(ports(), "first"), second = calculator(ports(), "second");
  Result<> other = Done{};
  std::thread thread([&] { other = second.fill(400, {}); });
  const auto one = first.fill(400, {});
  thread.join();
  ASSERT_TRUE(one && other);
  expect_all_up_to(400);
}

// Every call to a port fails once, before and after it has taken effect.
TEST_F(Calculator, GoesOnAfterAnyCallThatFails) {
  patience_ = {1'000, 1'000};
  for (std::uint64_t at = 1, last = 0; at < 60; at++, last += 3) {
    std::uint64_t calls = 0;
    const Hook once = [&](std::string_view, Moment) -> std::optional<Error> {
      return ++calls == at ? std::optional(Error{Code::unavailable, "injected"}) : std::nullopt;
    };
    const auto jobs = hooked(*jobs_, once);
    const auto blobs = hooked(*blobs_, once);
    auto failing = calculator({*jobs, *queue_, *blobs, *cache_, clock_});
    ASSERT_TRUE(jobs_->cursors().raise_maximum(last + 3, 5'000));
    for (int i = 0; i < 3; i++) (void)failing.round({});  // a row that failed rests until the clock moves
    clock_.advance(std::chrono::minutes(5));              // past its leases, and past the rest of what failed
    ASSERT_TRUE(jobs_->expire_leases(patience_));
    auto healthy = calculator(ports());
    ASSERT_TRUE(healthy.fill(last + 3, {})) << at;
  }
  (void)jobs_->expire_leases(patience_);
  EXPECT_EQ(next(), 178u);
  for (const std::uint64_t n : {0, 1, 55, 100, 177}) EXPECT_EQ(stored_text(factorial(n)), factorial_by_gmp(n)) << n;
}

TEST_F(Calculator, SaysOnceWhatKeepsItWaiting) {
  std::stop_source stop;
  std::uint64_t failed = 0;
  const auto jobs = hooked(*jobs_, [&](std::string_view, Moment) -> std::optional<Error> {
    if (++failed == 5) stop.request_stop();
    return Error{Code::unavailable, "injected"};
  });
  auto failing = calculator({*jobs, *queue_, *blobs_, *cache_, clock_});
  ::testing::internal::CaptureStderr();
  failing.run(stop.get_token());
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_GE(failed, 5u);
  const std::size_t first = log.find("calculator.failed");
  ASSERT_NE(first, std::string::npos) << log;
  EXPECT_EQ(log.find("calculator.failed", first + 1), std::string::npos) << log;
}

TEST_F(Calculator, StopsWhenAskedAndGoesOnLater) {
  std::stop_source stop;
  stop.request_stop();
  auto filling = calculator(ports());
  EXPECT_EQ(filling.fill(100, stop.get_token()).error().code, Code::stopped);
  ASSERT_TRUE(filling.fill(100, {}));
  expect_all_up_to(100);
}

TEST_F(Calculator, RefusesMoreBytesThanItsBudget) {
  core::CalculatorSettings settings;
  settings.most = 20'000;
  settings.bytes = 735'000'000;
  EXPECT_TRUE(core::Calculator::admit(settings));
  settings.bytes = 730'000'000;
  EXPECT_EQ(core::Calculator::admit(settings).error().code, Code::too_large);
  settings.most = UINT64_MAX;
  EXPECT_EQ(core::Calculator::admit(settings).error().code, Code::too_large) << "at once";
}

}  // namespace
}  // namespace decima::faults
