// Results of millions of digits, whole texts against GMP's, and lengths by computing what is elsewhere only estimated.
// Takes minutes, nearly all of them GMP's; ctest knows it by the label long.
#include <gtest/gtest.h>

#include "engine/factorial.hpp"
#include "engine/fibonacci.hpp"
#include "engine/magnitude.hpp"
#include "engine/test_support.hpp"

namespace decima::engine {
namespace {

using testing::Workplace;

class Long : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Threads, Long, ::testing::Values(1, 2));

/// Compares the text piece by piece with one that is held whole.
class ComparingSink : public TextSink {
 public:
  explicit ComparingSink(std::string expected) : expected_(std::move(expected)) {}
  bool write(std::string_view piece) override {
    if (expected_.compare(at_, piece.size(), piece) != 0) return false;
    at_ += piece.size();
    return true;
  }
  bool all() const { return at_ == expected_.size(); }

 private:
  std::string expected_;
  std::size_t at_ = 0;
};

void expect_text(const Outcome<Decimal>& value, std::string expected, Context& context) {
  ASSERT_TRUE(value);
  ComparingSink sink(std::move(expected));
  EXPECT_EQ(write_text(*value, context, sink), Status::ok);
  EXPECT_TRUE(sink.all());
}

TEST_P(Long, FactorialTextsEqualGmps) {
  for (const unsigned long n : {333'333UL, 1'000'000UL, 2'345'678UL, 10'000'000UL}) {
    Workplace place(GetParam());
    expect_text(factorial(n, place.context), testing::gmp_factorial(n), place.context);
  }
}

TEST_P(Long, FibonacciTextsEqualGmps) {
  for (const unsigned long n : {1'234'567UL, 10'000'000UL, 33'333'333UL, 100'000'000UL}) {
    Workplace place(GetParam());
    testing::Integer value;
    mpz_fib_ui(value.get(), n);
    expect_text(fibonacci(n, place.context), value.text(), place.context);
  }
}

TEST_P(Long, LengthsComeOutAsEstimated) {
  for (const std::uint64_t n : {1'000'000, 10'000'000, 100'000'000}) {
    Workplace place(GetParam());
    const auto value = factorial(n, place.context);
    ASSERT_TRUE(value);
    EXPECT_EQ(digit_count(*value), factorial_digits(n));
    EXPECT_LE(place.arena.peak(), factorial_bytes(n, GetParam()));
  }
}

}  // namespace
}  // namespace decima::engine
