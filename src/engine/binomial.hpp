#pragma once
#include <cstdint>

#include "engine/decimal.hpp"
#include "engine/natural.hpp"
#include "engine/outcome.hpp"

namespace decima::engine {

struct Context;

/// n is below 10^18; otherwise a factor would not fit a limb.
inline constexpr std::uint64_t binomial_most = radix - 1;

/// n over k, for k up to n / 2; fewer than n/2 is what the callers' symmetry gives. Three ways: for a few factors, one
/// after another; for k not much smaller than n, from the exponents of the primes up to n; between them, the numbers
/// from n - k + 1 to n without their primes up to k, times those of these primes that are left.
Outcome<Decimal> binomial(std::uint64_t n, std::uint64_t k, Context& context);

/// Exact for every n and k.
std::uint64_t binomial_digits(std::uint64_t n, std::uint64_t k);
std::uint64_t binomial_zeros(std::uint64_t n, std::uint64_t k);
/// The most bytes of the arena that this takes, within 10 % for results above a few MiB; the largest 64-bit number
/// where it is larger than that.
std::uint64_t binomial_bytes(std::uint64_t n, std::uint64_t k, unsigned threads);
/// What it adds to the progress.
std::uint64_t binomial_work(std::uint64_t n, std::uint64_t k);

}  // namespace decima::engine
