#include "engine/factorial.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "engine/factorial_plan.hpp"
#include "engine/magnitude.hpp"
#include "engine/swing.hpp"
#include "engine/test_support.hpp"

namespace decima::engine {
namespace {

using testing::gmp_factorial;
using testing::text_of;
using testing::Workplace;

TEST(Factorial, AgreesWithTheProductUpTo2000) {
  Workplace place;
  std::vector<std::uint64_t> product{1};
  for (std::uint64_t n = 0; n <= 2000; ++n) {
    if (n > 1) {
      const std::uint64_t carry = multiply_word(product, product, n);
      if (carry != 0) product.push_back(carry);
    }
    place.arena.rewind(0);
    const auto result = factorial(n, place.context);
    ASSERT_TRUE(result) << n;
    ASSERT_EQ(text_of(*result), text_of(product)) << n;
    ASSERT_EQ(digit_count(*result), factorial_digits(n)) << n;
  }
}

class FactorialOn : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Threads, FactorialOn, ::testing::Values(1, 2, 3, 8));

TEST_P(FactorialOn, AgreesWithGmp) {
  Workplace place(GetParam());
  for (const std::uint64_t n : {4095, 4096, 4097, 10'000, 30'011, 65'535, 100'000}) {
    place.arena.rewind(0);
    const auto result = factorial(n, place.context);
    ASSERT_TRUE(result) << n;
    ASSERT_EQ(text_of(*result), gmp_factorial(n)) << n;
  }
}

TEST_P(FactorialOn, CostsWhatItsPlanSays) {
  for (const std::uint64_t n : {0, 10, 63, 64, 1000, 20'000, 100'000, 300'000, 1'234'567}) {
    Workplace place(GetParam());
    ASSERT_TRUE(factorial(n, place.context)) << n;
    EXPECT_EQ(place.progress.done(), factorial_work(n)) << n;
    const double expected = static_cast<double>(factorial_bytes(n, GetParam()));
    EXPECT_LE(static_cast<double>(place.arena.peak()), expected) << n;
    if (n >= 10'000) {
      EXPECT_GE(static_cast<double>(place.arena.peak()), expected / 1.1) << n;
    }
  }
}

TEST(Factorial, ThatDoesNotFitIsRefused) {
  Workplace place(1, std::size_t{1} << 20);
  EXPECT_EQ(factorial(6'227'020'800, place.context).status(), Status::out_of_memory);
  EXPECT_EQ(factorial(std::numeric_limits<std::uint64_t>::max(), place.context).status(), Status::out_of_memory);
  EXPECT_EQ(factorial(1'000'000, place.context).status(), Status::out_of_memory);
}

TEST(Factorial, StopsWhenAsked) {
  Workplace place;
  place.stopper.request_stop();
  EXPECT_EQ(factorial(1'000'000, place.context).status(), Status::stopped);
}

TEST(Swing, IsThePrimesWithOddQuotients) {
  Workplace place;
  for (std::uint64_t n = 1; n <= 300; ++n) {
    std::vector<std::uint64_t> words(swing_words_most(n));
    std::size_t count = 0;
    ASSERT_EQ(swing_words(n, 1, words, count, place.context), Status::ok);
    testing::Integer product("1"), whole, half;
    for (std::size_t i = 0; i < count; ++i) mpz_mul_ui(product.get(), product.get(), words[i]);
    mpz_fac_ui(whole.get(), n);
    mpz_fac_ui(half.get(), n / 2);
    mpz_mul(half.get(), half.get(), half.get());
    mpz_divexact(whole.get(), whole.get(), half.get());
    for (const unsigned long p : {2UL, 5UL})
      while (mpz_divisible_ui_p(whole.get(), p)) mpz_divexact_ui(whole.get(), whole.get(), p);
    ASSERT_EQ(product.text(), whole.text()) << n;
  }
}

TEST(FactorialPlan, BoundsTheWordsOfASwing) {
  Workplace place;
  for (const std::uint64_t n : {1, 2, 3, 10, 63, 64, 65, 1000, 9999, 100'000, 1'000'000}) {
    std::vector<std::uint64_t> words(swing_words_most(n) + 8);
    std::size_t count = 0;
    ASSERT_EQ(swing_words(n, 2, words, count, place.context), Status::ok);
    EXPECT_LE(count, swing_words_most(n));
  }
}

}  // namespace
}  // namespace decima::engine
