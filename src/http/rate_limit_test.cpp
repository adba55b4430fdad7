#include "http/rate_limit.hpp"

#include <gtest/gtest.h>

namespace decima::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Address someone = *Address::parse("192.0.2.1");
const Address other = *Address::parse("192.0.2.2");

class RateLimit : public testing::Test {
 protected:
  static constexpr Rate ten_a_minute{10, Duration(60'000)};
  RateLimiter limiter_{ten_a_minute};
  RateLimiter::Moment now_{seconds(1'000'000)};

  int admitted(int asked, const Address& client = someone) {
    int count = 0;
    for (int i = 0; i < asked; i++) count += limiter_.take(client, now_).admitted;
    return count;
  }
};

TEST(Rate, IsSoManyInSuchATime) {
  EXPECT_EQ(Rate::parse("100/15m")->count, 100u);
  EXPECT_EQ(Rate::parse("100/15m")->period, std::chrono::minutes(15));
  EXPECT_EQ(Rate::parse("1/250ms")->period, milliseconds(250));
  for (const char* bad : {"", "100", "/", "100/", "/1m", "0/1m", "-1/1m", "1/0s", "1/1", "1/1m/1", "1000000001/1s",
                          "1/100000h", "100 /1m"})
    EXPECT_FALSE(Rate::parse(bad)) << bad;
}

TEST_F(RateLimit, AdmitsTheBucketAtOnceAndThenAtItsRate) {
  EXPECT_EQ(admitted(25), 10);
  now_ += seconds(6);
  EXPECT_EQ(admitted(25), 1) << "one more every six seconds";
  now_ += seconds(5);
  EXPECT_EQ(admitted(1), 0);
  now_ += seconds(1);
  EXPECT_EQ(admitted(1), 1);
  now_ += seconds(3600);
  EXPECT_EQ(admitted(25), 10) << "and no more than the bucket however long nobody asked";
}

TEST_F(RateLimit, TellsHowOneStands) {
  const auto first = limiter_.take(someone, now_);
  EXPECT_EQ(first.remaining, 9u);
  EXPECT_EQ(first.full_in, seconds(6));
  admitted(9);
  const auto refused = limiter_.take(someone, now_ + milliseconds(500));
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.remaining, 0u);
  EXPECT_EQ(refused.retry_in, seconds(6)) << "five and a half, rounded up";
  EXPECT_EQ(refused.full_in, seconds(60));
  EXPECT_TRUE(limiter_.take(someone, now_ + refused.retry_in).admitted) << "who waits as told is admitted";
}

TEST_F(RateLimit, EachClientHasItsOwn) {
  EXPECT_EQ(admitted(20), 10);
  EXPECT_EQ(admitted(20, other), 10);
  EXPECT_EQ(admitted(6, *Address::parse("2001:db8:1:2::1")), 6);
  EXPECT_EQ(admitted(6, *Address::parse("2001:db8:1:2::2")), 4) << "one customer of IPv6";
}

TEST_F(RateLimit, ABatchThatCostsMoreThanIsThereBecomesDebt) {
  EXPECT_TRUE(limiter_.take(someone, now_).admitted);
  EXPECT_EQ(limiter_.charge(someone, 24, now_).remaining, 0u);
  const auto refused = limiter_.take(someone, now_);
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.retry_in, seconds(96)) << "25 were taken: 15 beyond the bucket, and one more wanted";
  EXPECT_FALSE(limiter_.take(someone, now_ + seconds(95)).admitted);
  EXPECT_TRUE(limiter_.take(someone, now_ + seconds(96)).admitted);
}

TEST_F(RateLimit, ATimeThatStandsStillOrGoesBackGivesNothing) {
  EXPECT_EQ(admitted(10), 10);
  now_ -= seconds(30);
  EXPECT_EQ(admitted(1), 0);
}

TEST(RateLimiter, RemembersABoundedNumberOfClients) {
  RateLimiter limiter({1, Duration(60'000)}, 64);
  const RateLimiter::Moment now{};
  for (unsigned i = 0; i < 10'000; i++) {
    Address address = *Address::parse("2001:db8::");
    address.bytes[5] = static_cast<std::uint8_t>(i >> 8);
    address.bytes[6] = static_cast<std::uint8_t>(i);
    EXPECT_TRUE(limiter.take(address, now).admitted);
    EXPECT_FALSE(limiter.take(address, now).admitted) << "the latest is never the one that is forgotten";
  }
  EXPECT_LE(limiter.clients(), 64u);
}

TEST(RateLimiter, ThousandsASecondAreCountedExactly) {
  RateLimiter limiter({1'000'000, Duration(1000)});
  int admitted = 0;
  for (int i = 0; i < 1000; i++) admitted += limiter.take(someone, {}).admitted;
  EXPECT_EQ(admitted, 1000);
}

}  // namespace
}  // namespace decima::http
