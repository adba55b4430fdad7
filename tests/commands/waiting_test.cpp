// decima submit --wait, while the connection that it listens on breaks, is silent, or is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "meddler.hpp"
#include "program.hpp"

namespace decima::program {
namespace {

using testing::HasSubstr;
using testing::Not;
using Then = Meddler::Then;

bool holds_events(const std::string& bytes) { return bytes.find("text/event-stream") != std::string::npos; }

class Waiting : public testing::Test {
 protected:
  /// What somebody sees who waits for a job through the meddler, while this is done to the job.
  Ended wait(const Meddler& between, const std::string& until_asked, int times) {
    Running waiting({"submit", "factorial", n_, "--wait", "--server", between.address()});
    EXPECT_TRUE(eventually([&] { return count(between.asked(), until_asked) >= times; })) << between.asked();
    server_.ask_with("DELETE", "/api/v1/jobs/factorial-" + std::string(n_));
    return waiting.wait();
  }
  static int count(const std::string& text, const std::string& what) {
    int found = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at++) found++;
    return found;
  }

  static constexpr const char* n_ = "40000000";  // takes longer than any of these tests on the slowest kernel
  Folder folder_;
  Server server_{folder_ / "data", {"--worker-threads", "1", "--kernel", "generic"}};
};

TEST_F(Waiting, HearsTheEndWithoutAsking) {
  const Meddler between(server_.address(), [](int, std::string&) { return Then::go_on; });
  const Ended ended = wait(between, "/events HTTP", 1);
  EXPECT_EQ(ended.status, 1);
  EXPECT_EQ(ended.out, "factorial-40000000: cancelled\n");
  EXPECT_THAT(between.asked(), Not(HasSubstr("Prefer: wait")));
}

TEST_F(Waiting, ListensAgainWhenTheConnectionBreaks) {
  int broken = 0;
  const Meddler between(server_.address(), [&](int, std::string& bytes) {
    return holds_events(bytes) && broken++ < 2 ? Then::cut : Then::go_on;
  });
  const Ended ended = wait(between, "/events HTTP", 3);
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_EQ(ended.out, "factorial-40000000: cancelled\n");
}

/// The header may come in a piece of its own, before the first event.
TEST_F(Waiting, ListensAgainWhenTheConnectionBreaksBeforeTheFirstEvent) {
  int broken = 0;
  const Meddler between(server_.address(), [&](int, std::string& bytes) {
    if (!holds_events(bytes) || broken++ >= 3) return Then::go_on;
    bytes.resize(bytes.find("\r\n\r\n") + 4);
    return Then::cut;
  });
  const Ended ended = wait(between, "/events HTTP", 4);
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_EQ(ended.out, "factorial-40000000: cancelled\n");
  EXPECT_THAT(between.asked(), Not(HasSubstr("Prefer: wait")));
}

TEST_F(Waiting, AsksNowAndThenWhereEventsAreKeptBack) {
  const Meddler between(server_.address(), [](int, std::string& bytes) {
    if (!holds_events(bytes)) return Then::go_on;
    bytes.resize(bytes.find("\r\n\r\n") + 4);
    return Then::hold;
  });
  const Ended ended = wait(between, "Prefer: wait=", 1);
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_EQ(ended.out, "factorial-40000000: cancelled\n");
  EXPECT_EQ(count(between.asked(), "/events HTTP"), 1) << "once kept back is enough";
}

TEST_F(Waiting, AsksNowAndThenWhereEventsAreRefused) {
  const Meddler between(server_.address(), [](int, std::string& bytes) {
    if (!holds_events(bytes)) return Then::go_on;
    bytes = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    return Then::cut;
  });
  const Ended ended = wait(between, "Prefer: wait=", 1);
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_EQ(ended.out, "factorial-40000000: cancelled\n");
  EXPECT_EQ(count(between.asked(), "/events HTTP"), 1) << "once refused is enough";
}

TEST_F(Waiting, AsksWhereEventsAreNone) {
  const Meddler between(server_.address(), [](int, std::string& bytes) {
    if (!holds_events(bytes)) return Then::go_on;
    bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
    return Then::cut;
  });
  const Ended ended = wait(between, "Prefer: wait=", 1);
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_EQ(ended.out, "factorial-40000000: cancelled\n");
}

TEST_F(Waiting, CanBeInterruptedWhileItRests) {
  const Meddler between(server_.address(), [](int connection, std::string& bytes) {
    return connection > 0 || holds_events(bytes) ? Then::cut : Then::go_on;
  });
  Running waiting({"submit", "factorial", n_, "--wait", "--server", between.address()});
  EXPECT_TRUE(eventually([&] { return between.connections() > 1; }));
  waiting.signal(SIGINT);
  EXPECT_EQ(waiting.wait().status, 130);
}

}  // namespace
}  // namespace decima::program
