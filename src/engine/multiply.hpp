#pragma once
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

/// Words of the arena that these take. They do not always grow with the lengths: where a longer transform begins, it
/// may be one that lies closer together.
std::size_t multiply_scratch(std::size_t a, std::size_t b, unsigned threads);
std::size_t square_scratch(std::size_t a, unsigned threads);

/// The most that these take for a from `least` to `most` limbs.
std::size_t multiply_scratch_between(std::size_t least, std::size_t most, std::size_t b, unsigned threads);
std::size_t square_scratch_between(std::size_t least, std::size_t most, unsigned threads);

/// Words that are enough for a product of any two numbers up to this length; a rougher bound.
std::size_t multiply_scratch_most(std::size_t longest, unsigned threads);

}  // namespace decima::engine
