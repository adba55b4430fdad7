// The commands that ask a server: what they print, what they fetch, and what they do when something breaks off.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "meddler.hpp"
#include "program.hpp"

namespace decima::program {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Then = Meddler::Then;

class Client : public testing::Test {
 protected:
  explicit Client(Arguments more = {})
      : server_(folder_ / "data", [&] {
          more.insert(more.end(), {"--worker-threads", "1"});
          return more;
        }()) {}

  /// Runs a command against the server, or against whoever stands before it.
  Ended ask(Arguments arguments, const std::string& address = "") const {
    arguments.insert(arguments.end(), {"--server", address.empty() ? server_.address() : address});
    return run(arguments);
  }
  std::string computed(const std::string& n) const {
    EXPECT_EQ(ask({"submit", "factorial", n, "--wait"}).status, 0);
    return server_.digits("factorial-" + n);
  }

  Folder folder_;
  Server server_;
};

TEST_F(Client, SubmitsWaitsAndFetches) {
  const Ended done = ask({"submit", "factorial", "20000", "--wait"});
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_THAT(done.out, StartsWith("factorial-20000: done, 77338 digits\nSHA-256 eaae0cdb"));
  EXPECT_THAT(ask({"submit", "factorial", "20000", "--json"}).out, StartsWith(R"({"id":"factorial-20000")"));

  const std::string digits = server_.digits("factorial-20000");
  EXPECT_EQ(ask({"get", "factorial", "20000"}).out, digits + "\n");
  EXPECT_EQ(ask({"get", "factorial-20000"}).out, digits + "\n");
  const std::string file = folder_ / "digits";
  EXPECT_EQ(ask({"get", "factorial", "20000", "--output", file}).status, 0);
  EXPECT_EQ(read_file(file), digits);
  EXPECT_EQ(ask({"get", "factorial-20000", "--leading", "5"}).out, digits.substr(0, 5) + "\n");
  EXPECT_EQ(ask({"get", "factorial-20000", "--from", "7", "--count", "3"}).out, digits.substr(7, 3) + "\n");
}

class BusyClient : public Client {
 protected:
  // So that the job does not end before this says so.
  BusyClient() : Client({"--kernel", "generic"}) {}
};

TEST_F(BusyClient, ShowsHowAJobStandsAndGivesItUp) {
  EXPECT_THAT(ask({"submit", "factorial", "30000000"}).out, HasSubstr("factorial-30000000: "));
  const Ended early = ask({"get", "factorial", "30000000", "--output", folder_ / "digits"});
  EXPECT_EQ(early.status, 3);
  EXPECT_THAT(early.err, HasSubstr("not finished yet"));
  const Meddler between(server_.address(), [](int, std::string&) { return Then::go_on; });
  Running waiting({"submit", "factorial", "30000000", "--wait", "--server", between.address()});
  ASSERT_TRUE(eventually([&] { return between.asked().find("/events HTTP") != std::string::npos; }));
  EXPECT_EQ(ask({"jobs", "factorial-30000000", "--cancel"}).out, "factorial-30000000: cancelled\n");
  const Ended waited = waiting.wait();
  EXPECT_EQ(waited.status, 1);
  EXPECT_EQ(waited.out, "factorial-30000000: cancelled\n");
  EXPECT_EQ(folder_.files(), 1u) << "only the data folder";
}

TEST_F(Client, SaysWhatTheServerSays) {
  const std::tuple<Arguments, int, const char*> cases[] = {
      {{"get", "factorial-7"}, 3, "nobody has asked for factorial-7"},
      {{"get", "factorial-007"}, 2, "canonical decimal"},
      {{"jobs", "factorial-7"}, 3, "nobody has asked"},
      {{"submit", "nonsense", "7"}, 2, "no kind of that name"},
      {{"submit", "factorial", "6227020800"}, 2, "DECIMA_RESULT_LIMIT"},
      {{"submit", "factorial", "1.5"}, 2, "n must be a whole number"},
      {{"jobs", "--cancel"}, 2, "--cancel takes"},
      {{"jobs", "factorial-7", "--limit", "3"}, 2, "for the list"},
      {{"jobs", "--limit", "0"}, 2, "--limit takes"},
  };
  for (const auto& [arguments, status, sentence] : cases) {
    const Ended ended = ask(arguments);
    EXPECT_EQ(ended.status, status) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(sentence));
    EXPECT_THAT(ended.out, IsEmpty());
  }
}

TEST_F(Client, SaysWhenNoDecimaAnswers) {
  const Ended nobody = ask({"jobs", "factorial-7"}, "127.0.0.1:1");
  EXPECT_EQ(nobody.status, 5);
  EXPECT_THAT(nobody.err, HasSubstr("127.0.0.1:1: "));
  EXPECT_EQ(ask({"jobs", "factorial-7", "--key-file", folder_ / "absent"}).status, 78);
  const Meddler other(server_.address(), [](int, std::string& bytes) {
    bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]";
    return Then::cut;
  });
  EXPECT_THAT(ask({"jobs", "factorial-7"}, other.address()).err, HasSubstr("does not answer as a Decima server"));
}

TEST_F(Client, SaysWhatIsNoAddressOfAServer) {
  for (const char* wrong : {"ftp://127.0.0.1", "nonsense://x", "http://", "http://localhost:99999", "http://a b"}) {
    const Ended ended = ask({"jobs", "factorial-7"}, wrong);
    EXPECT_EQ(ended.status, 78) << wrong;
    EXPECT_THAT(ended.err, HasSubstr("http://HOST:PORT")) << wrong;
  }
  const Ended ended = ask({"jobs", "factorial-7"}, "http://user:hidden@127.0.0.1");
  EXPECT_EQ(ended.status, 78);
  EXPECT_THAT(ended.err, HasSubstr("key_file"));
  EXPECT_THAT(ended.err, Not(HasSubstr("hidden")));
  for (const std::string& good : {server_.address(), server_.address() + "/"})
    EXPECT_EQ(ask({"jobs", "--limit", "1"}, good).status, 0) << good;
}

TEST_F(Client, ShowsItsKey) {
  const Meddler between(server_.address(), [](int, std::string&) { return Then::go_on; });
  write_file(folder_ / "key", "from-a-file\n");
  ask({"jobs", "factorial-7", "--key-file", folder_ / "key"}, between.address());
  EXPECT_THAT(between.asked(), HasSubstr("Authorization: Bearer from-a-file\r\n"));
  run({"jobs", "factorial-7", "--server", between.address()}, {"DECIMA_API_KEY=from-a-variable"});
  EXPECT_THAT(between.asked(), HasSubstr("Authorization: Bearer from-a-variable\r\n"));
}

TEST_F(Client, GoesOnWhereAConnectionBrokeOff) {
  const std::string digits = computed("400000");  // two blocks and a half
  std::size_t left = 0;
  const Meddler cutting(server_.address(), [&](int connection, std::string& bytes) {
    if (bytes.starts_with("HTTP/1.1 ")) left = 700'000 + static_cast<std::size_t>(connection);
    if (bytes.size() < left) return left -= bytes.size(), Then::go_on;
    bytes.resize(left);
    return Then::cut;
  });
  const std::string file = folder_ / "digits";
  const Ended ended = ask({"get", "factorial", "400000", "--output", file}, cutting.address());
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_TRUE(read_file(file) == digits);
  EXPECT_EQ(cutting.connections(), static_cast<int>(digits.size() / 700'000) + 1);
  EXPECT_THAT(cutting.asked(), HasSubstr("Range: bytes="));
}

TEST_F(Client, RefusesDigitsThatAreNotThoseTheServerNamed) {
  computed("1000");
  const Meddler lying(server_.address(), [](int, std::string& bytes) {
    if (bytes.ends_with("000")) bytes.replace(bytes.size() - 1, 1, "1");
    return Then::go_on;
  });
  const Ended ended = ask({"get", "factorial", "1000", "--output", folder_ / "digits"}, lying.address());
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.err, HasSubstr("the server named the SHA-256 cc336cf1"));
  EXPECT_EQ(folder_.files(), 1u) << "only the data folder";
}

TEST_F(Client, InterruptedLeavesNoFile) {
  computed("100000");
  const Meddler holding(server_.address(), [](int, std::string& bytes) {
    bytes.resize(std::min<std::size_t>(bytes.size(), 10'000));
    return Then::hold;
  });
  Running running({"get", "factorial", "100000", "--output", folder_ / "digits", "--server", holding.address()});
  ASSERT_TRUE(eventually([&] { return folder_.files() == 2; }));
  running.signal(SIGINT);
  EXPECT_EQ(running.wait().status, 130);
  EXPECT_EQ(folder_.files(), 1u);
}

}  // namespace
}  // namespace decima::program
