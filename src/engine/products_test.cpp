// The kinds of products that are made of primes, of powers and by splitting, judged by GMP.
#include <gtest/gtest.h>
#include <primesieve.hpp>

#include "engine/binomial.hpp"
#include "engine/factorial_quotient.hpp"
#include "engine/fibonacci.hpp"
#include "engine/magnitude.hpp"
#include "engine/power.hpp"
#include "engine/primorial.hpp"
#include "engine/primorial_logarithm.hpp"
#include "engine/running_product.hpp"
#include "engine/subfactorial.hpp"
#include "engine/test_support.hpp"

namespace decima::engine {
namespace {

using testing::Integer;
using testing::text_of;
using testing::Workplace;

class ProductsOn : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Threads, ProductsOn, ::testing::Values(1, 2, 3));

std::string gmp_binomial(unsigned long n, unsigned long k) {
  Integer value;
  mpz_bin_uiui(value.get(), n, k);
  return value.text();
}

std::string gmp_power(unsigned long base, unsigned long exponent) {
  Integer value;
  mpz_ui_pow_ui(value.get(), base, exponent);
  return value.text();
}

std::string gmp_lucas(unsigned long n) {
  Integer value;
  mpz_lucnum_ui(value.get(), n);
  return value.text();
}

std::string gmp_primorial(unsigned long n) {
  Integer value;
  mpz_primorial_ui(value.get(), n);
  return value.text();
}

std::string gmp_subfactorial(unsigned long n) {
  Integer value("1");
  for (unsigned long i = 1; i <= n; ++i) {
    mpz_mul_ui(value.get(), value.get(), i);
    i % 2 == 0 ? mpz_add_ui(value.get(), value.get(), 1) : mpz_sub_ui(value.get(), value.get(), 1);
  }
  return value.text();
}

// Each compute, and what is known of its result beforehand.
struct Costs {
  std::uint64_t digits, bytes, work;
};

/// Computes, compares the digits with GMP's and the costs with what was said of them.
template <class Compute>
void judge(Workplace& place, Compute compute, const Costs& said, const std::string& expected, const std::string& what) {
  place.arena.rewind(0);
  place.arena.reset_peak();
  place.progress.reset();
  const Outcome<Decimal> result = compute(place.context);
  ASSERT_TRUE(result) << what;
  ASSERT_EQ(text_of(*result), expected) << what;
  EXPECT_EQ(said.digits, expected.size()) << what;
  EXPECT_EQ(place.progress.done(), said.work) << what;
  EXPECT_LE(place.arena.peak(), said.bytes) << what;
  if (expected.size() >= 100'000) {
    EXPECT_GE(static_cast<double>(place.arena.peak()), static_cast<double>(said.bytes) / 1.1) << what;
  }
}

void judge_binomial(Workplace& place, std::uint64_t n, std::uint64_t k) {
  judge(
      place, [&](Context& context) { return binomial(n, k, context); },
      {binomial_digits(n, k), binomial_bytes(n, k, place.executor.threads()), binomial_work(n, k)}, gmp_binomial(n, k),
      std::to_string(n) + " over " + std::to_string(k));
}

void judge_power(Workplace& place, std::uint64_t base, std::uint64_t exponent) {
  judge(
      place, [&](Context& context) { return power(base, exponent, context); },
      {power_digits(base, exponent), power_bytes(base, exponent, place.executor.threads()), power_work(base, exponent)},
      gmp_power(base, exponent), std::to_string(base) + "^" + std::to_string(exponent));
}

void judge_lucas(Workplace& place, std::uint64_t n) {
  const std::string expected = gmp_lucas(n);
  judge(
      place, [&](Context& context) { return lucas(n, context); },
      {lucas_digits(n), lucas_bytes(n, place.executor.threads()), fibonacci_work(n)}, expected,
      "L " + std::to_string(n));
}

void judge_primorial(Workplace& place, std::uint64_t n) {
  judge(
      place, [&](Context& context) { return primorial(n, context); },
      {primorial_digits(n), primorial_bytes(n, place.executor.threads()), primorial_work(n)}, gmp_primorial(n),
      "primorial " + std::to_string(n));
}

void judge_subfactorial(Workplace& place, std::uint64_t n) {
  judge(
      place, [&](Context& context) { return subfactorial(n, context); },
      {subfactorial_digits(n), subfactorial_bytes(n, place.executor.threads()), subfactorial_work(n)},
      gmp_subfactorial(n), "!" + std::to_string(n));
}

TEST(Products, AllSmallBinomials) {
  Workplace place;
  for (std::uint64_t n = 0; n <= 300; ++n)
    for (std::uint64_t k = 0; k <= n / 2; ++k) judge_binomial(place, n, k);
}

TEST(Products, AllSmallPowers) {
  Workplace place;
  for (std::uint64_t base = 0; base <= 40; ++base)
    for (std::uint64_t exponent = 0; exponent <= 80; ++exponent) judge_power(place, base, exponent);
}

TEST(Products, AllSmallSequences) {
  Workplace place;
  for (std::uint64_t n = 0; n <= 1500; ++n) {
    judge_lucas(place, n);
    judge_primorial(place, n);
    judge_subfactorial(place, n);
  }
}

TEST_P(ProductsOn, BinomialsOfEveryShape) {
  Workplace place(GetParam());
  for (const auto& [n, k] : std::initializer_list<std::pair<std::uint64_t, std::uint64_t>>{{1'000'000, 500'000},
                                                                                           {1'000'000, 123'456},
                                                                                           {999'983, 65},
                                                                                           {4'160, 65},
                                                                                           {4'225, 65},
                                                                                           {10'000'000, 100'000},
                                                                                           {10'000'000, 156'249},
                                                                                           {10'000'000, 156'251},
                                                                                           {binomial_most, 1},
                                                                                           {binomial_most, 64},
                                                                                           {binomial_most, 65},
                                                                                           {binomial_most, 20'000},
                                                                                           {1'000'000'000'000, 3'000}})
    judge_binomial(place, n, k);
}

TEST_P(ProductsOn, PowersOfEveryShape) {
  Workplace place(GetParam());
  for (const auto& [base, exponent] :
       std::initializer_list<std::pair<std::uint64_t, std::uint64_t>>{{2, 1'000'000},
                                                                      {2, 1'048'575},
                                                                      {3, 999'999},
                                                                      {5, 345'678},
                                                                      {10, 100'000},
                                                                      {1'000'000'007, 40'000},
                                                                      {999'999'999'999'999'999, 7'777},
                                                                      {1'000'000'000'000'000'000, 777},
                                                                      {1'000'000'000'000'000'001, 7'777},
                                                                      {18'446'744'073'709'551'615U, 8'191},
                                                                      {18'446'744'073'709'551'610U, 8'192},
                                                                      {18'446'744'073'709'551'615U, 1},
                                                                      {18'446'744'073'709'551'557U, 2}})
    judge_power(place, base, exponent);
}

TEST_P(ProductsOn, LongSequences) {
  Workplace place(GetParam());
  for (const std::uint64_t n : {65'535, 65'536, 500'001, 1'000'000, 1'000'003}) judge_lucas(place, n);
  for (const std::uint64_t n : {29'989, 250'000, 1'000'000, 3'000'017}) judge_primorial(place, n);
  for (const std::uint64_t n : {4'095, 4'096, 30'011, 60'000}) judge_subfactorial(place, n);
}

TEST(Products, MersenneNumbers) {
  for (std::uint64_t p = 0; p <= 500; ++p) {
    Workplace place;
    Integer value;
    mpz_setbit(value.get(), p);
    mpz_sub_ui(value.get(), value.get(), 1);
    EXPECT_EQ(text_of(*mersenne(p, place.context)), value.text()) << p;
  }
}

// Powers of ten are where a logarithm may fall on either side.
TEST(Products, DigitsOfPowersOfTenAndTheirNeighbours) {
  std::uint64_t ten = 1;
  for (unsigned zeros = 0; zeros < 18; ++zeros, ten *= 10) {
    EXPECT_EQ(binomial_digits(ten, 1), zeros + 1) << ten;
    if (ten > 2) {
      EXPECT_EQ(binomial_digits(ten - 1, 1), zeros) << ten;
      for (std::uint64_t exponent = 1; exponent < 20; ++exponent) {
        EXPECT_EQ(power_digits(ten, exponent), zeros * exponent + 1);
        EXPECT_EQ(power_digits(ten - 1, exponent), gmp_power(ten - 1, exponent).size());
        EXPECT_EQ(power_digits(ten + 1, exponent), gmp_power(ten + 1, exponent).size());
      }
    }
  }
}

TEST(Products, RandomSizesHaveTheDigitsOfGmps) {
  testing::Random random(20261121);
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t n = 200 + random() % 20'000, k = random() % (n / 2);
    ASSERT_EQ(binomial_digits(n, k), gmp_binomial(n, k).size()) << n << " " << k;
    const std::uint64_t base = random() >> random() % 64, exponent = random() % 2'000;
    ASSERT_EQ(power_digits(base, exponent), gmp_power(base, exponent).size()) << base << " " << exponent;
    ASSERT_EQ(subfactorial_digits(n / 8), gmp_subfactorial(n / 8).size()) << n / 8;
  }
}

TEST(Products, AbsurdSizesAreRefused) {
  constexpr std::uint64_t most = ~std::uint64_t{0};
  Workplace place;
  EXPECT_EQ(power(most, most, place.context).status(), Status::out_of_memory);
  EXPECT_EQ(mersenne(most, place.context).status(), Status::out_of_memory);
  EXPECT_EQ(subfactorial(most, place.context).status(), Status::out_of_memory);
  EXPECT_EQ(lucas(most, place.context).status(), Status::out_of_memory);
  EXPECT_EQ(binomial(binomial_most, binomial_most / 2, place.context).status(), Status::out_of_memory);
  EXPECT_EQ(binomial(binomial_most, 1'000'000'000, place.context).status(), Status::out_of_memory);
  EXPECT_EQ(power_digits(most, most), most);
  EXPECT_EQ(power_digits(10, most), most) << "one more than fits";
  EXPECT_EQ(subfactorial_digits(most), most);
}

TEST(Products, StopWhenAsked) {
  Workplace place;
  place.stopper.request_stop();
  EXPECT_EQ(binomial(100'000'000, 50'000'000, place.context).status(), Status::stopped);
  EXPECT_EQ(binomial(100'000'000'000, 10'000'000, place.context).status(), Status::stopped);
  EXPECT_EQ(power(3, 100'000'000, place.context).status(), Status::stopped);
  EXPECT_EQ(primorial(100'000'000, place.context).status(), Status::stopped);
  EXPECT_EQ(subfactorial(10'000'000, place.context).status(), Status::stopped);
}

TEST(PrimorialLogarithm, IsATableOfSumsOverItsSteps) {
  const auto table = primorial_logarithms();
  ASSERT_EQ(table.size(), primorial_most / primorial_step + 1);
  for (const std::size_t entry : {1, 2, 60, 119}) {
    const Fixed expected = table[entry - 1] + log10_of_primes((entry - 1) * primorial_step, entry * primorial_step);
    const Fixed off = expected - table[entry] + Fixed(0, {0, 1 << 28, 0});
    EXPECT_LT(off.to_double(), 0x1p-98) << entry;
  }
}

}  // namespace
}  // namespace decima::engine
