// The program with a quota: what it refuses, what it evicts and brings back, and kill -9 while it does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "asking.hpp"
#include "chance.hpp"
#include "stored.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class EvictionByProgram : public testing::Test {
 protected:
  bool stored(std::uint64_t n) const { return program::Stored(data_).bytes(program::key_of_factorial(n)).has_value(); }

  static std::string path_of(std::uint64_t n) { return "/api/v1/jobs/factorial-" + std::to_string(n); }

  static bool is_evicted(const program::Server& server, std::uint64_t n) {
    return server.ask(path_of(n)).find(R"("evicted_at":)") != std::string::npos;
  }

  /// Computes them all, in a life without a quota.
  void compute(const std::vector<std::uint64_t>& numbers) const {
    const program::Server server(data_);
    ASSERT_TRUE(ask_for(server, numbers));
    for (const std::uint64_t n : numbers)
      ASSERT_TRUE(program::eventually([&] { return state_of(server, n) == "done"; })) << n;
  }

  static std::vector<std::uint64_t> numbers_from(std::uint64_t first, std::uint64_t count) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t n = first; n < first + count; n++) numbers.push_back(n);
    return numbers;
  }

  const program::Folder folder_;
  const fs::path data_ = folder_ / "data";
};

TEST_F(EvictionByProgram, WhatIsEvictedStillTellsAllOfItselfAndComesBackTheSame) {
  const auto numbers = numbers_from(20'000, 8);  // of 77 KB each: not cached
  compute(numbers);
  const program::Server server(data_, {"--retention", "200KiB"});
  ASSERT_TRUE(program::eventually([&] { return is_evicted(server, 20'000) && !stored(20'000); }));
  const std::string row = server.ask(path_of(20'000)), certificate = server.ask(path_of(20'000) + "/certificate");
  EXPECT_THAT(row, HasSubstr(R"("state":"done")"));
  EXPECT_THAT(row, HasSubstr(R"("digits":77338)"));
  EXPECT_THAT(certificate, StartsWith("HTTP/1.1 200"));
  const std::string asked = server.ask(path_of(20'000) + "/digits");
  EXPECT_THAT(asked, StartsWith("HTTP/1.1 409"));
  EXPECT_THAT(asked, HasSubstr("computed again"));
  EXPECT_TRUE(program::eventually([&] { return digits_of(server, 20'000) == factorial_by_gmp(20'000); }));
  EXPECT_EQ(server.ask(path_of(20'000) + "/certificate").substr(certificate.find("\r\n\r\n")),
            certificate.substr(certificate.find("\r\n\r\n")));
  EXPECT_THAT(server.ask("/metrics"), HasSubstr("decima_restored_results_total 1"));
}

TEST_F(EvictionByProgram, TheFactorialRouteAnswersAsForAnyNumberUnderWay) {
  compute(numbers_from(20'000, 1));
  const program::Server server(data_, {"--retention", "1KiB"});
  ASSERT_TRUE(program::eventually([&] { return is_evicted(server, 20'000) && !stored(20'000); }));
  EXPECT_THAT(server.ask("/api/v1/factorial/20000"), StartsWith("HTTP/1.1 202"));
  EXPECT_TRUE(program::eventually(
      [&] { return server.ask("/api/v1/factorial/20000").find(factorial_by_gmp(20'000)) != std::string::npos; }));
}

TEST_F(EvictionByProgram, AFullQuotaRefusesInWordsWhatIsNewAndServesTheRest) {
  const program::Server server(data_, {"--stored-limit-kinds", "factorial=100KiB"});
  ASSERT_TRUE(ask_for(server, 20'000));
  const std::string refused = server.ask("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":20001}})");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 507"));
  EXPECT_THAT(refused, HasSubstr("raise DECIMA_STORED_LIMIT_KINDS"));
  EXPECT_THAT(server.ask("/api/v1/factorial", R"({"number":"20000"})"), StartsWith("HTTP/1.1 20"));
  EXPECT_THAT(server.ask("/api/v1/factorial", R"({"number":"19999"})"), StartsWith("HTTP/1.1 507"));
  EXPECT_EQ(server.digits("factorial-20000"), factorial_by_gmp(20'000));
  EXPECT_TRUE(
      server.ask("/api/v1/jobs", R"({"kind":"fibonacci","arguments":{"n":1000000}})").starts_with("HTTP/1.1 20"));
}

TEST_F(EvictionByProgram, ALimitForNoKindStopsTheStart) {
  const auto ended = program::run({"serve", "--data", data_.string(), "--stored-limit-kinds", "factorials=1GiB"});
  EXPECT_EQ(ended.status, 78);
  EXPECT_THAT(ended.err, HasSubstr("there is no kind factorials"));
}

TEST_F(EvictionByProgram, KilledAtAnyMomentItLeavesNoBlobWithoutRowAndNoRowThatLies) {
  const std::uint64_t seed_of_this = seed();
  SCOPED_TRACE("replay with DECIMA_SEED=" + std::to_string(seed_of_this));
  Chance chance(seed_of_this);
  const auto numbers = numbers_from(1'000, 600);
  compute(numbers);
  const std::uint64_t kills = number_from("DECIMA_KILLS", 6);
  for (std::uint64_t kill = kills; kill > 0; kill--) {
    program::Server server(data_, {"--retention", std::to_string(50 + 1'800 * kill / kills) + "KiB"});
    // The last one lives until it has evicted something, so that there is something to look at.
    if (kill == 1) {
      ASSERT_TRUE(
          program::eventually([&] { return std::ranges::any_of(numbers, [&](auto n) { return !stored(n); }); }));
    }
    const auto moment =
        std::chrono::steady_clock::now() + std::chrono::microseconds(chance.below(chance.one_in(2) ? 5'000 : 60'000));
    // Some are wanted back while others go.
    while (std::chrono::steady_clock::now() < moment) server.ask(path_of(1'000 + chance.below(600)) + "/digits");
    server.process().signal(SIGKILL);
    ASSERT_EQ(server.process().wait().status, 128 + SIGKILL);
  }
  const program::Server server(data_);
  EXPECT_THAT(wrong_blobs(data_), IsEmpty());
  std::size_t evicted = 0;
  for (const std::uint64_t n : numbers) {
    ASSERT_TRUE(program::eventually([&] { return state_of(server, n) == "done"; }))
        << n << ": " << server.ask(path_of(n));
    const bool gone = is_evicted(server, n);
    evicted += gone;
    // The janitor's first round removes what an eviction that was begun has left.
    ASSERT_TRUE(program::eventually([&] { return stored(n) != gone; })) << n;
  }
  EXPECT_GT(evicted, 0u);
  for (const std::uint64_t n : numbers)
    ASSERT_TRUE(program::eventually([&] { return digits_of(server, n) == factorial_by_gmp(n); }))
        << n << ": " << digits_of(server, n).substr(0, 500);
}

}  // namespace
}  // namespace decima::faults
