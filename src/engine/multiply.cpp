#include "engine/multiply.hpp"

#include <algorithm>
#include <cassert>

#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/stack_frame.hpp"

namespace decima::engine {
namespace {

constexpr std::size_t karatsuba_threshold = 32;

/// out = a * b, b the shorter one and too long for the schoolbook: a goes in pieces of b's length, and each product is
/// added to what the one before left standing above its own piece.
Status multiply_in_pieces(Limbs out, Natural a, Natural b, Context& context) {
  const StackFrame frame(context.arena);
  const std::size_t step = b.size();
  const Limbs product = context.arena.take(2 * step);
  const Limbs scratch = context.arena.take(karatsuba_scratch(step));
  if (product.empty() || scratch.empty()) return Status::out_of_memory;
  std::ranges::fill(out.first(step), 0);
  for (std::size_t at = 0; at < a.size(); at += step) {
    if (context.stop.stop_requested()) return Status::stopped;
    const Natural piece = a.subspan(at, std::min(step, a.size() - at));
    const Limbs part = product.first(piece.size() + step);
    if (piece.size() == step) {
      multiply_karatsuba(part, piece, b, scratch);
    } else if (const Status status = multiply(part, b, piece, context); status != Status::ok) {
      return status;
    }
    const Limbs target = out.subspan(at, part.size());
    std::ranges::copy(std::span(target).first(step), scratch.begin());
    std::ranges::copy(part, target.begin());
    add_to(target, scratch.first(step));
  }
  return Status::ok;
}

}  // namespace

Status multiply(Limbs out, Natural a, Natural b, Context& context) {
  assert(out.size() == a.size() + b.size());
  if (a.size() < b.size()) std::swap(a, b);
  if (b.size() < karatsuba_threshold) {
    multiply_schoolbook(out, a, b);
    return Status::ok;
  }
  return multiply_in_pieces(out, a, b, context);
}

Status square(Limbs out, Natural a, Context& context) {
  assert(out.size() == 2 * a.size());
  if (a.size() < karatsuba_threshold) {
    square_schoolbook(out, a);
    return Status::ok;
  }
  const StackFrame frame(context.arena);
  const Limbs scratch = context.arena.take(karatsuba_scratch(a.size()));
  if (scratch.empty()) return Status::out_of_memory;
  square_karatsuba(out, a, scratch);
  return Status::ok;
}

std::size_t multiply_scratch(std::size_t a, std::size_t b, unsigned) {
  const std::size_t n = std::min(a, b);
  return n < karatsuba_threshold ? 0 : 2 * (2 * n + karatsuba_scratch(n));
}

std::size_t square_scratch(std::size_t a, unsigned) { return a < karatsuba_threshold ? 0 : karatsuba_scratch(a); }

}  // namespace decima::engine
