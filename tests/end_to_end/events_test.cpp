// A job's events, to those who listen, to those who do not, and when the server goes.
#include <gmock/gmock.h>
#include <signal.h>

#include <boost/json/parse.hpp>
#include <memory>

#include "serving.hpp"

namespace decima::end_to_end {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

// Long enough to be under way while the test looks, short enough to wait for; and one to give up before it ends.
constexpr const char* some_time = "4000000";
constexpr const char* too_long = "100000000";

std::string path(const std::string& n) { return "/api/v1/jobs/factorial-" + n + "/events"; }
std::string request(const std::string& n) { return bytes_of({"GET", path(n), {}, {}}); }

/// The job that an event shows.
json::object shown_by(const std::string& event) {
  const std::size_t data = event.find("data: ");
  if (data == std::string::npos) return {};
  return json::parse(event.substr(data + 6)).as_object();
}

/// All that comes until the stream ends.
struct Stream {
  std::vector<json::object> jobs;
  bool ended_well = false;

  explicit Stream(Client& client) {
    for (;;) {
      const std::string event = client.receive_chunk();
      if (event.empty()) break;
      if (!event.starts_with(':')) jobs.push_back(shown_by(event));
    }
    ended_well = client.send(bytes_of({"GET", "/health", {}, {}})) && client.receive().status == 200;
  }
};

class Events : public ServingTest {
 protected:
  Events() : ServingTest(slow_computing) {}

  void submit(const std::string& n) {
    EXPECT_LT(post("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":)" + n + "}}").status, 300);
  }
  void cancel(const std::string& n) {
    EXPECT_EQ(ask(address(), {"DELETE", "/api/v1/jobs/factorial-" + n, {}, {}}).status, 200);
  }
};

TEST_F(Events, OfAFinishedJobAreOneAndTheEnd) {
  compute("10");
  Client client(address());
  client.send(bytes_of({"GET", path("10"), {}, {{"Last-Event-ID", "7"}, {"Accept", "text/event-stream"}}}));
  const Reply head = client.receive_head();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Type"), "text/event-stream");
  EXPECT_EQ(head.field("Cache-Control"), "no-store");
  const std::string event = client.receive_chunk();
  EXPECT_THAT(event, MatchesRegex("retry: [0-9]+\nid: 1\ndata: \\{[^\n]*\\}\n\n"));
  EXPECT_EQ(shown_by(event), get("/api/v1/jobs/factorial-10").json());
  EXPECT_EQ(client.receive_chunk(), "");
  client.send(bytes_of({"GET", "/health", {}, {}}));
  EXPECT_EQ(client.receive().status, 200) << "the connection goes on";
}

TEST_F(Events, AreThoseOfTheJobThatAnotherNameMeansToo) {
  ASSERT_LT(post("/api/v1/jobs", R"({"kind":"binomial","arguments":{"n":10,"k":7}})").status, 300);
  get_until(200, "/api/v1/jobs/binomial-10-7/digits");
  EXPECT_THAT(get("/api/v1/jobs/binomial-10-7/events").body, HasSubstr(R"("id":"binomial-10-3")"));
}

TEST_F(Events, OfNoJobAreAnError) {
  EXPECT_EQ(get(path("10")).status, 404);
  EXPECT_EQ(get(path("010")).status, 400);
  EXPECT_EQ(post(path("10"), "{}").status, 405);
}

TEST_F(Events, HeadTellsOnlyThatTheyAreThere) {
  submit(too_long);
  const Reply reply = ask(address(), {"HEAD", path(too_long), {}, {}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.field("Content-Type"), "text/event-stream");
  cancel(too_long);
}

TEST_F(Events, TellAJobsLifeToItsEnd) {
  submit(some_time);
  Client client(address());
  client.send(request(some_time));
  EXPECT_EQ(client.receive_head().status, 200);
  const Stream stream(client);
  EXPECT_TRUE(stream.ended_well);
  ASSERT_GE(stream.jobs.size(), 2u);
  EXPECT_NE(stream.jobs.front().at("state"), "done");
  EXPECT_EQ(stream.jobs.back(), get(std::string("/api/v1/jobs/factorial-") + some_time).json());
  EXPECT_EQ(stream.jobs.back().at("state"), "done");
  bool progress_seen = false;
  for (const json::object& job : stream.jobs)
    progress_seen = progress_seen || (job.at("phase") == "computing" && job.at("progress").is_number());
  EXPECT_TRUE(progress_seen);
  double before = 0;
  for (const json::object& job : stream.jobs) {
    EXPECT_EQ(job.at("phase").is_null(), job.at("state") == "queued" || job.at("state") == "done");
    EXPECT_TRUE(job.at("progress").is_null() || job.at("state") != "queued");
    EXPECT_TRUE(job.at("eta_seconds").is_null() || job.at("phase") == "computing");
    if (job.at("progress").is_null()) continue;
    EXPECT_GE(job.at("progress").to_number<double>(), before);
    before = job.at("progress").to_number<double>();
  }
  for (std::size_t i = 0; i + 1 < stream.jobs.size(); i++) EXPECT_NE(stream.jobs[i], stream.jobs[i + 1]);
}

TEST_F(Events, TellThatAJobWasGivenUp) {
  submit(too_long);
  Client client(address());
  client.send(request(too_long));
  client.receive_head();
  client.receive_chunk();
  cancel(too_long);
  const Stream stream(client);
  ASSERT_FALSE(stream.jobs.empty());
  EXPECT_EQ(stream.jobs.back().at("state"), "cancelled");
}

TEST_F(Events, AreTheLatestForFiveHundredWhoDoNotListen) {
  submit(too_long);
  std::vector<std::unique_ptr<Client>> silent;
  for (int i = 0; i < 500; i++) {
    silent.push_back(std::make_unique<Client>(address()));
    ASSERT_TRUE(silent.back()->send(request(too_long)));
  }
  EXPECT_EQ(silent.back()->receive_head().status, 200);
  for (int i = 0; i < 50; i++) EXPECT_EQ(get("/health").status, 200);
  compute("20");
  cancel(too_long);
  for (std::size_t i = 0; i < silent.size(); i++) {
    const bool head_is_read = i + 1 == silent.size();
    EXPECT_TRUE(head_is_read || silent[i]->receive_head().status == 200);
    const Stream stream(*silent[i]);
    ASSERT_FALSE(stream.jobs.empty());
    EXPECT_EQ(stream.jobs.back().at("state"), "cancelled");
    EXPECT_TRUE(stream.ended_well);
  }
}

TEST_F(Events, AreNoLossWhenTheirReadersVanish) {
  submit(too_long);
  for (int i = 0; i < 50; i++) {
    Client client(address());
    client.send(request(too_long));
    if (i % 2) client.receive_head();
    client.reset();
  }
  cancel(too_long);
}

// Prefer: wait once looked at the row again and again; now it hears. Were it not to hear, each of these would take the
// second after which it looks anyway.
TEST_F(Events, EndAWaitAtOnce) {
  const auto begin = std::chrono::steady_clock::now();
  for (int n = 1000; n < 1020; n++) {
    const std::string job = R"({"kind":"factorial","arguments":{"n":)" + std::to_string(n) + "}}";
    EXPECT_EQ(ask(address(), {"POST", "/api/v1/jobs", job, {{"Prefer", "wait=30"}}}).status, 200);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(12));
}

TEST(EventsAtTheEnd, StopWithTheServerAndTheJobGoesOnWithTheNext) {
  const program::Folder folder;
  {
    program::Server server(folder / "data", {"--grace", "100ms", "--kernel", "generic"});
    post(server.address(), "/api/v1/jobs", std::string(R"({"kind":"factorial","arguments":{"n":)") + too_long + "}}");
    Client client(server.address());
    client.send(request(too_long));
    client.receive_head();
    EXPECT_THAT(client.receive_chunk(), StartsWith("retry: "));
    server.process().signal(SIGTERM);
    std::string last = "first";
    while (!(last = client.receive_chunk()).empty()) EXPECT_THAT(last, HasSubstr("data: "));
    EXPECT_TRUE(client.ends());
    EXPECT_EQ(server.process().wait().status, 0);
  }
  program::Server server(folder / "data", {"--grace", "100ms", "--kernel", "generic"});
  const Reply reply = get(server.address(), std::string("/api/v1/jobs/factorial-") + too_long);
  EXPECT_THAT(reply.body, testing::AnyOf(HasSubstr("\"queued\""), HasSubstr("\"calculating\"")));
}

}  // namespace
}  // namespace decima::end_to_end
