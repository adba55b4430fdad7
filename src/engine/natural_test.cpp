#include "engine/natural.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/limb.hpp"
#include "engine/multiply.hpp"
#include "engine/product_tree.hpp"
#include "engine/stack_frame.hpp"
#include "engine/test_support.hpp"

namespace decima::engine {
namespace {

using testing::awkward_limbs;
using testing::gmp_product;
using testing::Random;
using testing::text_of;
using testing::Workplace;
using Vector = std::vector<std::uint64_t>;

Vector schoolbook(const Vector& a, const Vector& b) {
  Vector out(a.size() + b.size());
  multiply_schoolbook(out, a, b);
  return out;
}

RC_GTEST_PROP(Limb, DividesByTheRadix, (std::uint64_t high, std::uint64_t low)) {
  const uint128 x = uint128{high % radix} << 64 | low;
  const Division division = divide_by_radix(x);
  RC_ASSERT(division.quotient == static_cast<std::uint64_t>(x / radix));
  RC_ASSERT(division.remainder == static_cast<std::uint64_t>(x % radix));
}

TEST(Limb, DividesAroundMultiplesOfTheRadix) {
  for (const std::uint64_t quotient : {std::uint64_t{1}, radix - 1, radix, ~std::uint64_t{0}}) {
    const uint128 multiple = uint128{quotient} * radix;
    EXPECT_EQ(divide_by_radix(multiple).quotient, quotient);
    EXPECT_EQ(divide_by_radix(multiple).remainder, 0U);
    EXPECT_EQ(divide_by_radix(multiple + radix - 1).quotient, quotient);
    EXPECT_EQ(divide_by_radix(multiple - 1).quotient, quotient - 1);
    EXPECT_EQ(divide_by_radix(multiple - 1).remainder, radix - 1);
  }
}

TEST(Natural, AddsAndSubtractsThroughLongCarries) {
  Vector nines(5, radix - 1);
  const Vector one{1};
  EXPECT_EQ(add_to(nines, one), 1U);
  EXPECT_EQ(nines, Vector(5, 0));
  EXPECT_EQ(subtract_from(nines, one), 1U);
  EXPECT_EQ(nines, Vector(5, radix - 1));
}

RC_GTEST_PROP(Natural, SubtractionUndoesAddition, (std::uint64_t seed)) {
  Random random(seed);
  const std::size_t length = random() % 40;
  const Vector a = awkward_limbs(random, length), b = awkward_limbs(random, random() % (length + 1));
  Vector sum = a;
  const std::uint64_t carry = add_to(sum, b);
  RC_ASSERT(subtract_from(sum, b) == carry);
  RC_ASSERT(sum == a);
}

RC_GTEST_PROP(Natural, MultipliesByAWord, (std::uint64_t seed)) {
  Random random(seed);
  const Vector a = awkward_limbs(random, 1 + random() % 40);
  const std::uint64_t word = random() % 5 == 0 ? radix - 1 : random() % radix;
  Vector product(a.size() + 1);
  product.back() = multiply_word(std::span(product).first(a.size()), a, word);
  RC_ASSERT(text_of(product) == gmp_product(a, Vector{word}));
}

RC_GTEST_PROP(Natural, SchoolbookAgreesWithGmp, (std::uint64_t seed)) {
  Random random(seed);
  const Vector a = awkward_limbs(random, random() % 60), b = awkward_limbs(random, random() % 60);
  RC_ASSERT(text_of(schoolbook(a, b)) == gmp_product(a, b));
}

// 340 products fit a 128-bit sum.
TEST(Natural, SchoolbookHoldsColumnsOfNinesOfAnyLength) {
  for (const std::size_t n : {169, 170, 171, 339, 340, 341, 680, 681, 1000}) {
    const Vector nines(n, radix - 1);
    EXPECT_EQ(text_of(schoolbook(nines, nines)), gmp_product(nines, nines));
    Vector square(2 * nines.size());
    square_schoolbook(square, nines);
    EXPECT_EQ(square, schoolbook(nines, nines));
  }
}

TEST(Natural, KaratsubaAgreesWithSchoolbookAtEveryLength) {
  Random random(1);
  for (std::size_t n = 0; n <= 300; ++n) {
    const Vector a = awkward_limbs(random, n), b = awkward_limbs(random, n);
    Vector out(2 * n), scratch(karatsuba_scratch(n));
    multiply_karatsuba(out, a, b, scratch);
    ASSERT_EQ(out, schoolbook(a, b)) << n;
    square_karatsuba(out, a, scratch);
    ASSERT_EQ(out, schoolbook(a, a)) << n;
    Vector simple(2 * n);
    square_schoolbook(simple, a);
    ASSERT_EQ(simple, out) << n;
  }
}

TEST(Natural, KaratsubaHoldsNinesAndPowersOfTen) {
  for (const std::size_t n : {31, 32, 33, 63, 64, 65, 127, 128, 129, 333}) {
    const Vector nines(n, radix - 1);
    Vector power(n, 0), out(2 * n), scratch(karatsuba_scratch(n));
    power.back() = radix / 10;
    for (const Vector& a : {nines, power})
      for (const Vector& b : {nines, power}) {
        multiply_karatsuba(out, a, b, scratch);
        EXPECT_EQ(out, schoolbook(a, b)) << n;
      }
  }
}

class MultiplyOn : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Threads, MultiplyOn, ::testing::Values(1, 2, 3, 8));

Vector product_in_place(Vector a, const Vector& b, Workplace& place) {
  const std::size_t length = a.size();
  a.resize(length + b.size());
  EXPECT_EQ(multiply_in_place(a, length, b, place.context), Status::ok);
  return a;
}

Vector square_in_its_room(const Vector& a, Workplace& place) {
  if (a.empty()) return {};
  const StackFrame frame(place.arena);
  const Limbs room = place.arena.take(square_room(a.size()));
  std::ranges::copy(a, room.begin());
  EXPECT_EQ(square_in_place(room, a.size(), place.context), Status::ok);
  return {room.begin(), room.begin() + static_cast<std::ptrdiff_t>(2 * a.size())};
}

TEST_P(MultiplyOn, AgreesWithGmpAtAllShapes) {
  Workplace place(GetParam());
  Random random(2);
  for (int round = 0; round < 150; ++round) {
    const std::size_t longest = std::size_t{1} << random() % 13;
    const Vector a = awkward_limbs(random, random() % longest), b = awkward_limbs(random, random() % longest);
    Vector out(a.size() + b.size());
    ASSERT_EQ(multiply(out, a, b, place.context), Status::ok);
    ASSERT_EQ(text_of(out), gmp_product(a, b)) << a.size() << " by " << b.size();
    Vector squared(2 * a.size());
    ASSERT_EQ(square(squared, a, place.context), Status::ok);
    ASSERT_EQ(text_of(squared), gmp_product(a, a)) << a.size();
    ASSERT_EQ(product_in_place(a.size() < b.size() ? b : a, a.size() < b.size() ? a : b, place), out);
    ASSERT_EQ(square_in_its_room(a, place), squared);
    ASSERT_EQ(place.arena.mark(), 0U);
  }
}

TEST_P(MultiplyOn, TakesNoMoreScratchThanItSays) {
  Random random(3);
  for (const std::size_t n : {1, 31, 100, 257, 1000, 5000})
    for (const std::size_t m : {std::size_t{1}, n / 3 + 1, n}) {
      const Vector a = awkward_limbs(random, n), b = awkward_limbs(random, m);
      Vector out(n + m), squared(2 * n);
      Workplace place(GetParam(), 8 * multiply_scratch(n, m, GetParam()) + 512);
      EXPECT_EQ(multiply(out, a, b, place.context), Status::ok) << n << " by " << m;
      Workplace other(GetParam(), 8 * square_scratch(n, GetParam()) + 512);
      EXPECT_EQ(square(squared, a, other.context), Status::ok) << n;
      Workplace in_place(GetParam(), 8 * multiply_in_place_scratch(n, m, GetParam()) + 512);
      EXPECT_EQ(product_in_place(a, b, in_place), out) << n << " by " << m;
      Workplace in_room(GetParam(), 8 * (square_room(n) + square_in_place_scratch(n, GetParam())) + 512);
      EXPECT_EQ(square_in_its_room(a, in_room), squared) << n;
    }
}

TEST(Multiply, WithoutScratchIsOutOfMemory) {
  Workplace place(1, 64);
  const Vector a(1000, 7);
  Vector out(2000);
  EXPECT_EQ(multiply(out, a, a, place.context), Status::out_of_memory);
  EXPECT_EQ(square(out, a, place.context), Status::out_of_memory);
}

TEST_P(MultiplyOn, ProductOfWordsAgreesWithGmp) {
  Random random(4);
  for (const std::size_t count : {1, 2, 15, 16, 17, 33, 1000, 5000, 9999}) {
    Vector words = awkward_limbs(random, count);
    for (std::uint64_t& word : words) word = word == 0 ? 1 : word;
    Workplace place(GetParam(), 8 * product_of_words_scratch(count, GetParam()) + 512);
    const Outcome<Natural> product = product_of_words(words, place.context);
    ASSERT_TRUE(product) << count;
    testing::Integer expected("1");
    for (const std::uint64_t word : words) mpz_mul_ui(expected.get(), expected.get(), word);
    EXPECT_EQ(text_of(*product), expected.text()) << count;
  }
}

}  // namespace
}  // namespace decima::engine
