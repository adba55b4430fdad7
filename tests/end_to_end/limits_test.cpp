// Time and number: who is slow is cut off, who asks more than his share is told so.
#include <chrono>
#include <memory>

#include "serving.hpp"

namespace decima::end_to_end {
namespace {

class Limits : public ServingTest {
 protected:
  Limits()
      : ServingTest({"--http-header-timeout", "300ms", "--http-body-timeout", "300ms", "--http-idle-timeout", "300ms",
                     "--http-max-connections", "8"}) {}
};

TEST_F(Limits, ASlowHeaderTimesOut) {
  Client slow(address());
  slow.send("GET /health HT");
  EXPECT_EQ(slow.receive().status, 408);
  EXPECT_TRUE(slow.ends());
}

TEST_F(Limits, ASlowBodyTimesOutInTheRoutesOwnForm) {
  Client slow(address());
  slow.send("POST /factorial HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\n\r\n{\"num");
  const Reply reply = slow.receive();
  EXPECT_EQ(reply.status, 408);
  EXPECT_EQ(reply.json().as_object().at("code").as_int64(), 408);
  EXPECT_TRUE(slow.ends());
}

TEST_F(Limits, AnIdleConnectionIsClosedWithoutAWord) {
  Client idle(address());
  EXPECT_TRUE(idle.ends());
  Client served(address());
  served.send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(served.receive().status, 200);
  EXPECT_EQ(served.receive().status, 0);
}

TEST_F(Limits, OneConnectionTooManyIsTurnedAway) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 8; i++) clients.push_back(std::make_unique<Client>(address()));
  Client extra(address());
  const Reply reply = extra.receive();
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.field("Retry-After"), "1");
  clients.clear();
  EXPECT_TRUE(eventually([this] { return get("/health").status == 200; }));
}

}  // namespace
}  // namespace decima::end_to_end
