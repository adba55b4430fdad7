#include "engine/fibonacci.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "engine/magnitude.hpp"
#include "engine/test_support.hpp"

namespace decima::engine {
namespace {

using testing::text_of;
using testing::Workplace;

std::string gmp_fibonacci(unsigned long n) {
  testing::Integer value;
  mpz_fib_ui(value.get(), n);
  return value.text();
}

TEST(Fibonacci, AgreesWithAdditionUpTo3000) {
  Workplace place;
  std::vector<std::uint64_t> f{0}, next{1};
  for (std::uint64_t n = 0; n <= 3000; ++n) {
    place.arena.rewind(0);
    const auto result = fibonacci(n, place.context);
    ASSERT_TRUE(result) << n;
    ASSERT_EQ(text_of(*result), text_of(f)) << n;
    f.resize(next.size());
    if (add_to(f, next) != 0) f.push_back(1);
    std::swap(f, next);
  }
}

class FibonacciOn : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Threads, FibonacciOn, ::testing::Values(1, 2, 3, 8));

TEST_P(FibonacciOn, AgreesWithGmp) {
  Workplace place(GetParam());
  for (const std::uint64_t n : {9'999, 10'000, 65'535, 65'536, 65'537, 123'456, 345'678, 1'000'000}) {
    place.arena.rewind(0);
    const auto result = fibonacci(n, place.context);
    ASSERT_TRUE(result) << n;
    ASSERT_EQ(text_of(*result), gmp_fibonacci(n)) << n;
    ASSERT_EQ(digit_count(*result), fibonacci_digits(n)) << n;
  }
}

TEST_P(FibonacciOn, CostsWhatIsSaid) {
  for (const std::uint64_t n : {0, 86, 87, 1000, 100'000, 1'000'000, 3'000'000}) {
    Workplace place(GetParam());
    ASSERT_TRUE(fibonacci(n, place.context)) << n;
    EXPECT_EQ(place.progress.done(), fibonacci_work(n)) << n;
    const double expected = static_cast<double>(fibonacci_bytes(n, GetParam()));
    EXPECT_LE(static_cast<double>(place.arena.peak()), expected) << n;
    if (n >= 100'000) {
      EXPECT_GE(static_cast<double>(place.arena.peak()), expected / 1.1) << n;
    }
  }
}

TEST(Fibonacci, ThatDoesNotFitIsRefused) {
  Workplace place(1, std::size_t{1} << 20);
  EXPECT_EQ(fibonacci(std::numeric_limits<std::uint64_t>::max(), place.context).status(), Status::out_of_memory);
  EXPECT_EQ(fibonacci(10'000'000, place.context).status(), Status::out_of_memory);
}

}  // namespace
}  // namespace decima::engine
