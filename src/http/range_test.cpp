#include "http/range.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/negotiation.hpp"

namespace decima::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Ranges, AreReadAsTheGrammarHasThem) {
  EXPECT_THAT(*read_ranges("bytes=0-0", 10), ElementsAre(ByteRange{0, 1}));
  EXPECT_THAT(*read_ranges("bytes=2-", 10), ElementsAre(ByteRange{2, 8}));
  EXPECT_THAT(*read_ranges("bytes=-3", 10), ElementsAre(ByteRange{7, 3}));
  EXPECT_THAT(*read_ranges("bytes=-30", 10), ElementsAre(ByteRange{0, 10}));
  EXPECT_THAT(*read_ranges("bytes=5-99999999999999999999999", 10), ElementsAre(ByteRange{5, 5}));
  EXPECT_THAT(*read_ranges("bytes= 0-1 ,\t8-9", 10), ElementsAre(ByteRange{0, 2}, ByteRange{8, 2}));
  EXPECT_THAT(*read_ranges("Bytes=,0-1,,", 10), ElementsAre(ByteRange{0, 2}));
}

TEST(Ranges, ThatOverlapOrTouchAreJoined) {
  EXPECT_THAT(*read_ranges("bytes=4-6,0-1,5-7,2-2", 10), ElementsAre(ByteRange{0, 3}, ByteRange{4, 4}));
  std::string flood = "bytes=0-";
  for (int i = 0; i < 2000; i++) flood += ",0-";
  EXPECT_THAT(*read_ranges(flood, 10), ElementsAre(ByteRange{0, 10}));
}

TEST(Ranges, BeyondTheTextAreNone) {
  EXPECT_THAT(*read_ranges("bytes=10-", 10), IsEmpty());
  EXPECT_THAT(*read_ranges("bytes=-0", 10), IsEmpty());
  EXPECT_THAT(*read_ranges("bytes=10-20,3-3", 10), ElementsAre(ByteRange{3, 1}));
}

TEST(Ranges, ThatAreMalformedOrTooManyAreIgnored) {
  for (const char* field : {"", "bytes", "bytes=", "bytes=a-b", "bytes=1", "bytes=--1", "bytes=3-2", "bytes=,",
                            "items=0-1", "bytes=1-2-3", "bytes=0x1-2", "bytes=-"})
    EXPECT_EQ(read_ranges(field, 10), std::nullopt) << field;
  std::string many = "bytes=0-0";
  for (int i = 1; i < 100; i++) many += "," + std::to_string(i * 2) + "-" + std::to_string(i * 2);
  EXPECT_EQ(read_ranges(many, 1000), std::nullopt);
}

TEST(Ranges, AreShownWithTheWholeLength) { EXPECT_EQ(content_range({2, 3}, 10), "bytes 2-4/10"); }

TEST(Negotiation, CopiesAreComparedByTheirTags) {
  const auto of = [](std::string_view match, std::string_view none_match) {
    Request request;
    if (!match.empty()) request.fields.push_back({"if-match", match});
    if (!none_match.empty()) request.fields.push_back({"if-none-match", none_match});
    return precondition(request, "\"a\"");
  };
  EXPECT_EQ(of("", ""), Precondition::holds);
  for (const char* known : {"\"a\"", "\"b\", W/\"a\"", "*", " \"a\" ,"})
    EXPECT_EQ(of("", known), Precondition::client_has_it) << known;
  for (const char* unknown : {"\"ab\"", "a", ",", "\"b\", \"c\""})
    EXPECT_EQ(of("", unknown), Precondition::holds) << unknown;
  for (const char* right : {"\"a\"", "\"b\", \"a\"", "*"}) EXPECT_EQ(of(right, ""), Precondition::holds) << right;
  for (const char* wrong : {"W/\"a\"", "\"b\"", "a", ","}) EXPECT_EQ(of(wrong, ""), Precondition::fails) << wrong;
  EXPECT_EQ(of("\"a\"", "\"a\""), Precondition::client_has_it);
  EXPECT_EQ(of("\"b\"", "\"a\""), Precondition::fails);
}

TEST(Negotiation, GzipIsForThoseWhoTakeIt) {
  for (const char* field : {"gzip", "deflate, gzip;q=0.5", "GZIP", "*", "br;q=1.0, gzip;q=0.8, identity;q=0.1"})
    EXPECT_TRUE(accepts_gzip(field)) << field;
  for (const char* field : {"", "identity", "gzip;q=0", "br", "*;q=0", "gzip;q=0.2, identity;q=0.9", "gzip;q=nonsense"})
    EXPECT_FALSE(accepts_gzip(field)) << field;
}

TEST(Negotiation, WaitsAreReadAndBounded) {
  EXPECT_EQ(preferred_wait("wait=10", Duration(60'000)), Duration(10'000));
  EXPECT_EQ(preferred_wait("respond-async, Wait=2;x=y", Duration(60'000)), Duration(2'000));
  for (const char* most : {"wait=99999999999999999999", "wait=9999999999999999999"})
    EXPECT_EQ(preferred_wait(most, Duration(60'000)), Duration(60'000)) << most;
  for (const char* two : {"wait = 2", "wait=\t\"2\"", "wait=02", "a, ,wait=2 ; x=y", "wait=2, wait=3"})
    EXPECT_EQ(preferred_wait(two, Duration(60'000)), Duration(2'000)) << two;
  for (const char* none : {"", "wait", "wait=", "wait=-1", "wait=x", "handling=lenient", "wait=\"", "wait=\"\"",
                           "wait=1.5", "await=2", "wait=x, wait=2"})
    EXPECT_EQ(preferred_wait(none, Duration(60'000)), Duration(0)) << none;
}

}  // namespace
}  // namespace decima::http
