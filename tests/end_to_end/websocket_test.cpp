// A job's events through a WebSocket, and what hostile clients send on one.
#include <gmock/gmock.h>
#include <signal.h>

#include <boost/json/parse.hpp>

#include "serving.hpp"

namespace decima::end_to_end {
namespace {

namespace json = boost::json;
using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr const char* too_long = "100000000";

std::string path(const std::string& n) { return "/api/v1/jobs/factorial-" + n + "/events"; }

Fields handshake() {
  return {{"Upgrade", "websocket"},
          {"Connection", "Upgrade"},
          {"Sec-WebSocket-Version", "13"},
          {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
}

/// As clients mask: the payload exclusive-or'ed with four bytes.
std::string frame(unsigned first, std::string_view payload) {
  const std::string mask = "\x11\x22\x33\x44";
  std::string out{static_cast<char>(first)};
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    out += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(payload.size() >> shift);
  }
  out += mask;
  for (std::size_t i = 0; i < payload.size(); i++) out += static_cast<char>(payload[i] ^ mask[i % 4]);
  return out;
}

constexpr unsigned text = 0x81, close_ = 0x88, ping = 0x89, pong = 0x8a;

struct Frame {
  unsigned first = 0;  ///< 0: the connection ended
  std::string payload;

  unsigned code() const {
    return payload.size() < 2 ? 0
                              : static_cast<unsigned>(static_cast<unsigned char>(payload[0])) << 8 |
                                    static_cast<unsigned char>(payload[1]);
  }
};

Frame receive(Client& client) {
  const std::string head = client.receive_bytes(2);
  if (head.size() < 2) return {};
  std::size_t length = static_cast<unsigned char>(head[1]);
  if (length == 126) {
    const std::string longer = client.receive_bytes(2);
    if (longer.size() < 2) return {};
    length =
        static_cast<std::size_t>(static_cast<unsigned char>(longer[0])) << 8 | static_cast<unsigned char>(longer[1]);
  }
  return {static_cast<unsigned char>(head[0]), client.receive_bytes(length)};
}

/// The next that is no text message.
Frame receive_control(Client& client) {
  Frame frame;
  do frame = receive(client);
  while (frame.first == text);
  return frame;
}

class WebSocket : public ServingTest {
 protected:
  WebSocket() : ServingTest(slow_computing) {}
  void SetUp() override {
    post("/api/v1/jobs", std::string(R"({"kind":"factorial","arguments":{"n":)") + too_long + "}}");
  }
  void TearDown() override {
    ask(address(), {"DELETE", std::string("/api/v1/jobs/factorial-") + too_long, {}, {}});
    ServingTest::TearDown();
  }

  std::unique_ptr<Client> open(const std::string& n = too_long, const std::string& early = "") {
    auto client = std::make_unique<Client>(address());
    client->send(bytes_of({"GET", path(n), {}, handshake()}) + early);
    const Reply reply = client->receive_head();
    EXPECT_EQ(reply.status, 101) << reply.body;
    EXPECT_EQ(reply.field("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(reply.field("Upgrade"), "websocket");
    EXPECT_EQ(reply.field("Connection"), "Upgrade");
    EXPECT_EQ(reply.field("Content-Length") + reply.field("Transfer-Encoding"), "");
    return client;
  }
};

TEST_F(WebSocket, TellsOfAFinishedJobAndSaysGoodbye) {
  compute("10");
  const auto client = open("10");
  const Frame message = receive(*client);
  EXPECT_EQ(message.first, text);
  EXPECT_EQ(json::parse(message.payload), get("/api/v1/jobs/factorial-10").json());
  const Frame goodbye = receive(*client);
  EXPECT_EQ(goodbye.first, close_);
  EXPECT_EQ(goodbye.code(), 1000u);
  client->send(frame(close_, "\x03\xe8"));
  EXPECT_TRUE(client->ends());
}

TEST_F(WebSocket, TellsOfAJobThatGoesOn) {
  const auto client = open();
  EXPECT_EQ(receive(*client).first, text);
  ask(address(), {"DELETE", std::string("/api/v1/jobs/factorial-") + too_long, {}, {}});
  Frame frame, last;
  while ((frame = receive(*client)).first == text) last = frame;
  EXPECT_EQ(json::parse(last.payload).as_object().at("state"), "cancelled");
  EXPECT_EQ(frame.first, close_);
}

TEST_F(WebSocket, AnswersPingsAndGoodbyes) {
  const auto client = open(too_long, frame(ping, "early"));
  EXPECT_EQ(receive_control(*client).payload, "early") << "what came with the handshake is not lost";
  client->send(frame(text, "whatever") + frame(pong, "") + frame(ping, "are you there"));
  const Frame answer = receive_control(*client);
  EXPECT_EQ(answer.first, pong);
  EXPECT_EQ(answer.payload, "are you there");
  client->send(frame(close_, "\x0f\xa1our own code"));
  const Frame goodbye = receive_control(*client);
  EXPECT_EQ(goodbye.first, close_);
  EXPECT_EQ(goodbye.code(), 4001u);
  EXPECT_TRUE(client->ends());
}

TEST_F(WebSocket, EndsWhereWhatComesIsNoFrame) {
  const std::pair<std::string, unsigned> cases[] = {
      {std::string("\x81\x02hi"), 1002},
      {frame(0xf1, "hi"), 1002},
      {frame(0x83, "hi"), 1002},
      {frame(0x80, "hi"), 1002},
      {frame(0x09, "hi"), 1002},
      {frame(text, std::string(100'000, 'x')), 1009},
      {std::string("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x11\x22\x33\x44", 14), 1009},
      {"GET /health HTTP/1.1\r\nHost: h\r\n\r\n", 1002},
  };
  for (const auto& [bytes, code] : cases) {
    const auto client = open();
    client->send(bytes);
    const Frame goodbye = receive_control(*client);
    EXPECT_EQ(goodbye.first, close_) << testing::PrintToString(bytes.substr(0, 20));
    EXPECT_EQ(goodbye.code(), code) << testing::PrintToString(bytes.substr(0, 20));
    EXPECT_TRUE(client->ends());
  }
}

TEST_F(WebSocket, IsNotHarmedByClientsThatVanishOrFlood) {
  for (int i = 0; i < 20; i++) {
    const auto gone = open();
    if (i % 2) gone->send("\x81");
    gone->reset();
  }
  const auto half = open();
  half->send(frame(ping, "last words"));
  half->end_sending();
  EXPECT_TRUE(half->ends());
  const auto flood = open();
  std::string pings;
  for (int i = 0; i < 1000; i++) pings += frame(ping, std::string(125, 'p'));
  for (int i = 0; i < 50; i++) EXPECT_TRUE(flood->send(pings)) << "they are read, and answered as far as there is room";
  EXPECT_EQ(receive_control(*flood).first, pong);
}

TEST_F(WebSocket, RefusesBadHandshakes) {
  const auto status = [this](std::size_t changed, const std::string& value) {
    Fields fields = handshake();
    fields.emplace_back("Origin", "http://localhost");
    fields[changed].second = value;
    return ask(address(), {"GET", path(too_long), {}, fields});
  };
  EXPECT_EQ(status(1, "keep-alive").status, 400);
  const Reply version = status(2, "8");
  EXPECT_EQ(version.status, 426);
  EXPECT_EQ(version.field("Sec-WebSocket-Version"), "13");
  EXPECT_EQ(status(3, "too short").status, 400);
  EXPECT_EQ(status(4, "http://evil.test").status, 403);
  EXPECT_EQ(ask(address(), {"GET", path("11"), {}, handshake()}).status, 404);
}

TEST(WebSocketAtTheEnd, SaysThatTheServerGoesAway) {
  const program::Folder folder;
  program::Server server(folder / "data", {"--grace", "500ms", "--kernel", "generic"});
  post(server.address(), "/api/v1/jobs", std::string(R"({"kind":"factorial","arguments":{"n":)") + too_long + "}}");
  Client client(server.address());
  client.send(bytes_of({"GET", path(too_long), {}, handshake()}));
  EXPECT_EQ(client.receive_head().status, 101);
  EXPECT_EQ(receive(client).first, text);
  server.process().signal(SIGTERM);
  const Frame goodbye = receive_control(client);
  EXPECT_EQ(goodbye.first, close_);
  EXPECT_EQ(goodbye.code(), 1001u);
  EXPECT_EQ(server.process().wait().status, 0);
}

}  // namespace
}  // namespace decima::end_to_end
