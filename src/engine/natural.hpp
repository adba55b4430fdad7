#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/decimal.hpp"

namespace decima::engine {

/// A natural number: limbs in radix 10^18, the least significant first. Leading zero limbs are allowed unless a
/// function says otherwise; no limbs at all is 0.
using Natural = std::span<const std::uint64_t>;
using Limbs = std::span<std::uint64_t>;

/// Without its leading zero limbs.
inline Natural trimmed(Natural a) {
  while (!a.empty() && a.back() == 0) a = a.first(a.size() - 1);
  return a;
}

/// Negative, zero or positive as a < b, a = b or a > b. Of equal length.
int compare(Natural a, Natural b);

/// a += b; returns the carry out of a. b is not longer than a.
std::uint64_t add_to(Limbs a, Natural b);
/// a -= b; returns the borrow out of a. b is not longer than a.
std::uint64_t subtract_from(Limbs a, Natural b);

/// out = a * word + carry, of a's length; returns the carry out. word and carry are at most 10^18, and so is what
/// returns. out may be a itself.
std::uint64_t multiply_word(Limbs out, Natural a, std::uint64_t word, std::uint64_t carry = 0);

/// out = a * b, of a.size() + b.size() limbs, apart from a and b. The judge of every faster product.
void multiply_schoolbook(Limbs out, Natural a, Natural b);
/// out = a * a, of 2 a.size() limbs, apart from a.
void square_schoolbook(Limbs out, Natural a);

/// From these lengths on Karatsuba's products are faster than the schoolbook's; below, they are the schoolbook's.
inline constexpr std::size_t karatsuba_multiply_least = 64, karatsuba_square_least = 128;

/// Words of scratch that Karatsuba's products of n limbs by n limbs take.
std::size_t karatsuba_scratch(std::size_t n);
/// out = a * b for a and b of equal length, apart from both.
void multiply_karatsuba(Limbs out, Natural a, Natural b, Limbs scratch);
/// out = a * a, apart from a.
void square_karatsuba(Limbs out, Natural a, Limbs scratch);

}  // namespace decima::engine
