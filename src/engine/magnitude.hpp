#pragma once
#include <cstdint>

#include "engine/fixed.hpp"

namespace decima::engine {

/// log10(n) for n >= 1, less than 2^-187 too small.
Fixed log10_of(std::uint64_t n);

/// log10(n!) for n >= 256, off by less than 2^-120.
Fixed log10_factorial(std::uint64_t n);

/// The number of decimal digits of n!; the largest 64-bit number where it is larger than that.
std::uint64_t factorial_digits(std::uint64_t n);
/// The number of decimal digits of the n-th Fibonacci number.
std::uint64_t fibonacci_digits(std::uint64_t n);
/// The number of decimal digits of the n-th Lucas number.
std::uint64_t lucas_digits(std::uint64_t n);

/// The exponent of the prime p in n! (Legendre).
std::uint64_t exponent_in_factorial(std::uint64_t p, std::uint64_t n);

}  // namespace decima::engine
