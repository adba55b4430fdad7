// Bytes that are no request, or that two readers could take for different ones: each is refused, the connection ends
// where its bytes cannot be trusted any more, and the program goes on answering others.
#include "certificates.hpp"
#include "serving.hpp"

namespace decima::end_to_end {
namespace {

/// Over plain TCP and through TLS.
class Hostile : public WithCertificate, public ServingTest, public testing::WithParamInterface<bool> {
 protected:
  Hostile() : ServingTest(GetParam() ? tls_flags() : program::Arguments{}) {}
  Reply send(const std::string& bytes) const {
    Client client(address());
    client.send(bytes);
    return client.receive();
  }
};

TEST_P(Hostile, WhatIsNoHttpIsABadRequest) {
  const std::string cases[] = {
      "hello\r\n\r\n",
      "GET\r\n\r\n",
      "GET /health\r\n\r\n",
      "GET /health HTTP/1.1\nHost: h\n\n",
      "GET /health HTTP/2.0\r\nHost: h\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "GET /health HTTP/1.1\r\nHost : h\r\n\r\n",
      "GET /health HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
      "GET /health HTTP/1.1\r\nHost: h\r\nX: a\r\n\tfolded\r\n\r\n",
      "GET /health HTTP/1.1\r\nHost: h\r\n: empty\r\n\r\n",
      "GET /health HTTP/1.1\r\nHost: h\r\nX: \x01\r\n\r\n",
      "GET /health HTTP/1.1\r\n\r\n",
      "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET /health HTTP/1.1\r\nHost: a b\r\n\r\n",
      "GET /health HTTP/1.1\r\nHost: user@h\r\n\r\n",
      "GET /health HTTP/1.1\r\nHost: h/path\r\n\r\n",
      "GET health HTTP/1.1\r\nHost: h\r\n\r\n",
      "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",
      std::string("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 29),
      "\x16\x03\x01\x02\x01\x01\xfc\x03\x03\r\n\r\n",
  };
  for (const std::string& bytes : cases) EXPECT_EQ(send(bytes).status, 400) << bytes;
}

TEST_P(Hostile, LengthsThatCanBeReadInTwoWaysAreRefusedAndEndTheConnection) {
  const std::string start = "POST /factorial HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
  const std::string cases[] = {
      "Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
      "Content-Length: 5, 6\r\n\r\n",
      "Content-Length: 12\r\nContent-Length: 12\r\n\r\n{\"number\":3}",
      "Content-Length: 12, 12\r\n\r\n{\"number\":3}",
      "Content-Length: +5\r\n\r\n",
      "Content-Length: -5\r\n\r\n",
      "Content-Length: 0x5\r\n\r\n",
      "Content-Length: 99999999999999999999999\r\n\r\n",
      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
      "Transfer-Encoding: gzip\r\n\r\n",
      "Transfer-Encoding: gzip, chunked\r\n\r\n",
      "Transfer-Encoding: chunked, chunked\r\n\r\n",
      "Transfer-Encoding: xchunked\r\n\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
      "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
      "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello",
      "Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX\r\n0\r\n\r\n",
  };
  for (const std::string& rest : cases) {
    Client client(address());
    client.send(start + rest);
    EXPECT_EQ(client.receive().status, 400) << rest;
    EXPECT_TRUE(client.ends()) << rest;
  }
  Client old(address());
  old.send("POST /factorial HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
  EXPECT_EQ(old.receive().status, 400);
}

TEST_P(Hostile, ChunkedBodiesAreRead) {
  Client client(address());
  client.send(
      "POST /factorial HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "6;note=x\r\n{\"numb\r\n6\r\ner\":3}\r\n0\r\nTrailer: x\r\n\r\n"
      "GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().status, 202);
  EXPECT_EQ(client.receive().status, 200) << "the request behind the body";
}

TEST_P(Hostile, HugeHeadersAreRefused) {
  std::string many = "GET /health HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 10'000; i++) many += "X-" + std::to_string(i) + ": 1\r\n";
  EXPECT_EQ(send(many + "\r\n").status, 431);
  EXPECT_EQ(send("GET /health HTTP/1.1\r\nHost: h\r\nX: " + std::string(1 << 20, 'x') + "\r\n\r\n").status, 431);
  EXPECT_EQ(send("GET /" + std::string(1 << 20, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n").status, 431);
}

TEST_P(Hostile, HugeBodiesAreRefusedUnread) {
  Client announced(address());
  announced.send("POST /api/v1/jobs HTTP/1.1\r\nHost: h\r\nContent-Length: 10000000000\r\n\r\n");
  EXPECT_EQ(announced.receive().status, 413) << "before a byte of it was sent";
  Client chunked(address());
  chunked.send("POST /api/v1/jobs HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n");
  EXPECT_EQ(chunked.receive().status, 413);
}

TEST_P(Hostile, ClientsThatGoAwayLeaveNothingBehind) {
  const std::string pieces[] = {"", "G", "GET /health HTTP/1.1\r\n",
                                "POST /factorial HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\n\r\n{\"num"};
  for (const std::string& piece : pieces) {
    Client gone(address());
    gone.send(piece);
    gone.reset();
    Client half(address());
    half.send(piece);
    half.end_sending();
    EXPECT_TRUE(half.ends()) << piece;
  }
  Client whole(address());
  whole.send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
  whole.end_sending();
  EXPECT_EQ(whole.receive().status, 200) << "a client that has said all it wants to say still hears the answer";
  EXPECT_EQ(jobs(), 0);
}

INSTANTIATE_TEST_SUITE_P(Plainly, Hostile, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(ThroughTls, Hostile, testing::Values(true));

}  // namespace
}  // namespace decima::end_to_end
