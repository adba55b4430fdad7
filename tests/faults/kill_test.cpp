// kill -9 of the program at random moments, with a thousand jobs under way. DECIMA_KILLS says how often, DECIMA_SEED
// which moments.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

#include "chance.hpp"
#include "program.hpp"
#include "stored.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

/// Mostly small ones, which go in batches; some that are streamed to the disk; two that are computed on all threads.
std::vector<std::uint64_t> mixed_jobs(Chance& chance) {
  std::vector<std::uint64_t> jobs;
  for (std::uint64_t n = 0; n < 900; n++) jobs.push_back(n);
  for (std::uint64_t i = 0; i < 80; i++) jobs.push_back(1'000 + i * 100 + chance.below(100));
  for (std::uint64_t i = 0; i < 18; i++) jobs.push_back(20'000 + i * 1'000 + chance.below(1'000));
  for (std::uint64_t i = 0; i < 2; i++) jobs.push_back(210'000 + i * 10'000 + chance.below(1'000));
  for (std::size_t i = jobs.size(); i > 1; i--) std::swap(jobs[i - 1], jobs[chance.below(i)]);
  return jobs;
}

class Kill : public testing::Test {
 protected:
  /// Asks for the next jobs, a batch at a time, until all are accepted or the server is gone. A batch that was not
  /// answered is asked for again by the next server.
  void post_rest(const program::Server& server, std::size_t batch) {
    while (accepted_ < jobs_.size()) {
      const std::size_t until = std::min(accepted_ + batch, jobs_.size());
      std::string body;
      for (std::size_t i = accepted_; i < until; i++)
        body += std::string(body.empty() ? "[" : ",") + R"({"kind":"factorial","arguments":{"n":)" +
                std::to_string(jobs_[i]) + "}}";
      if (!server.ask("/api/v1/jobs", body + "]").starts_with("HTTP/1.1 200")) return;
      accepted_ = until;
    }
  }

  /// A life of the server that ends at a moment drawn by chance: before it listens, among the POSTs, or at work.
  void live_and_be_killed() {
    const auto moment = std::chrono::microseconds(chance_.below(chance_.one_in(4) ? 40'000 : 700'000));
    if (chance_.one_in(4)) {
      program::Running starting({"serve", "--listen", "127.0.0.1:0", "--data", data_.string()});
      kill_at(starting, steady_clock::now() + moment / 10);
      return;
    }
    program::Server server(data_);
    const std::size_t batch = chance_.one_in(3) ? 1'000 : 25;
    std::thread client([&] { post_rest(server, batch); });
    kill_at(server.process(), steady_clock::now() + moment);
    client.join();
  }

  void kill_at(program::Running& process, steady_clock::time_point moment) {
    while (steady_clock::now() < moment) std::this_thread::yield();
    process.signal(SIGKILL);
    EXPECT_EQ(process.wait().status, 128 + SIGKILL) << "it ended before it was killed";
  }

  /// Waits for the job's end; its digits, or what the server says instead.
  static std::string outcome(const program::Server& server, std::uint64_t n) {
    const std::string path = "/api/v1/jobs/factorial-" + std::to_string(n);
    std::string answer;
    program::eventually([&] {
      answer = server.ask(path);
      return answer.find(R"("state":"done")") != std::string::npos || answer.find("\"failed\"") != std::string::npos;
    });
    if (answer.find(R"("state":"done")") == std::string::npos) return answer;
    answer = server.ask(path + "/digits");
    return answer.starts_with("HTTP/1.1 200") ? answer.substr(answer.find("\r\n\r\n") + 4) : answer;
  }

  const std::uint64_t seed_ = seed();
  Chance chance_{seed_};
  const std::vector<std::uint64_t> jobs_ = mixed_jobs(chance_);
  std::atomic<std::size_t> accepted_{0};
  const program::Folder folder_;
  const fs::path data_ = folder_ / "data";
};

TEST_F(Kill, LosesNothingThatWasAcceptedAndBlamesNobody) {
  SCOPED_TRACE("replay with DECIMA_SEED=" + std::to_string(seed_));
  const std::uint64_t kills = number_from("DECIMA_KILLS", 6);
  for (std::uint64_t kill = 0; kill < kills; kill++) live_and_be_killed();
  const std::vector<std::string> left = program::Stored(data_).keys("staging/");
  const program::Server server(data_);
  const std::vector<std::string> staged = program::Stored(data_).keys("staging/");  // some by this life's workers
  for (const std::string& key : left)
    EXPECT_THAT(staged, testing::Not(testing::Contains(key))) << "what earlier lives left is swept before it serves";
  post_rest(server, jobs_.size());
  ASSERT_EQ(accepted_, jobs_.size());
  for (const std::uint64_t n : jobs_)
    ASSERT_TRUE(outcome(server, n) == factorial_by_gmp(n))
        << "factorial-" << n << ": " << outcome(server, n).substr(0, 2000);
  EXPECT_EQ(program::Stored(data_).keys("factorials/").size(), jobs_.size());
  EXPECT_THAT(program::Stored(data_).keys("staging/"), testing::IsEmpty());
}

TEST_F(Kill, InTheMiddleOfAMigrationLeavesASchemaThatTheNextStartBringsUpToDate) {
  SCOPED_TRACE("replay with DECIMA_SEED=" + std::to_string(seed_));
  const std::vector<std::uint64_t> numbers(jobs_.begin(), jobs_.begin() + 100);
  const auto batch = [&](std::size_t from, std::size_t until) {
    std::string list;
    for (std::size_t i = from; i < until; i++)
      list += std::string(list.empty() ? "[" : ",") + R"({"kind":"factorial","arguments":{"n":)" +
              std::to_string(numbers[i]) + "}}";
    return list + "]";
  };
  {
    program::Server server(data_);
    ASSERT_TRUE(server.ask("/api/v1/jobs", batch(0, 50)).starts_with("HTTP/1.1 200"));
    for (std::size_t i = 0; i < 50; i++) ASSERT_TRUE(outcome(server, numbers[i]) == factorial_by_gmp(numbers[i]));
    // The rest waits in the queue, or is under way, while the schema changes below it.
    ASSERT_TRUE(server.ask("/api/v1/jobs", batch(50, 100)).starts_with("HTTP/1.1 200"));
    server.process().signal(SIGKILL);
    server.process().wait();
  }
  for (std::uint64_t kill = number_from("DECIMA_KILLS", 6); kill > 0; kill--) {
    ASSERT_EQ(program::run({"migrate", "up", "--data", data_.string()}).status, 0);
    ASSERT_EQ(program::run({"migrate", "down", "--data", data_.string()}).status, 0);
    program::Running up({"migrate", "up", "--data", data_.string()});
    const auto moment = steady_clock::now() + std::chrono::microseconds(chance_.below(30'000));
    while (steady_clock::now() < moment) std::this_thread::yield();
    up.signal(SIGKILL);  // it may be done by then, which is fine
    up.wait();
  }
  const program::Server server(data_);
  for (const std::uint64_t n : numbers)
    ASSERT_TRUE(outcome(server, n) == factorial_by_gmp(n)) << n << ": " << outcome(server, n).substr(0, 2000);
}

// The calculator as a program, killed at random moments until it has come to its end.
TEST(KillCalculator, GoesOnWhereItWas) {
  const program::Folder folder;
  const program::Arguments command = {"calculator", "--data", folder / "data", "--calculator-max", "1500"};
  Chance chance(20261121);
  for (int life = 0; life < 6; life++) {
    program::Running running(command);
    const auto moment = steady_clock::now() + std::chrono::milliseconds(20 + chance.below(300));
    while (steady_clock::now() < moment) std::this_thread::yield();
    running.signal(SIGKILL);
    running.wait();
  }
  const program::Ended ended = program::run(command);
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out, "the factorials from 0 to 1500 are stored\n");
  const program::Stored stored(folder / "data");
  EXPECT_EQ(stored.keys("factorials/").size(), 1'501u);
  EXPECT_THAT(stored.keys("staging/"), testing::IsEmpty());
  for (const std::uint64_t n : {0, 1, 2, 3, 4, 70, 71, 999, 1'000, 1'499, 1'500})
    EXPECT_EQ(stored.bytes(program::key_of_factorial(n)), factorial_by_gmp(n)) << n;
}

}  // namespace
}  // namespace decima::faults
