#pragma once
#include <cstdint>
#include <span>

#include "engine/fixed.hpp"

namespace decima::engine {

/// log10 of the product of all primes up to n, for n up to primorial_most, off by less than 2^-100; in a few
/// milliseconds, by a table of it at every multiple of primorial_step.
Fixed log10_primorial(std::uint64_t n);

inline constexpr std::uint64_t primorial_step = std::uint64_t{1} << 23;

/// The table: entry i is for i * primorial_step.
std::span<const Fixed> primorial_logarithms();

/// log10 of the product of the primes above `first` and up to `last`, apart from the table.
Fixed log10_of_primes(std::uint64_t first, std::uint64_t last);

}  // namespace decima::engine
