#include "engine/multiply.hpp"

#include <algorithm>
#include <cassert>

#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/decimal.hpp"
#include "engine/ntt.hpp"
#include "engine/ntt_primes.hpp"
#include "engine/ntt_shape.hpp"
#include "engine/ntt_transform.hpp"
#include "engine/stack_frame.hpp"

namespace decima::engine {
namespace {

constexpr std::size_t cache_line = 8;  // words: a take is rounded up to it

/// A square is worth a transform at ntt_threshold(), a product at two thirds of that length (measured on every kernel),
/// because the schoolbook saves half of a square.
std::size_t multiply_threshold() { return ntt_threshold() * 2 / 3; }

/// out = a * b by Karatsuba: a goes in pieces of b's length, and each product is added to what the one before left
/// standing above its own piece. `product` has 2 b.size() limbs.
void multiply_in_pieces(Limbs out, Natural a, Natural b, Limbs product, Limbs scratch) {
  const std::size_t step = b.size();
  multiply_karatsuba(out.first(2 * step), a.first(step), b, scratch);
  for (std::size_t at = step; at < a.size(); at += step) {
    const Natural piece = a.subspan(at, std::min(step, a.size() - at));
    const Limbs part = product.first(piece.size() + step);
    if (piece.size() == step)
      multiply_karatsuba(part, piece, b, scratch);
    else
      multiply_schoolbook(part, b, piece);
    add_to(part, Natural(out.subspan(at, step)));
    std::ranges::copy(part, out.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

}  // namespace

static_assert(longest_digits / digits_per_limb / 2 + 2 <= max_operand);

std::size_t longest_operand() { return max_operand; }

Status multiply(Limbs out, Natural a, Natural b, Context& context) {
  assert(out.size() == a.size() + b.size());
  if (a.size() < b.size()) std::swap(a, b);
  if (b.size() >= multiply_threshold()) return ntt_multiply(out, a, b, context);
  if (b.size() < karatsuba_multiply_least) {
    multiply_schoolbook(out, a, b);
    return Status::ok;
  }
  const StackFrame frame(context.arena);
  const Limbs product = context.arena.take(2 * b.size()), scratch = context.arena.take(karatsuba_scratch(b.size()));
  if (product.empty() || scratch.empty()) return Status::out_of_memory;
  multiply_in_pieces(out, a, b, product, scratch);
  return Status::ok;
}

Status square(Limbs out, Natural a, Context& context) {
  assert(out.size() == 2 * a.size());
  if (a.size() >= ntt_threshold()) return ntt_square(out, a, context);
  if (a.size() < karatsuba_square_least) {
    square_schoolbook(out, a);
    return Status::ok;
  }
  const StackFrame frame(context.arena);
  const Limbs scratch = context.arena.take(karatsuba_scratch(a.size()));
  if (scratch.empty()) return Status::out_of_memory;
  square_karatsuba(out, a, scratch);
  return Status::ok;
}

// What the transforms do not do in place is short enough to be copied first.

Status square_in_place(Limbs room, std::size_t length, Context& context) {
  if (length >= ntt_threshold()) return ntt_square_in_place(room, length, context);
  const StackFrame frame(context.arena);
  const Limbs copy = context.arena.take(length);
  if (copy.empty()) return length == 0 ? Status::ok : Status::out_of_memory;
  std::ranges::copy(room.first(length), copy.begin());
  return square(room.first(2 * length), copy, context);
}

std::size_t square_room(std::size_t length) {
  return length >= ntt_threshold() ? std::max(2 * length, ntt_square_room(length)) : 2 * length;
}

Status multiply_in_place(Limbs room, std::size_t length, Natural b, Context& context) {
  assert(b.size() <= length);
  const Limbs product = room.first(length + b.size());
  if (b.size() >= multiply_threshold()) return ntt_multiply(product, room.first(length), b, context);
  const StackFrame frame(context.arena);
  const Limbs copy = context.arena.take(length);
  if (copy.empty()) return length == 0 ? Status::ok : Status::out_of_memory;
  std::ranges::copy(room.first(length), copy.begin());
  return multiply(product, copy, b, context);
}

std::uint64_t multiply_ticks(std::size_t a, std::size_t b) {
  return std::min(a, b) >= multiply_threshold() ? ntt_ticks(a, b) : 0;
}

std::uint64_t square_ticks(std::size_t a) { return a >= ntt_threshold() ? ntt_square_ticks(a) : 0; }

std::size_t multiply_in_place_scratch(std::size_t a, std::size_t b, unsigned threads) {
  const bool copied = b < multiply_threshold();
  return multiply_scratch(a, b, threads) + (copied ? a + cache_line : 0);
}

std::size_t square_in_place_scratch(std::size_t a, unsigned threads) {
  if (a >= ntt_threshold()) return ntt_square_in_place_scratch(a, threads);
  return square_scratch(a, threads) + a + cache_line;
}

std::size_t multiply_scratch(std::size_t a, std::size_t b, unsigned threads) {
  const std::size_t n = std::min(a, b);
  if (n >= multiply_threshold()) return ntt_scratch(a, b, threads);
  return n < karatsuba_multiply_least ? 0 : 2 * n + karatsuba_scratch(n) + 8;
}

std::size_t multiply_scratch_between(std::size_t least, std::size_t most, std::size_t b, unsigned threads) {
  return most_between(least, most, [&](std::size_t a) { return multiply_scratch(a, b, threads); });
}

std::size_t square_scratch_between(std::size_t least, std::size_t most, unsigned threads) {
  return most_between(least, most, [&](std::size_t a) { return square_scratch(a, threads); });
}

// A plan in pieces takes up to six arrays and a product no longer than one, of a shape no longer than the whole one.
std::size_t multiply_scratch_most(std::size_t longest, unsigned threads) {
  const std::size_t below = 2 * longest + karatsuba_scratch(longest) + 16;
  if (longest < multiply_threshold()) return below;
  const Shape whole = shape_for(2 * longest);
  return std::max(below, 7 * whole.words() + 2 * Transform::scratch(whole, threads));
}

std::size_t square_scratch(std::size_t a, unsigned threads) {
  if (a >= ntt_threshold()) return ntt_square_scratch(a, threads);
  return a < karatsuba_square_least ? 0 : karatsuba_scratch(a);
}

}  // namespace decima::engine
