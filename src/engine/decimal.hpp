#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/outcome.hpp"

namespace decima::engine {

struct Context;

/// Each limb holds 18 decimal digits.
inline constexpr std::uint64_t radix = 1'000'000'000'000'000'000;
inline constexpr unsigned digits_per_limb = 18;

/// Nothing longer is computed: the last product of every kind has a factor of half its length at most, and three primes
/// carry factors of 7.5 * 10^9 digits (ntt_primes.hpp).
inline constexpr std::uint64_t longest_digits = 15'000'000'000;

/// The result of a computation: mantissa * 10^zeros. The mantissa's limbs are in radix 10^18, the least significant
/// first, without leading zero limbs; none at all is the value 0. They lie in the arena of the Context that computed
/// them and live until that arena's next job begins.
struct Decimal {
  std::span<const std::uint64_t> mantissa;
  std::uint64_t zeros = 0;
};

/// How many characters `write_text` gives; 1 for the value 0.
std::uint64_t digit_count(const Decimal& value);

/// Takes a long text piece by piece, from its first character to its last.
class TextSink {
 public:
  virtual ~TextSink() = default;
  /// Returns false when it wants no more; the writer then ends with Status::stopped.
  virtual bool write(std::string_view piece) = 0;
};

/// Emits the decimal text in pieces of at most 1 MiB; never holds the whole. Ends early when stopped.
Status write_text(const Decimal& value, Context& context, TextSink& sink);

}  // namespace decima::engine
