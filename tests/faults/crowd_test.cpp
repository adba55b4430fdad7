// Many clients who want the same thing at once.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "program.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

/// A counter's value in the server's /metrics; 0 while it is not there.
std::uint64_t metric(const program::Server& server, const std::string& name) {
  const std::string text = server.ask("/metrics");
  const std::size_t at = text.find("\n" + name + " ");
  return at == std::string::npos ? 0 : static_cast<std::uint64_t>(std::stod(text.substr(at + name.size() + 2)));
}

TEST(Crowd, OfTwoHundredClientsCausesOneComputation) {
  const program::Folder folder;
  const program::Server server(folder / "data");
  constexpr int clients = 200;
  std::atomic<int> ready = 0, accepted = 0;
  std::vector<std::thread> crowd;
  for (int i = 0; i < clients; i++)
    crowd.emplace_back([&] {
      ready++;
      while (ready < clients) std::this_thread::yield();
      const std::string answer = server.ask("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":30000}})");
      accepted += answer.starts_with("HTTP/1.1 20");
    });
  for (std::thread& client : crowd) client.join();
  EXPECT_EQ(accepted, clients);
  EXPECT_TRUE(server.digits("factorial-30000") == factorial_by_gmp(30'000));
  EXPECT_TRUE(program::eventually([&] { return metric(server, R"(decima_job_attempts_total{ending="done"})") > 0; }));
  EXPECT_EQ(metric(server, R"(decima_job_attempts_total{ending="done"})"), 1u);
}

}  // namespace
}  // namespace decima::faults
