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
  const auto square_limbs = [&](unsigned level) { return 2 * static_cast<std::size_t>(limbs(level + 1)); };
  std::size_t most = 1024;
  for (unsigned level = 0; level < last_level_; ++level) {
    const auto length = static_cast<std::size_t>(limbs(level)), operand = square_limbs(level) / 2;
    const std::size_t words = swing_words_most(argument(level)), swing = length - std::min(length, 2 * operand) + 8;
    const std::size_t squaring = operand + square_scratch(operand, threads);
    const std::size_t tree = product_of_words_scratch(words, threads);
    const std::size_t joining = tree + multiply_scratch(2 * operand, swing, threads);
    most = std::max(most, std::max(squaring, length + words + joining) + 64);
  }
  return static_cast<double>(sizeof(std::uint64_t) * (most + (last_level_ == 0 ? 0 : square_limbs(0))));
}

std::uint64_t FactorialPlan::work(unsigned level) const { return 2 * product_work(limbs(level)); }

std::uint64_t FactorialPlan::total_work() const {
  std::uint64_t total = 0;
  for (unsigned level = 0; level <= last_level_; ++level) total += work(level);
  return total;
}

}  // namespace decima::engine
