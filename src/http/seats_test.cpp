#include "http/seats.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace decima::http {
namespace {

TEST(Seats, AreGivenUpToTheLimitAndComeBack) {
  Seats seats(2);
  const Address someone = *Address::parse("192.0.2.1");
  auto first = seats.take(someone);
  {
    const auto second = seats.take(someone);
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(seats.take(someone));
    EXPECT_TRUE(seats.take(*Address::parse("192.0.2.2"))) << "another client";
  }
  EXPECT_TRUE(seats.take(someone));
  const Seats::Seat moved = std::move(*first);
  first.reset();
  EXPECT_EQ(seats.clients(), 1u) << "a seat that moved is given back once, and who has none leaves nothing behind";
}

TEST(Seats, OneCustomerOfIpv6IsOneClient) {
  Seats seats(1);
  const auto seat = seats.take(*Address::parse("2001:db8:1:2::1"));
  EXPECT_FALSE(seats.take(*Address::parse("2001:db8:1:2::2")));
}

}  // namespace
}  // namespace decima::http
