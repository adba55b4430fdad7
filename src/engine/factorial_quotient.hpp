#pragma once
#include <cstdint>
#include <span>

#include "engine/decimal.hpp"
#include "engine/fixed.hpp"
#include "engine/outcome.hpp"

namespace decima::engine {

struct Context;

/// A quotient of factorials times a power of two that is a whole number: 2^twos * a! / (b! c!) and the like. From the
/// exponents of its primes, which Legendre's formula gives, it is computed without a division.
struct FactorialQuotient {
  std::uint64_t above = 0;               ///< a, the larger of all
  std::span<const std::uint64_t> below;  ///< b, c, …
  std::int64_t twos = 0;

  /// The exponent of the prime p.
  std::uint64_t exponent(std::uint64_t p) const;
  /// Zeros at the end: the lesser of the exponents of 2 and 5.
  std::uint64_t zeros() const;
  /// The logarithm, off by less than 2^-117.
  Fixed log10() const;
  /// The number of digits; the largest 64-bit number where it is larger than that. Exact for all but powers of ten from
  /// 10 on: another number below 10^34 is further from a power of ten than the logarithm is off, and above that one
  /// expects no such quotient within reach.
  std::uint64_t digits() const;
  /// Limbs of the number without its zeros, one too many at most.
  double limbs() const;
};

Outcome<Decimal> compute(const FactorialQuotient& quotient, Context& context);
/// The most bytes of the arena that this takes, within 10 % for results above a few MiB; the largest 64-bit number
/// where it is larger than that.
std::uint64_t bytes_of(const FactorialQuotient& quotient, unsigned threads);
/// What it adds to the progress.
std::uint64_t work_of(const FactorialQuotient& quotient);

}  // namespace decima::engine
