// Time and number: who is slow is cut off, who asks more than his share is told so.
#include <chrono>
#include <memory>

#include "certificates.hpp"
#include "serving.hpp"

namespace decima::end_to_end {
namespace {

const program::Arguments narrow{"--http-header-timeout", "300ms", "--http-body-timeout",    "300ms",
                                "--http-idle-timeout",   "300ms", "--http-max-connections", "8",
                                "--http-max-requests",   "3"};

/// Over plain TCP and through TLS.
class Limits : public WithCertificate, public ServingTest, public testing::WithParamInterface<bool> {
 protected:
  Limits() : ServingTest(GetParam() ? tls_flags(narrow) : narrow) {}
};

TEST_P(Limits, ASlowHeaderTimesOut) {
  Client slow(address());
  slow.send("GET /health HT");
  EXPECT_EQ(slow.receive().status, 408);
  EXPECT_TRUE(slow.ends());
}

TEST_P(Limits, ASlowBodyTimesOutInTheRoutesOwnForm) {
  Client slow(address());
  slow.send("POST /factorial HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\n\r\n{\"num");
  const Reply reply = slow.receive();
  EXPECT_EQ(reply.status, 408);
  EXPECT_EQ(reply.json().as_object().at("code").as_int64(), 408);
  EXPECT_TRUE(slow.ends());
}

TEST_P(Limits, AnIdleConnectionIsClosedWithoutAWord) {
  Client idle(address());
  EXPECT_TRUE(idle.ends());
  Client served(address());
  served.send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(served.receive().status, 200);
  EXPECT_EQ(served.receive().status, 0);
}

TEST_P(Limits, OneConnectionTooManyIsTurnedAway) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 8; i++) clients.push_back(std::make_unique<Client>(address()));
  Client extra(address());
  if (GetParam()) {
    EXPECT_TRUE(extra.ends()) << "without the price of a handshake";
  } else {
    const Reply reply = extra.receive();
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.field("Retry-After"), "1");
  }
  clients.clear();
  EXPECT_TRUE(eventually([this] { return get("/health").status == 200; }));
}

TEST_P(Limits, AConnectionEndsAfterItsShareOfRequests) {
  Client client(address());
  for (int i = 0; i < 4; i++) client.send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().field("Connection"), "");
  EXPECT_EQ(client.receive().field("Connection"), "");
  EXPECT_EQ(client.receive().field("Connection"), "close");
  EXPECT_EQ(client.receive().status, 0);
}

INSTANTIATE_TEST_SUITE_P(Plainly, Limits, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(ThroughTls, Limits, testing::Values(true));

}  // namespace
}  // namespace decima::end_to_end
