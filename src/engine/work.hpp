#pragma once
#include <cmath>
#include <cstdint>
#include <limits>

namespace decima::engine {

/// The nearest 64-bit number to x >= 0.
inline std::uint64_t saturated(double x) {
  return x < 0x1p64 ? static_cast<std::uint64_t>(x) : std::numeric_limits<std::uint64_t>::max();
}

/// The work, in the units of the progress, of making a number of these many limbs by one squaring. A unit is about a
/// transform's level over one limb. Saturates far below 2^64, so that a few may be added.
inline std::uint64_t product_work(double limbs) {
  return saturated(std::fmin(limbs * (10 + std::log2(limbs + 1)), 1e17));
}

}  // namespace decima::engine
