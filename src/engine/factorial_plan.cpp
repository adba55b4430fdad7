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

double FactorialPlan::bytes(unsigned threads) const {
  if (!feasible()) return 5 * sizeof(std::uint64_t) * limbs(0);
  std::size_t most = direct_most;
  for (unsigned level = 0; level < last_level_; ++level)
    most = std::max(most, std::max(squaring_words(level, threads), swinging_words(level, threads)));
  const std::size_t squares = last_level_ == 0 ? 0 : 2 * whole_limbs(1);
  return static_cast<double>(sizeof(std::uint64_t) * (squares + most + slack));
}

// limbs() is 1 or 2 more than the true length.

std::size_t FactorialPlan::squaring_words(unsigned level, unsigned threads) const {
  const std::size_t operand = whole_limbs(level + 1);
  return operand + square_scratch_between(operand - 2, operand, threads);
}

std::size_t FactorialPlan::swinging_words(unsigned level, unsigned threads) const {
  const std::size_t words = swing_words_most(argument(level)), length = whole_limbs(level);
  const std::size_t square = 2 * whole_limbs(level + 1) - 2, swing = length - std::min(length, square);
  std::size_t joining = 0;
  for (const std::size_t longer : {0, 1, 2, 3, 4})
    joining = std::max(joining, multiply_scratch_between(square - 3, square, swing + longer, threads));
  return length + 2 * words + std::max(product_of_words_scratch(words, threads), joining);
}

// The square, its product with the swing, and the swing's product tree.
std::uint64_t FactorialPlan::work(unsigned level) const { return multiplication_work(limbs(level), 2.5); }

std::uint64_t FactorialPlan::total_work() const {
  std::uint64_t total = 0;
  for (unsigned level = 0; level <= last_level_; ++level) total += work(level);
  return total;
}

}  // namespace decima::engine
