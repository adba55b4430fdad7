// Long results for clients that take them slowly, or not at all: they cost next to nothing while they wait, and what
// they get in the end is right.
#include <chrono>
#include <memory>

#include "certificates.hpp"
#include "serving.hpp"

namespace decima::end_to_end {
namespace {

/// Its digits are more than a connection's buffers take: 11.7 million, in twelve blocks.
constexpr const char* n = "2000000";

class SlowReaders : public WithCertificate, public ServingTest, public testing::WithParamInterface<bool> {
 protected:
  SlowReaders() : ServingTest(GetParam() ? tls_flags() : program::Arguments{}) {
    compute(n);
    whole_ = get(target_).body;
  }

  Ask request(const std::string& field = "", const std::string& value = "") const {
    Ask ask{"GET", target_, {}, {}};
    if (!field.empty()) ask.fields = {{field, value}};
    return ask;
  }
  /// One that asks, and takes next to nothing for now.
  std::unique_ptr<Client> stalled(const Ask& ask) const {
    auto client = std::make_unique<Client>(address(), true);
    client->send(bytes_of(ask));
    return client;
  }
  /// How many pieces of long answers the server has in memory.
  double held() const {
    const std::string metrics = get("/metrics").body, name = "\ndecima_http_pieces_held ";
    return std::stod(metrics.substr(metrics.find(name) + name.size()));
  }

  std::string target_ = std::string("/api/v1/jobs/factorial-") + n + "/digits";
  std::string whole_;
};

TEST_P(SlowReaders, HoldNothingWhileTheyTakeNothing) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 60; i++) clients.push_back(stalled(request()));
  for (int i = 0; i < 20; i++) clients.push_back(stalled(request("Accept-Encoding", "gzip")));
  for (int i = 0; i < 20; i++) clients.push_back(stalled(request("Range", "bytes=1000-11000000")));
  double most = 0;
  EXPECT_TRUE(eventually([&] {
    const double now = held();
    most = std::max(most, now);
    return most > 0 && now == 0;
  })) << held();
  EXPECT_LE(most, 44) << "those that wait, those that had one made early, and those that are being sent";
  EXPECT_EQ(get("/health").status, 200);

  EXPECT_TRUE(clients.front()->receive().body == whole_);
  EXPECT_TRUE(clients.back()->receive().body == whole_.substr(1000, 11000000 - 999));
  EXPECT_TRUE(unzipped(clients[70]->receive().body) == whole_);
}

TEST_P(SlowReaders, GetSeveralRangesWhole) {
  const auto client = stalled(request("Range", "bytes=5-3000000, 5000000-9999999, -100"));
  EXPECT_TRUE(eventually([&] { return held() == 0; }));
  const Reply reply = client->receive();
  EXPECT_TRUE(reply.complete);
  const std::string& body = reply.body;
  const std::size_t first = body.find("\r\n\r\n") + 4, second = body.find("\r\n\r\n", first) + 4,
                    third = body.find("\r\n\r\n", second) + 4;
  EXPECT_TRUE(body.substr(first, 2999996) == whole_.substr(5, 2999996));
  EXPECT_TRUE(body.substr(second, 5000000) == whole_.substr(5000000, 5000000));
  EXPECT_EQ(body.substr(third, 100), whole_.substr(whole_.size() - 100));
}

INSTANTIATE_TEST_SUITE_P(Plainly, SlowReaders, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(ThroughTls, SlowReaders, testing::Values(true));

class HurriedServer : public ServingTest {
 protected:
  HurriedServer() : ServingTest({"--http-write-timeout", "400ms", "--access-log-rate", "1000000"}) { compute(n); }
  /// How many answers with digits have ended.
  int ended() {
    const std::string text = log(), line = "/digits\",\"status\":200";
    int count = 0;
    for (std::size_t at = 0; (at = text.find(line, at)) != std::string::npos; at++) count++;
    return count;
  }
  const std::string target_ = "/api/v1/jobs/factorial-" + std::string(n) + "/digits";
};

/// The connection's buffers are megabytes, so the server can write again only after many steps as small as these.
TEST_F(HurriedServer, KeepsAClientThatTakesAnything) {
  Client client(address(), true);
  client.send(bytes_of({"GET", target_, {}, {{"Range", "bytes=0-5999999"}}}));
  client.receive_head();
  std::string taken;
  const auto begun = std::chrono::steady_clock::now();
  for (int step = 1; step <= 40; step++) {
    const auto next = begun + step * std::chrono::milliseconds(50);
    EXPECT_TRUE(eventually([&] { return std::chrono::steady_clock::now() > next; }));
    taken += client.receive_bytes(4096);
  }
  EXPECT_EQ(taken.size(), 40 * 4096u);
  taken += client.receive_bytes(6'000'000 - taken.size());
  EXPECT_EQ(taken.size(), 6'000'000u) << "it was cut off";
}

TEST_F(HurriedServer, CutsOffAClientThatTakesNothing) {
  EXPECT_TRUE(eventually([&] { return ended() == 1; })) << "what waited for the result";
  Client client(address(), true);
  client.send(bytes_of({"GET", target_, {}, {}}));
  client.receive_head();
  EXPECT_TRUE(eventually([&] { return ended() == 2; })) << log();
  std::size_t taken = 0;
  for (std::string piece; !(piece = client.receive_bytes(1 << 20)).empty();) taken += piece.size();
  EXPECT_LT(taken, 11'000'000u);
}

}  // namespace
}  // namespace decima::end_to_end
