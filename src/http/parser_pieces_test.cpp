#include "http/parser.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace decima::http {
namespace {

/// Feeds `bytes` in pieces of this length, as a slow client sends them, until the parser comes to an end.
Parser::Step feed_in_pieces(Parser& parser, std::string_view bytes, std::size_t piece) {
  std::size_t used = 0;
  for (std::size_t end = std::min(piece, bytes.size());;) {
    const Parser::Step step = parser.feed(bytes.substr(used, end - used), used);
    if (step == Parser::Step::head) continue;
    if (step != Parser::Step::more || end == bytes.size()) return step;
    end = std::min(end + piece, bytes.size());
  }
}

constexpr std::string_view requests[] = {
    "GET /factorial?number=10 HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST /api/v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345",
    "POST /api/v1/jobs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n123\r\n2\r\n45\r\n0\r\n\r\n",
    "POST /api/v1/jobs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\nT: v\r\n\r\n",
    "POST /api/v1/jobs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
};

// An empty chunked body whose five bytes came in pieces once ended the program: an assertion of Beast's.
TEST(Parser, SeesTheSameInPiecesOfAnyLength) {
  for (const std::string_view bytes : requests) {
    for (std::size_t piece = 1; piece <= bytes.size(); piece++) {
      const Limits limits;
      Parser parser(limits);
      ASSERT_EQ(feed_in_pieces(parser, bytes, piece), Parser::Step::done) << bytes << " by " << piece;
      EXPECT_EQ(parser.request().body, bytes.find("45") == bytes.npos ? "" : "12345") << bytes << " by " << piece;
    }
  }
}

TEST(Parser, WaitsForTheEndOfAChunkedBody) {
  for (const std::string_view bytes : requests) {
    const Limits limits;
    Parser parser(limits);
    EXPECT_EQ(feed_in_pieces(parser, bytes.substr(0, bytes.size() - 1), 1), Parser::Step::more) << bytes;
  }
}

TEST(Parser, BoundsTheHeaderHoweverItCameAndWhateverFollows) {
  for (const std::string_view bytes : requests) {
    const std::size_t header = bytes.find("\r\n\r\n") + 4;
    for (const std::size_t piece : {std::size_t{1}, header - 1, header, bytes.size()}) {
      const Limits exact{.header_bytes = header}, less{.header_bytes = header - 1};
      Parser enough(exact), too_little(less);
      EXPECT_EQ(feed_in_pieces(enough, bytes, piece), Parser::Step::done) << bytes << " by " << piece;
      EXPECT_EQ(feed_in_pieces(too_little, bytes, piece), Parser::Step::head_too_large) << bytes << " by " << piece;
    }
  }
}

}  // namespace
}  // namespace decima::http
