#pragma once
#include <cstdint>

#include "engine/decimal.hpp"

namespace decima::engine {

using uint128 = unsigned __int128;

struct Division {
  std::uint64_t quotient, remainder;
};

/// x / 10^18 for x < 2^64 * 10^18, so that the quotient fits a word.
///
/// Möller and Granlund, "Improved division by invariant integers" (2011), algorithm 4: with d = 10^18 * 2^4, whose top
/// bit is set, and v = floor((2^128 - 1) / d) - 2^64, the first estimate of the quotient is right or one off, which two
/// comparisons mend.
inline Division divide_by_radix(uint128 x) {
  constexpr unsigned shift = 4;
  constexpr std::uint64_t d = radix << shift;
  constexpr auto v = static_cast<std::uint64_t>(~uint128{0} / d - (uint128{1} << 64));
  const uint128 u = x << shift;
  const auto u1 = static_cast<std::uint64_t>(u >> 64), u0 = static_cast<std::uint64_t>(u);
  const uint128 estimate = uint128{v} * u1 + u;
  auto quotient = static_cast<std::uint64_t>(estimate >> 64) + 1;
  std::uint64_t remainder = u0 - quotient * d;
  if (remainder > static_cast<std::uint64_t>(estimate)) {
    --quotient;
    remainder += d;
  }
  if (remainder >= d) [[unlikely]] {
    ++quotient;
    remainder -= d;
  }
  return {quotient, remainder >> shift};
}

}  // namespace decima::engine
