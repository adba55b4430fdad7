#include "engine/factorial_sequence.hpp"

#include <gtest/gtest.h>

#include "engine/factorial.hpp"
#include "engine/test_support.hpp"

namespace decima::engine {
namespace {

using testing::text_of;
using testing::Workplace;

TEST(FactorialSequence, RunsThroughAllFactorials) {
  Workplace place;
  const std::vector<std::uint64_t> one{1};
  FactorialSequence sequence(0, {one, 0});
  for (std::uint64_t n = 0; n <= 1500; ++n, sequence.step()) {
    place.arena.rewind(0);
    const auto expected = factorial(n, place.context);
    ASSERT_TRUE(expected);
    ASSERT_EQ(sequence.n(), n);
    ASSERT_EQ(text_of(sequence.value()), text_of(*expected)) << n;
  }
}

TEST(FactorialSequence, GoesOnFromAnyFactorial) {
  Workplace place;
  const auto start = factorial(30'000, place.context);
  ASSERT_TRUE(start);
  FactorialSequence sequence(30'000, *start);
  for (int i = 0; i < 25; ++i) sequence.step();
  const auto expected = factorial(30'025, place.context);
  ASSERT_TRUE(expected);
  EXPECT_EQ(text_of(sequence.value()), text_of(*expected));
}

}  // namespace
}  // namespace decima::engine
