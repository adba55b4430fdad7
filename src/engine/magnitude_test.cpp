#include "engine/magnitude.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "engine/test_support.hpp"

namespace decima::engine {
namespace {

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

TEST(Magnitude, FactorialDigitsAreExact) {
  testing::Integer value("1");
  for (unsigned long n = 1; n <= 3000; ++n) {
    mpz_mul_ui(value.get(), value.get(), n);
    ASSERT_EQ(factorial_digits(n), value.text().size()) << n;
  }
}

TEST(Magnitude, KnownFactorialDigits) {
  EXPECT_EQ(factorial_digits(0), 1U);
  EXPECT_EQ(factorial_digits(1'000'000), 5'565'709U);
  EXPECT_EQ(factorial_digits(10'000'000), 65'657'060U);
  EXPECT_EQ(factorial_digits(100'000'000), 756'570'557U);
  EXPECT_EQ(factorial_digits(1'000'000'000), 8'565'705'523U);
}

TEST(Magnitude, AbsurdFactorialsSaturate) {
  EXPECT_EQ(factorial_digits(most), most);
  EXPECT_EQ(factorial_digits(most / 2), most);
  EXPECT_LT(factorial_digits(std::uint64_t{1} << 59), most);
}

// The difference of two neighbours is log10(n), which is known without Stirling: his series, its constants and the
// rounding are tested at once, at every size.
RC_GTEST_PROP(Magnitude, NeighboursDifferByTheLogarithm, (std::uint64_t seed)) {
  const std::uint64_t n = 257 + (seed >> seed % 60) / 32;
  const Fixed step = log10_factorial(n) - log10_factorial(n - 1);
  const Fixed expected = log10_of(n);
  const Fixed difference = step - expected, opposite = expected - step;
  const bool close = difference.whole() == 0 ? difference.to_double() < 0x1p-119 : opposite.to_double() < 0x1p-119;
  RC_ASSERT(close);
}

TEST(Magnitude, LogarithmsOfPowersOfTen) {
  std::uint64_t power = 1;
  for (unsigned exponent = 0; exponent < 19; ++exponent, power *= 10)
    EXPECT_LT((Fixed(exponent) - log10_of(power)).to_double(), 0x1p-186) << exponent;
}

TEST(Magnitude, FibonacciDigitsAreExact) {
  testing::Integer value;
  for (unsigned long n = 0; n <= 3000; ++n) {
    mpz_fib_ui(value.get(), n);
    ASSERT_EQ(fibonacci_digits(n), value.text().size()) << n;
  }
  EXPECT_EQ(fibonacci_digits(1'000'000), 208'988U);
  EXPECT_EQ(fibonacci_digits(1'000'000'000), 208'987'640U);
  EXPECT_EQ(fibonacci_digits(most), 3'855'141'514'259'838'963U);
}

TEST(Magnitude, ExponentsInFactorials) {
  EXPECT_EQ(exponent_in_factorial(5, 100), 24U);
  EXPECT_EQ(exponent_in_factorial(2, 100), 97U);
  EXPECT_EQ(exponent_in_factorial(2, most), most - 64);
}

}  // namespace
}  // namespace decima::engine
