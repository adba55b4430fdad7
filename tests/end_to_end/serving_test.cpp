// How connections are kept, requests followed, and the program watched and ended.
#include <signal.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <sstream>

#include "serving.hpp"

namespace decima::end_to_end {
namespace {

class Serving : public ServingTest {};

TEST_F(Serving, ConnectionsAreKeptAndRequestsMayCrowd) {
  Client client(address());
  std::string crowd;
  for (int i = 0; i < 1000; i++)
    crowd += "GET /health HTTP/1.1\r\nHost: h\r\nX-Request-Id: r" + std::to_string(i) + "\r\n\r\n";
  client.send(crowd);
  for (int i = 0; i < 1000; i++) {
    const Reply reply = client.receive();
    ASSERT_EQ(reply.status, 200) << i;
    ASSERT_EQ(reply.field("X-Request-Id"), "r" + std::to_string(i)) << "answers come in the order of the requests";
  }
}

TEST_F(Serving, BytesMayComeOneByOne) {
  Client client(address());
  for (const char byte : std::string("GET /health HTTP/1.1\r\nHost: h\r\n\r\n")) client.send({&byte, 1});
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(Serving, EmptyLinesBeforeARequestAreForgiven) {
  Client client(address());
  client.send("\r\n\r\nGET /health HTTP/1.1\r\nHost: h\r\n\r\n\r\nGET /health HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(Serving, ConnectionsEndWhenTheClientSaysSo) {
  Client last(address());
  last.send("GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(last.receive().field("Connection"), "close");
  EXPECT_TRUE(last.ends());

  Client old(address());
  old.send("GET /health HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.receive().field("Connection"), "close");
  EXPECT_TRUE(old.ends());

  Client kept(address());
  for (int i = 0; i < 2; i++) {
    kept.send("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(kept.receive().field("Connection"), "keep-alive");
  }
}

TEST_F(Serving, HeadIsGetWithoutTheBody) {
  Client client(address());
  for (const char* target : {"/health", "/nope", "/api/v1/kinds", "/factorial?number=abc", "/metrics"}) {
    client.send(bytes_of({"HEAD", target, {}, {}}));
    const Reply head = client.receive(true);
    client.send(bytes_of({"GET", target, {}, {}}));
    const Reply whole = client.receive();
    EXPECT_EQ(head.status, whole.status) << target;
    EXPECT_EQ(head.field("Content-Type"), whole.field("Content-Type")) << target;
    if (target != std::string("/metrics")) {
      EXPECT_EQ(head.field("Content-Length"), whole.field("Content-Length")) << target;
    }
  }
}

TEST_F(Serving, OptionsTellsTheMethods) {
  const Reply reply = ask(address(), {"OPTIONS", "/api/v1/jobs", {}, {}});
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.field("Allow"), "POST, GET, HEAD, OPTIONS");
  EXPECT_EQ(ask(address(), {"OPTIONS", "*", {}, {}}).status, 204);
  EXPECT_EQ(ask(address(), {"OPTIONS", "/nope", {}, {}}).status, 404);
}

TEST_F(Serving, AWaitingClientIsToldToContinue) {
  Client client(address());
  client.send("POST /factorial HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 12\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  client.send("{\"number\":3}");
  EXPECT_EQ(client.receive().status, 202);
  client.send("POST /nope HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 12\r\n\r\n");
  EXPECT_EQ(client.receive().status, 404) << "and not to go on where nobody will listen";
}

TEST_F(Serving, RequestsAreFollowedByTheirIds) {
  const Reply given = ask(address(), {"GET", "/health", {}, {{"X-Request-Id", "my-request-7"}}});
  EXPECT_EQ(given.field("X-Request-Id"), "my-request-7");
  EXPECT_TRUE(eventually([this] { return log().find("my-request-7") != std::string::npos; }));
  const Reply made = get("/health");
  EXPECT_EQ(made.field("X-Request-Id").size(), 16u);
  const Reply spaced = ask(address(), {"GET", "/health", {}, {{"X-Request-Id", "a b"}}});
  EXPECT_NE(spaced.field("X-Request-Id"), "a b");
  const Reply endless = ask(address(), {"GET", "/health", {}, {{"X-Request-Id", std::string(1000, 'x')}}});
  EXPECT_EQ(endless.field("X-Request-Id").size(), 16u);
}

TEST_F(Serving, EveryLogLineIsJson) {
  get("/nope?a=\"\\");
  get("/nope/\xff\x80");
  get("/health");
  ASSERT_TRUE(eventually([this] { return log().find("/health") != std::string::npos; }));
  std::istringstream lines(log());
  for (std::string line; std::getline(lines, line);) EXPECT_TRUE(boost::json::parse(line).is_object()) << line;
}

TEST_F(Serving, HealthReadinessAndMetricsAreThere) {
  EXPECT_EQ(get("/health").body, R"({"status":"ok"})");
  EXPECT_EQ(get("/ready").body, R"({"ready":true,"parts":{"jobs":"ok","queue":"ok","blobs":"ok"}})");
  get("/api/v1/factorial/77");
  get("/secret/path/77");
  // A request is counted after it is answered, by the thread of its own connection.
  const auto metrics_show = [this](const char* line) { return get("/metrics").body.find(line) != std::string::npos; };
  for (const char* line :
       {R"(decima_http_requests_total{method="GET",route="/api/v1/factorial/{number}",status="4xx"} 1)",
        R"(decima_http_requests_total{method="none",route="none",status="4xx"} 1)", R"(decima_jobs{state="queued"} 0)",
        "decima_queue_depth 0", "decima_http_request_seconds_bucket"})
    EXPECT_TRUE(eventually([&] { return metrics_show(line); })) << line;
  EXPECT_FALSE(metrics_show("secret")) << "paths that clients make up must not become labels";
}

TEST_F(Serving, TheIndexNamesAllRoutes) {
  const auto links = get("/").json().as_object().at("links").as_array();
  EXPECT_GT(links.size(), 10u);
}

TEST(Ending, ATermSignalLetsARequestUnderWayFinish) {
  const program::Folder folder;
  program::Server server(folder / "data");
  Client idle(server.address());
  Client half(server.address());
  half.send("POST /factorial HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 12\r\n\r\n");
  EXPECT_EQ(half.receive().status, 100) << "by now the request is under way";
  server.process().signal(SIGTERM);
  EXPECT_TRUE(idle.ends());
  half.send("{\"number\":3}");
  const Reply reply = half.receive();
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(reply.field("Connection"), "close");
  EXPECT_EQ(server.process().wait().status, 0);
}

TEST(Listening, SeveralAddressesAndAUnixSocket) {
  const program::Folder folder;
  const std::string path = folder / "socket";
  const std::string more = folder / "more";
  program::Running running(
      {"serve", "--listen", "127.0.0.1:0,unix:" + path, "--data", folder / "data", "--listen", "unix:" + more});
  // The file is there a moment before anybody listens.
  ASSERT_TRUE(eventually([&] { return running.out().find("decima serves on unix:" + more) != std::string::npos; }));
  for (const std::string& each : {path, more}) EXPECT_EQ(get("unix:" + each, "/health").status, 200) << each;
  running.signal(SIGTERM);
  EXPECT_EQ(running.wait().status, 0);
  EXPECT_FALSE(std::filesystem::exists(path)) << "the socket file goes with the program";
}

}  // namespace
}  // namespace decima::end_to_end
