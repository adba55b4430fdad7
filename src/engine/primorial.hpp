#pragma once
#include <cstdint>

#include "engine/decimal.hpp"
#include "engine/outcome.hpp"

namespace decima::engine {

struct Context;

/// As far as the table of logarithms goes (primorial_logarithms.def).
inline constexpr std::uint64_t primorial_most = 1'000'000'000;

/// The product of all primes up to n, for n up to primorial_most. The mantissa is without 2 * 5.
Outcome<Decimal> primorial(std::uint64_t n, Context& context);

/// The exact number of digits, in a few milliseconds.
std::uint64_t primorial_digits(std::uint64_t n);
/// The most bytes of the arena that this takes, within 10 % for results above a few MiB.
std::uint64_t primorial_bytes(std::uint64_t n, unsigned threads);
/// What it adds to the progress.
std::uint64_t primorial_work(std::uint64_t n);

}  // namespace decima::engine
