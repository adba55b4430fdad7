#include "engine/power.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/executor.hpp"
#include "engine/limb.hpp"
#include "engine/magnitude.hpp"
#include "engine/multiply.hpp"
#include "engine/work.hpp"

namespace decima::engine {
namespace {

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t spare = 4;  // limbs that a square and its product with the base may have beyond the bound

/// base = rest * 10^tens; rest has not both a 2 and a 5.
struct Split {
  explicit Split(std::uint64_t base) : rest(base) {
    for (; rest != 0 && rest % 10 == 0; rest /= 10) ++tens;
  }
  std::uint64_t rest, tens = 0;
};

/// An upper bound of the limbs of base^exponent, at most two too large.
double limbs_of(std::uint64_t base, std::uint64_t exponent) {
  return static_cast<double>(exponent) * std::log10(static_cast<double>(base)) / digits_per_limb + 2;
}

std::size_t room_of(std::uint64_t base, std::uint64_t exponent) {
  return static_cast<std::size_t>(limbs_of(base, exponent)) + spare;
}

bool feasible(std::uint64_t base, std::uint64_t exponent) {
  return limbs_of(base, exponent / 2) <= static_cast<double>(longest_operand());
}

unsigned squarings(std::uint64_t exponent) { return static_cast<unsigned>(std::bit_width(exponent)) - 1; }

std::uint64_t level_work(std::uint64_t base, std::uint64_t exponent, unsigned level) {
  return multiplication_work(limbs_of(base, exponent >> level), 1);
}

/// a *= high * 10^18 + low, in place; returns the carry. low is below 10^18 and high at most 18, so that a column is
/// below 20 * 10^36 and its quotient by 10^18 fits a word.
std::uint64_t multiply_two_words(Limbs a, std::uint64_t low, std::uint64_t high) {
  std::uint64_t carry = 0, below = 0;
  for (std::uint64_t& limb : a) {
    const Division column = divide_by_radix(uint128{limb} * low + uint128{below} * high + carry);
    below = limb;
    limb = column.remainder;
    carry = column.quotient;
  }
  return carry;
}

/// x * base in x's room, of which the number is the first `length` limbs; returns the new length.
std::size_t multiply_base(Limbs room, std::size_t length, std::uint64_t base) {
  const std::uint64_t low = base % radix, high = base / radix;
  if (high == 0) {
    const std::uint64_t carry = multiply_word(room.first(length), room.first(length), low);
    if (carry != 0) room[length++] = carry;
    return length;
  }
  room[length] = 0;  // a column of its own for the last limb times high
  const std::uint64_t carry = multiply_two_words(room.first(length + 1), low, high);
  if (carry != 0) room[length + 1] = carry;
  return trimmed(room.first(length + (carry != 0 ? 2 : 1))).size();
}

/// base^exponent for base >= 2 and exponent >= 1. The numbers lie in two rooms by turns, so that the last one is in the
/// larger.
Outcome<Limbs> raise(std::uint64_t base, std::uint64_t exponent, Context& context) {
  if (!feasible(base, exponent) || power_bytes(base, exponent, context.executor.threads()) > context.arena.ceiling())
    return Status::out_of_memory;
  const Limbs rooms[] = {context.arena.take(room_of(base, exponent)), context.arena.take(room_of(base, exponent / 2))};
  if (rooms[0].empty() || rooms[1].empty()) return Status::out_of_memory;
  unsigned level = squarings(exponent);
  Limbs x = rooms[level % 2];
  x[0] = 1;
  x = x.first(multiply_base(x, 1, base));
  context.progress.add(level_work(base, exponent, level));
  while (level-- != 0) {
    const Limbs room = rooms[level % 2];
    if (const Status status = square(room.first(2 * x.size()), x, context); status != Status::ok) return status;
    std::size_t length = trimmed(room.first(2 * x.size())).size();
    if ((exponent >> level) % 2 != 0) length = multiply_base(room, length, base);
    x = room.first(length);
    context.progress.add(level_work(base, exponent, level));
  }
  return x;
}

Outcome<Decimal> small(std::uint64_t value, Context& context) {
  if (value == 0) return Decimal{};
  const Limbs room = context.arena.take(1);
  if (room.empty()) return Status::out_of_memory;
  room[0] = value;
  return Decimal{room, 0};
}

}  // namespace

Outcome<Decimal> power(std::uint64_t base, std::uint64_t exponent, Context& context) {
  if (exponent == 0 || base <= 1) {
    context.progress.add(power_work(base, exponent));
    return small(exponent == 0 ? 1 : base, context);
  }
  const Split split(base);
  const uint128 zeros = uint128{split.tens} * exponent;
  if (zeros > most) return Status::out_of_memory;
  if (split.rest == 1) {
    context.progress.add(power_work(base, exponent));
    const Outcome<Decimal> one = small(1, context);
    return one ? Outcome(Decimal{one->mantissa, static_cast<std::uint64_t>(zeros)}) : one;
  }
  const Outcome<Limbs> mantissa = raise(split.rest, exponent, context);
  if (!mantissa) return mantissa.status();
  return Decimal{*mantissa, static_cast<std::uint64_t>(zeros)};
}

// The power of rest is no power of ten, and closer to one than its logarithm is off, less than 2^-123, one expects none
// within reach: among 2^64 bases and exponents up to 10^10 the closest comes to about 2^-97.
std::uint64_t power_digits(std::uint64_t base, std::uint64_t exponent) {
  if (exponent == 0 || base <= 1) return 1;
  const Split split(base);
  uint128 digits = uint128{split.tens} * exponent + 1;
  if (split.rest != 1) digits += (log10_of(split.rest) * Fixed(exponent)).whole();
  return digits > most ? most : static_cast<std::uint64_t>(digits);
}

std::uint64_t power_bytes(std::uint64_t base, std::uint64_t exponent, unsigned threads) {
  const Split split(base);
  if (exponent == 0 || split.rest <= 1) return 64;
  if (!feasible(split.rest, exponent)) return saturated(5 * sizeof(std::uint64_t) * limbs_of(split.rest, exponent));
  const std::size_t operand = room_of(split.rest, exponent / 2), longest = operand - spare;
  const std::size_t scratch = square_scratch_between(longest - 2, longest, threads);
  return sizeof(std::uint64_t) * (room_of(split.rest, exponent) + operand + scratch + 32);
}

std::uint64_t power_work(std::uint64_t base, std::uint64_t exponent) {
  const Split split(base);
  if (exponent == 0 || split.rest <= 1) return 1;
  std::uint64_t total = 0;
  for (unsigned level = 0; level <= squarings(exponent); ++level) total += level_work(split.rest, exponent, level);
  return total;
}

// 2^exponent is not 0 and, for exponent > 0, even and no multiple of ten: the lowest limb lends the one.
Outcome<Decimal> mersenne(std::uint64_t exponent, Context& context) {
  if (exponent == 0) {
    context.progress.add(power_work(2, exponent));
    return Decimal{};
  }
  const Outcome<Limbs> power_of_two = raise(2, exponent, context);
  if (!power_of_two) return power_of_two.status();
  --(*power_of_two)[0];
  return Decimal{*power_of_two, 0};
}

}  // namespace decima::engine
