#include "http/parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace decima::http {
namespace {

using Step = Parser::Step;

/// Feeds `bytes` in pieces of `piece` bytes; they stay where they are, as a parser's bytes must.
Step feed_all(Parser& parser, std::string_view bytes, std::size_t piece, std::size_t* rest = nullptr) {
  std::size_t used = 0, seen = 0;
  Step step = Step::more;
  while ((step == Step::more && seen < bytes.size()) || step == Step::head) {
    if (step == Step::more) seen = std::min(seen + piece, bytes.size());
    step = parser.feed(bytes.substr(used, seen - used), used);
  }
  if (rest) *rest = bytes.size() - used;
  return step;
}

constexpr std::string_view post =
    "POST /a?b=c HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nx-ONE: 2\r\nContent-Length: 5\r\n\r\nhello";

TEST(Parser, ReadsARequestHoweverItIsCutUp) {
  const Limits limits;
  for (std::size_t piece = 1; piece <= post.size(); piece++) {
    Parser parser(limits);
    ASSERT_EQ(feed_all(parser, post, piece), Step::done) << piece;
    const Request& request = parser.request();
    EXPECT_EQ(request.method, Method::post);
    EXPECT_EQ(request.target, "/a?b=c");
    EXPECT_EQ(request.body, "hello");
    EXPECT_EQ(request.field("x-one"), "1");
    EXPECT_EQ(request.count("X-One"), 2u);
    EXPECT_TRUE(request.keep_alive);
  }
}

TEST(Parser, LeavesWhatFollowsToTheNextRequest) {
  const Limits limits;
  Parser parser(limits);
  const std::string two = std::string(post) + "GET / HTTP/1.0\r\n\r\n";
  std::size_t rest = 0;
  ASSERT_EQ(feed_all(parser, two, two.size(), &rest), Step::done);
  EXPECT_EQ(rest, 18u);
  parser.reset();
  ASSERT_EQ(feed_all(parser, std::string_view(two).substr(two.size() - rest), 4), Step::done);
  EXPECT_EQ(parser.request().method, Method::get);
  EXPECT_EQ(parser.request().version, 10u);
  EXPECT_FALSE(parser.request().keep_alive);
  EXPECT_EQ(parser.request().body, "");
}

TEST(Parser, BoundsFieldsAndBodies) {
  Limits limits;
  limits.header_fields = 3;
  limits.body_bytes = 4;
  Parser parser(limits);
  EXPECT_EQ(feed_all(parser, post, post.size()), Step::head_too_large);
  limits.header_fields = 4;
  parser.reset();
  EXPECT_EQ(feed_all(parser, post, post.size()), Step::body_too_large);
  EXPECT_EQ(parser.request().target, "/a?b=c") << "what is known is kept for the answer";
  limits.body_bytes = 5;
  parser.reset();
  EXPECT_EQ(feed_all(parser, post, post.size()), Step::done);
}

TEST(Parser, RefusesFoldedFieldsAndDoubtfulLengths) {
  const Limits limits;
  for (const char* fields :
       {"Host: h\r\n folded\r\n", "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", "Content-Length: 1\r\nContent-Length: 2\r\n"}) {
    Parser parser(limits);
    const std::string bytes = std::string("GET / HTTP/1.1\r\n") + fields + "\r\n";
    EXPECT_EQ(feed_all(parser, bytes, bytes.size()), Step::malformed) << fields;
  }
}

}  // namespace
}  // namespace decima::http
