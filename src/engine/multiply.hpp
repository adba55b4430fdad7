#pragma once
#include <algorithm>
#include <cstddef>

#include "engine/natural.hpp"
#include "engine/outcome.hpp"

namespace decima::engine {

struct Context;

/// The shorter operand of a product has at most this many limbs: 7.5 * 10^9 digits, as far as three primes carry.
std::size_t longest_operand();

/// out = a * b, of a.size() + b.size() limbs, apart from a and b. Chooses the fastest way for these lengths. Takes its
/// scratch from the context's arena and gives it back; when stopped or out of memory, out is unspecified.
Status multiply(Limbs out, Natural a, Natural b, Context& context);
/// out = a * a, of 2 a.size() limbs, apart from a; otherwise as multiply.
Status square(Limbs out, Natural a, Context& context);

/// The number in the first `length` limbs of `room` becomes its square, of twice that length. The room is aligned to a
/// cache line and has square_room(length) words, which serve as scratch too.
Status square_in_place(Limbs room, std::size_t length, Context& context);
std::size_t square_room(std::size_t length);
/// The number in the first `length` limbs of `room` becomes its product with b, which is not longer and lies apart.
Status multiply_in_place(Limbs room, std::size_t length, Natural b, Context& context);

/// The ticks of the progress that these products count, roughly: short ones count nothing.
std::uint64_t multiply_ticks(std::size_t a, std::size_t b);
std::uint64_t square_ticks(std::size_t a);

/// Words of the arena that these take. They do not always grow with the lengths: where a longer transform begins, it
/// may be one that lies closer together.
std::size_t multiply_scratch(std::size_t a, std::size_t b, unsigned threads);
std::size_t square_scratch(std::size_t a, unsigned threads);
std::size_t multiply_in_place_scratch(std::size_t a, std::size_t b, unsigned threads);
std::size_t square_in_place_scratch(std::size_t a, unsigned threads);

/// The most that words(a) is for a from `least` to `most` limbs.
template <class Words>
std::size_t most_between(std::size_t least, std::size_t most, const Words& words) {
  std::size_t result = 0;
  for (std::size_t a = least; a <= most; ++a) result = std::max<std::size_t>(result, words(a));
  return result;
}

/// What these take at most for a from `least` to `most` limbs.
std::size_t multiply_scratch_between(std::size_t least, std::size_t most, std::size_t b, unsigned threads);
std::size_t square_scratch_between(std::size_t least, std::size_t most, unsigned threads);

/// Words that are enough for a product of any two numbers up to this length; a rougher bound.
std::size_t multiply_scratch_most(std::size_t longest, unsigned threads);

}  // namespace decima::engine
