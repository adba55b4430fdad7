#include "engine/factorial_plan.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/decimal.hpp"
#include "engine/magnitude.hpp"
#include "engine/multiply.hpp"
#include "engine/product_tree.hpp"
#include "engine/swing.hpp"
#include "engine/work.hpp"

namespace decima::engine {
namespace {

constexpr std::uint64_t direct_most = 64;
constexpr std::size_t slack = 64;  // words that the arena's rounding to cache lines may cost

/// Stirling's series with one term: off by less than 0.003 for n = 1, by rounding alone from n = 10^4.
double rough_log10_factorial(double n) {
  if (n < 1) return 0;
  return n * std::log10(n / std::numbers::e) + std::log10(2 * std::numbers::pi * n) / 2 +
         std::numbers::log10e / (12 * n);
}

}  // namespace

FactorialPlan::FactorialPlan(std::uint64_t n)
    : n_(n), zeros_(exponent_in_factorial(5, n)), twos_(exponent_in_factorial(2, n) - zeros_) {
  while (argument(last_level_) >= direct_most) ++last_level_;
}

double FactorialPlan::limbs(unsigned level) const {
  const std::uint64_t n = argument(level);
  const double lost_twos = static_cast<double>(exponent_in_factorial(2, n)) - static_cast<double>(twos(level));
  const double digits = rough_log10_factorial(static_cast<double>(n)) - lost_twos * std::log10(2.0) -
                        static_cast<double>(exponent_in_factorial(5, n)) * std::log10(5.0);
  return std::floor(std::max(digits, 0.0) / digits_per_limb) + 2;
}

bool FactorialPlan::feasible() const { return limbs(1) <= static_cast<double>(longest_operand()); }

// limbs() is 1 or 2 more than the true length.

std::size_t FactorialPlan::room() const {
  std::size_t words = direct_most;
  for (unsigned level = 0; level < last_level_; ++level) {
    const std::size_t operand = whole_limbs(level + 1);
    words = std::max({words, whole_limbs(level), most_between(operand - 2, operand, square_room)});
  }
  return words;
}

double FactorialPlan::bytes(unsigned threads) const {
  if (!feasible()) return 4 * sizeof(std::uint64_t) * limbs(0);
  std::size_t most = 2 * direct_most;
  for (unsigned level = 0; level < last_level_; ++level)
    most = std::max(most, std::max(squaring_words(level, threads), swinging_words(level, threads)));
  return static_cast<double>(sizeof(std::uint64_t) * (room() + most + slack));
}

std::size_t FactorialPlan::squaring_words(unsigned level, unsigned threads) const {
  const std::size_t operand = whole_limbs(level + 1);
  return most_between(operand - 2, operand, [&](std::size_t a) { return square_in_place_scratch(a, threads); });
}

std::size_t FactorialPlan::swinging_words(unsigned level, unsigned threads) const {
  const std::size_t words = swing_words_most(argument(level)), length = whole_limbs(level);
  const std::size_t square = 2 * whole_limbs(level + 1) - 2, swing = length - std::min(length, square);
  std::size_t joining = 0;
  for (const std::size_t longer : {0, 1, 2, 3, 4})
    joining = std::max(joining, swing + longer + most_between(square - 3, square, [&](std::size_t a) {
                                  return multiply_in_place_scratch(a, swing + longer, threads);
                                }));
  return std::max(2 * words + product_of_words_scratch(words, threads), joining);
}

// A level takes as long as two and a half squarings of its length. Of that the square is two fifths; the swing is
// short, but its product has many levels.
FactorialPlan::Work FactorialPlan::work(unsigned level) const {
  const std::uint64_t whole = multiplication_work(limbs(level), 2.5);
  if (level == last_level_) return {whole, 0, 0};
  const std::uint64_t square = whole / 20 * 8, swing = whole / 20 * 5;
  return {square, swing, whole - square - swing};
}

std::uint64_t FactorialPlan::total_work() const {
  std::uint64_t total = 0;
  for (unsigned level = 0; level <= last_level_; ++level) total += work(level).sum();
  return total;
}

}  // namespace decima::engine
