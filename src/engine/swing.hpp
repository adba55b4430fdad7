#pragma once
#include <cstddef>
#include <cstdint>

#include "engine/natural.hpp"
#include "engine/outcome.hpp"

namespace decima::engine {

struct Context;

/// The swing of n is n! / (floor(n/2)!)^2; a prime p stands in it once for every k with floor(n / p^k) odd.
/// Sets `words` to numbers below 10^18 whose product is the swing of n without its factors 2 and 5, times `factor`, and
/// `count` to how many they are, at least one. `factor` is below 10^18 and not 0; there is room for
/// swing_words_most(n) words.
Status swing_words(std::uint64_t n, std::uint64_t factor, Limbs words, std::size_t& count, const Context& context);
std::size_t swing_words_most(std::uint64_t n);

/// Limbs of the swing, about: it is nearly 2^n.
inline double swing_limbs(std::uint64_t n) { return static_cast<double>(n) / 59.8; }

/// The ticks of the progress that swing_words counts, about.
std::uint64_t swing_words_ticks(std::uint64_t n);

}  // namespace decima::engine
