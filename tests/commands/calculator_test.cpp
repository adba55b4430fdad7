// The calculator as its users run it: killed, twice at once, beside a server, and asked for too much.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "database.hpp"
#include "program.hpp"

namespace decima::program {
namespace {

using testing::HasSubstr;

/// All factorials below it are done; 0 where there is no database yet.
std::uint64_t next_number(const std::filesystem::path& data) {
  const auto next = try_sql(data, "select next_number from factorial_current_calculated_numbers");
  return next ? parse_number(*next).value_or(0) : 0;
}

Arguments calculator(const std::filesystem::path& data, const std::string& most) {
  return {"calculator", "--data", data, "--calculator-max", most};
}

/// Computed by the command line, which does it in another way, from nothing.
void expect_right(const std::filesystem::path& data, std::uint64_t n) {
  std::string digits = run({"compute", "factorial", std::to_string(n)}).out;
  digits.pop_back();  // its newline
  EXPECT_EQ(
      sql(data, "select checksum from factorial_calculations where status = 'done' and number = " + std::to_string(n)),
      hex(sha256(digits)))
      << n;
}

TEST(Calculator, KilledAgainAndAgainFillsInAllAndComputesNoneWrong) {
  const Folder folder;
  const auto data = folder / "data";
  for (int kill = 0; kill < 6; kill++) {
    // Where the machine lets this test wait so long, all may be done before the kill.
    const std::uint64_t awaited = std::min<std::uint64_t>(next_number(data) + 1, 5001);
    Running running(calculator(data, "5000"));
    ASSERT_TRUE(eventually([&] { return next_number(data) >= awaited; })) << running.err();
    running.signal(SIGKILL);
    running.wait();
  }
  const Ended ended = run(calculator(data, "5000"));
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out, "the factorials from 0 to 5000 are stored\n");
  EXPECT_EQ(next_number(data), 5001u);
  EXPECT_THAT(run({"scrub", "--data", data}).out, HasSubstr("5001 results, "));
  for (const std::uint64_t n : {0, 1, 2, 3, 4, 64, 2500, 4999, 5000}) expect_right(data, n);
}

TEST(Calculator, LeavesTheFolderToTheOneThatHasItAndEndsWhenItIsTold) {
  const Folder folder;
  const auto data = folder / "data";
  Arguments hours = calculator(data, "200000");
  hours.insert(hours.end(), {"--calculator-bytes", "1TiB"});
  Running first(hours);
  ASSERT_TRUE(eventually([&] { return next_number(data) > 0; })) << first.err();
  first.signal(SIGSTOP);
  const Ended second = run(calculator(data, "20000"));
  EXPECT_EQ(second.status, 78);
  EXPECT_THAT(second.err, HasSubstr("in use by another decima"));
  first.signal(SIGCONT);
  first.signal(SIGTERM);
  EXPECT_EQ(first.wait().status, 130);
  EXPECT_EQ(sql(data, "select count(*) from jobs where state in ('calculating', 'uploading')"), "0") << "given back";
}

TEST(Calculator, RefusesMoreThanItsBytesBeforeItMakesAnything) {
  const Folder folder;
  const auto data = folder / "data";
  for (const char* command : {"calculator", "serve"}) {
    const Ended refused = run({command, "--data", data, "--calculator", "yes", "--calculator-bytes", "700000000"},
                              {"DECIMA_LISTEN=127.0.0.1:0"});
    EXPECT_EQ(refused.status, 2) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("DECIMA_CALCULATOR_BYTES"));
  }
  EXPECT_FALSE(std::filesystem::exists(data));
}

TEST(Calculator, BesideAServerFollowsRequestsOneByOneAndInBatches) {
  const Folder folder;
  const auto data = folder / "data";
  const Server server(data, {"--calculator", "yes", "--calculator-max", "500"});
  EXPECT_TRUE(eventually([&] { return next_number(data) == 4; })) << "the base cases, before anybody asks";
  server.ask("/api/v1/factorial", R"({"number":"50"})");
  EXPECT_TRUE(eventually([&] { return next_number(data) == 51; })) << next_number(data);
  server.ask("/api/v1/jobs", R"([{"kind":"factorial","arguments":{"n":60}},{"kind":"lucas","arguments":{"n":300}},)"
                             R"({"kind":"factorial","arguments":{"n":"70"}}])");
  EXPECT_TRUE(eventually([&] { return next_number(data) == 71; })) << next_number(data);
  EXPECT_THAT(server.ask("/api/v1/factorial/7"), HasSubstr("\"5040\""));
  EXPECT_EQ(sql(data, "select max_factorial from factorial_progress"), "70");
  for (const std::uint64_t n : {0, 49, 51, 70}) expect_right(data, n);
}

}  // namespace
}  // namespace decima::program
