#pragma once
#include <cstdint>

#include "engine/decimal.hpp"
#include "engine/outcome.hpp"

namespace decima::engine {

struct Context;

/// D(n), how many orders of n things leave none in its place, by splitting the recurrence in halves:
/// D(n) = n (n-1) D(n-2) + n - 1 for odd n, and n D(n-1) + 1 for even n.
Outcome<Decimal> subfactorial(std::uint64_t n, Context& context);

/// The exact number of digits; the largest 64-bit number where it is larger than that.
std::uint64_t subfactorial_digits(std::uint64_t n);
/// The most bytes of the arena that this takes, within 10 % for results above a few MiB; the largest 64-bit number
/// where it is larger than that.
std::uint64_t subfactorial_bytes(std::uint64_t n, unsigned threads);
/// What it adds to the progress.
std::uint64_t subfactorial_work(std::uint64_t n);

}  // namespace decima::engine
