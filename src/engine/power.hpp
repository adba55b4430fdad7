#pragma once
#include <cstdint>

#include "engine/decimal.hpp"
#include "engine/outcome.hpp"

namespace decima::engine {

struct Context;

/// base^exponent, by squaring from the exponent's highest bit down. The factors 10 of the base are never multiplied.
/// 0^0 is 1, the empty product.
Outcome<Decimal> power(std::uint64_t base, std::uint64_t exponent, Context& context);

/// The exact number of digits; the largest 64-bit number where it is larger than that.
std::uint64_t power_digits(std::uint64_t base, std::uint64_t exponent);
/// The most bytes of the arena that this takes, within 10 % for results above a few MiB; the largest 64-bit number
/// where it is larger than that.
std::uint64_t power_bytes(std::uint64_t base, std::uint64_t exponent, unsigned threads);
/// What it adds to the progress.
std::uint64_t power_work(std::uint64_t base, std::uint64_t exponent);

/// 2^exponent - 1, at the cost of the power.
Outcome<Decimal> mersenne(std::uint64_t exponent, Context& context);

}  // namespace decima::engine
