// The program is told to end, once and twice; a job is given up. From outside, with jobs that take long.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "program.hpp"

namespace decima::faults {
namespace {

using testing::HasSubstr;
using testing::Not;

class Stop : public testing::Test {
 protected:
  static constexpr const char* dear = R"({"kind":"factorial","arguments":{"n":30000000}})";
  static constexpr const char* dear_job = "/api/v1/jobs/factorial-30000000";

  /// Asks for a job that takes many seconds, and waits until it is well under way.
  static void begin_dear_job(const program::Server& server) {
    ASSERT_TRUE(server.ask("/api/v1/jobs", dear).starts_with("HTTP/1.1 20"));
    ASSERT_TRUE(program::eventually([&] { return resident_mib(server.process().process()) > held_mib; }));
    ASSERT_THAT(server.ask(dear_job), HasSubstr(R"("state":"calculating")"));
  }

  /// More than the program has without a large job, less than this one takes.
  static constexpr long held_mib = 100;
#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
  static constexpr bool memory_tells = false;  // sanitizers keep what was freed
#else
  static constexpr bool memory_tells = true;
#endif

  static long resident_mib(pid_t process) {
    std::istringstream fields(program::read_file("/proc/" + std::to_string(process) + "/statm"));
    long size = 0, resident = 0;
    fields >> size >> resident;
    return resident * sysconf(_SC_PAGESIZE) >> 20;
  }

  /// Seconds of processor time that all its threads have used. What others do on the machine does not show in it.
  static double processor_seconds(pid_t process) {
    const std::string stat = program::read_file("/proc/" + std::to_string(process) + "/stat");
    std::istringstream fields(stat.substr(stat.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; i++) fields >> skipped;
    long user = 0, system = 0;
    fields >> user >> system;
    return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  }

  const program::Folder folder_;
  const std::filesystem::path data_ = folder_ / "data";
};

TEST_F(Stop, JobsUnderWayAreFinishedWithinTheGrace) {
  {
    program::Server server(data_, {"--grace", "60s"});
    ASSERT_TRUE(
        server.ask("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":2000000}})").starts_with("HTTP/1.1 20"));
    ASSERT_TRUE(program::eventually(
        [&] { return server.ask("/api/v1/jobs/factorial-2000000").find(R"("state":"queued")") == std::string::npos; }));
    server.process().signal(SIGTERM);
    const program::Ended ended = server.process().wait();
    EXPECT_EQ(ended.status, 0);
    EXPECT_THAT(ended.err, Not(HasSubstr("given_back")));
  }
  const program::Server again(data_);
  EXPECT_THAT(again.ask("/api/v1/jobs/factorial-2000000"), HasSubstr(R"("state":"done")"));
}

TEST_F(Stop, WhatTakesLongerIsGivenBackWithoutBlame) {
  program::Server server(data_, {"--grace", "50ms"});
  begin_dear_job(server);
  server.process().signal(SIGTERM);
  const program::Ended ended = server.process().wait();
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.err, HasSubstr("given_back"));
  program::Server again(data_);
  EXPECT_THAT(again.process().err(), Not(HasSubstr("leases_voided"))) << "it had no lease any more";
  EXPECT_THAT(again.ask(dear_job), Not(HasSubstr("failed")));
}

/// Asks for something and never reads the answer: the server cannot get rid of it before its grace is over.
class StuckReader {
 public:
  StuckReader(const program::Server& server, const std::string& target) {
    const std::string port = server.address().substr(server.address().rfind(':') + 1);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(static_cast<std::uint16_t>(std::stoul(port)));
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int room = 4096;
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    const std::string request = "GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n";
    asked_ = connect(socket_, reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0 &&
             send(socket_, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size());
    char first = 0;
    asked_ = asked_ && recv(socket_, &first, 1, 0) == 1;  // the answer has begun
  }
  ~StuckReader() { close(socket_); }
  StuckReader(const StuckReader&) = delete;
  StuckReader& operator=(const StuckReader&) = delete;

  bool asked() const { return asked_; }

 private:
  const int socket_ = socket(AF_INET, SOCK_STREAM, 0);
  bool asked_ = false;
};

TEST_F(Stop, NoJobIsTakenWhileAReaderIsStillServed) {
  program::Server server(data_, {"--grace", "1s"});
  ASSERT_TRUE(
      server.ask("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":2000000}})").starts_with("HTTP/1.1 20"));
  ASSERT_FALSE(server.digits("factorial-2000000").empty());
  const StuckReader reader(server, "/api/v1/jobs/factorial-2000000/digits");
  ASSERT_TRUE(reader.asked());
  std::string many;  // large ones, which are taken one by one
  for (int i = 0; i < 200; i++)
    many +=
        (i ? "," : "[") + std::string(R"({"kind":"factorial","arguments":{"n":)") + std::to_string(210'000 + i) + "}}";
  ASSERT_TRUE(server.ask("/api/v1/jobs", many + "]").starts_with("HTTP/1.1 200"));
  server.process().signal(SIGTERM);
  const program::Ended ended = server.process().wait();
  EXPECT_EQ(ended.status, 0);
  const std::string after = ended.err.substr(ended.err.find("serve.stopping"));
  std::size_t batches = 0;
  for (std::size_t at = after.find("worker.batch"); at != after.npos; at = after.find("worker.batch", at + 1))
    batches++;
  EXPECT_LE(batches, 1u) << "the one that was under way";
}

TEST_F(Stop, ASecondSignalEndsItAtOnceAndNothingIsLost) {
  {
    program::Server server(data_, {"--grace", "1h"});
    begin_dear_job(server);
    server.process().signal(SIGTERM);
    ASSERT_TRUE(
        program::eventually([&] { return server.process().err().find("serve.stopping") != std::string::npos; }));
    // The first signal's answer opens the way for the second; it may come a moment after what is written above.
    pid_t process = server.process().process();
    ASSERT_TRUE(program::eventually([&] {
      kill(process, SIGTERM);
      return program::read_file("/proc/" + std::to_string(process) + "/stat").find(") Z") != std::string::npos;
    }));
    EXPECT_EQ(server.process().wait().status, 128 + SIGTERM);
  }
  const program::Server again(data_);
  EXPECT_THAT(again.ask(dear_job), HasSubstr(R"("id":"factorial-30000000")"));
  EXPECT_THAT(again.ask(dear_job), Not(HasSubstr("failed")));
}

TEST_F(Stop, AJobThatIsGivenUpFreesMemoryAndThreadsWithinASecond) {
  program::Server server(data_);
  begin_dear_job(server);
  const pid_t process = server.process().process();
  EXPECT_THAT(server.ask_with("DELETE", dear_job), HasSubstr(R"("state":"cancelled")"));
  const double before = processor_seconds(process);
  if (memory_tells) {
    EXPECT_TRUE(program::eventually([&] { return resident_mib(process) < held_mib; }));
  }
  // Free for the next: a large job has the one lane that the cancelled one had.
  EXPECT_TRUE(
      server.ask("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":220000}})").starts_with("HTTP/1.1 20"));
  EXPECT_FALSE(server.digits("factorial-220000").empty());
  const double threads = static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN));
  EXPECT_LT(processor_seconds(process) - before, 1.0 * threads) << "a second of each thread's time";
}

}  // namespace
}  // namespace decima::faults
