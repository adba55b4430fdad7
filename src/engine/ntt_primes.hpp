#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/kernel.hpp"

namespace decima::engine {

/// p⁻¹ mod 2^64 for odd p: p·p ≡ 1 mod 8, and each step of Newton's iteration doubles the bits that are right.
constexpr std::uint64_t inverse_mod_word(std::uint64_t p) {
  std::uint64_t inverse = p;
  for (int bits = 3; bits < 64; bits *= 2) inverse *= 2 - p * inverse;
  return inverse;
}

/// The largest three primes c·105·2^27 + 1 below 2^52/6, ascending. Six multiples of each fit into 52 bits, which
/// leaves the IFMA kernel room to reduce lazily; 2^27 roots carry transforms of 2^30 points in leaves of eight, and
/// 105 = 3·5·7 the odd factors of a length.
///
/// A coefficient of a product is at most n·(10^18 − 1)^2, n being the shorter operand's limbs. The product of the
/// primes exceeds 4.226·10^44, so that three primes are enough for n <= max_operand, which is 7.5·10^9 digits.
inline constexpr std::array<Prime, 3> ntt_primes = {
    Prime{750'430'778'818'561, inverse_mod_word(750'430'778'818'561)},
    Prime{750'444'871'680'001, inverse_mod_word(750'444'871'680'001)},
    Prime{750'487'150'264'321, inverse_mod_word(750'487'150'264'321)},
};
/// A generator of the multiplicative group modulo each.
inline constexpr std::array<std::uint64_t, 3> ntt_generators = {31, 23, 11};
inline constexpr unsigned ntt_two_adicity = 27;

inline constexpr std::size_t max_operand = 420'000'000;

}  // namespace decima::engine
