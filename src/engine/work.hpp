#pragma once
#include <cmath>
#include <cstdint>
#include <limits>

namespace decima::engine {

/// The nearest 64-bit number to x >= 0.
inline std::uint64_t saturated(double x) {
  return x < 0x1p64 ? static_cast<std::uint64_t>(x) : std::numeric_limits<std::uint64_t>::max();
}

/// The work, in the units of the progress, of a squaring that gives a number of these many limbs; a product of two
/// numbers that give as many is `squarings` = 1.5, since it has a transform more. Measured from 10^3 to 10^8 digits, a
/// unit is nearly the same time everywhere, about a nanosecond. Saturates far below 2^64, so that many may be added.
inline std::uint64_t multiplication_work(double limbs, double squarings) {
  return saturated(std::fmin(squarings * limbs * (10 + std::log2(limbs + 1)), 1e17));
}

}  // namespace decima::engine
