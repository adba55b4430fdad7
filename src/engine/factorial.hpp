#pragma once
#include <cstdint>

#include "engine/decimal.hpp"
#include "engine/outcome.hpp"

namespace decima::engine {

struct Context;

/// n! by prime swing (Luschny): n! = (floor(n/2)!)^2 * swing(n), unrolled from the bottom. The factors 10 are never
/// multiplied: the result's mantissa is n! / 10^z with z the exponent of 5 in n!.
Outcome<Decimal> factorial(std::uint64_t n, Context& context);

/// The most bytes of the arena that factorial(n) takes, within 10 % for results above a few MiB; the largest 64-bit
/// number where it is larger than that.
std::uint64_t factorial_bytes(std::uint64_t n, unsigned threads);
/// What factorial(n) adds to the progress.
std::uint64_t factorial_work(std::uint64_t n);

}  // namespace decima::engine
