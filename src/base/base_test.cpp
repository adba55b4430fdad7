#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

namespace decima {
namespace {

TEST(Numbers, OnlyCanonicalDecimalsAreRead) {
  EXPECT_EQ(parse_number("0"), 0u);
  EXPECT_EQ(parse_number("18446744073709551615"), UINT64_MAX);
  for (const char* bad : {"", "00", "007", "-1", "+5", " 5", "5 ", "1e3", "0x10", "1.5", "abc", "18446744073709551616"})
    EXPECT_EQ(parse_number(bad), std::nullopt) << bad;
}

TEST(Numbers, TooLargeIsToldFromMalformed) {
  EXPECT_EQ(classify_numeral("1000000000000000000000000000000"), Numeral::too_large);
  EXPECT_EQ(classify_numeral("1e30"), Numeral::malformed);
}

TEST(Bytes, UnitsArePowersOf1024) {
  EXPECT_EQ(parse_bytes("1048576"), 1048576u);
  EXPECT_EQ(parse_bytes("2GiB"), 2ull << 30);
  EXPECT_EQ(parse_bytes("1g"), 1ull << 30);
  for (const char* bad : {"", "g", "-1", "1.5g", "99999999999999t", "1x"})
    EXPECT_EQ(parse_bytes(bad), std::nullopt) << bad;
  EXPECT_EQ(show_bytes(1536), "1.5 KiB");
}

TEST(Counted, HasAnSUnlessItIsOne) {
  EXPECT_EQ(counted(0, "digit"), "0 digits");
  EXPECT_EQ(counted(1, "digit"), "1 digit");
  EXPECT_EQ(counted(21, "digit"), "21 digits");
}

TEST(Durations, NeedAUnit) {
  EXPECT_EQ(parse_duration_ms("250ms"), 250);
  EXPECT_EQ(parse_duration_ms("24h"), 86'400'000);
  for (const char* bad : {"", "5", "s", "-1s", "1.5s", "9223372036854775807h"})
    EXPECT_EQ(parse_duration_ms(bad), std::nullopt) << bad;
}

TEST(Hex, RoundTrips) {
  EXPECT_EQ(to_hex(*from_hex("00ff10")), "00ff10");
  EXPECT_EQ(from_hex("0"), std::nullopt);
  EXPECT_EQ(from_hex("0g"), std::nullopt);
}

TEST(Sha256, MatchesThePublishedVectors) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, PiecesDoNotMatterAndFinishStartsAnew) {
  Sha256Stream stream;
  stream.update("a");
  stream.update("bc");
  EXPECT_EQ(stream.finish(), sha256("abc"));
  EXPECT_EQ(stream.finish(), sha256(""));
}

TEST(Clock, ShowsUtcInRfc3339) {
  EXPECT_EQ(rfc3339(from_millis(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc3339(from_millis(1'762'000'496'789)), "2025-11-01T12:34:56.789Z");
}

TEST(Errors, EveryCodeHasItsRow) {
  for (const CodeFacts& row : all_codes()) {
    EXPECT_EQ(&facts(row.code), &row);
    EXPECT_EQ(code_named(row.name), row.code);
    EXPECT_FALSE(row.sentence.empty());
    EXPECT_GE(row.http_status, 400);
    EXPECT_NE(row.exit_status, 0);
  }
  EXPECT_EQ(code_named("no such code"), std::nullopt);
}

TEST(Errors, MessageNamesTheThing) {
  EXPECT_EQ((Error{Code::not_found, "factorial-7"}).message(), "There is nothing of that name: factorial-7");
}

TEST(Result, HoldsAValueOrAnError) {
  Result<int> good = 7;
  EXPECT_TRUE(good);
  EXPECT_EQ(*good, 7);
  Result<int> bad = Error{Code::busy, ""};
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().code, Code::busy);
}

TEST(Metrics, AppearInTheExposition) {
  auto hits = metrics::counter("decima_test_hits_total", "Hits in a test.", {{"kind", "x"}});
  hits.add(3);
  EXPECT_THAT(metrics::exposition(), testing::HasSubstr("decima_test_hits_total{kind=\"x\"} 3"));
}

TEST(Json, EscapesWhatWouldBreakAString) { EXPECT_EQ(json_escape("a\"b\\c\n\x01"), "a\\\"b\\\\c\\n\\u0001"); }

TEST(Json, WhatIsNoUtf8IsShownAsThat) {
  const std::string good = "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf";
  EXPECT_EQ(json_escape(good), good);
  const std::string lone = "\xff", cut = "\xe2\x82", overlong = "\xc0\xaf", surrogate = "\xed\xa0\x80",
                    beyond = "\xf4\x90\x80\x80", middle = "\x80";
  for (const std::string& bad : {lone, cut, overlong, surrogate, beyond, middle}) {
    std::string marks;
    for (std::size_t i = 0; i < bad.size(); i++) marks += "\\ufffd";
    EXPECT_EQ(json_escape("a" + bad + "b"), "a" + marks + "b");
    EXPECT_EQ(json_escape(bad), marks);
  }
}

}  // namespace
}  // namespace decima
