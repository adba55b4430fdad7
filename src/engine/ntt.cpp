#include "engine/ntt.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

#include "engine/arena.hpp"
#include "engine/decimal.hpp"
#include "engine/executor.hpp"
#include "engine/kernels.hpp"
#include "engine/ntt_primes.hpp"
#include "engine/ntt_shape.hpp"
#include "engine/ntt_transform.hpp"
#include "engine/stack_frame.hpp"
#include "engine/touch.hpp"

namespace decima::engine {
namespace {

using Limbs = std::span<const std::uint64_t>;

/// How a product is cut: the longer operand in pieces of `piece` limbs, each times the whole shorter one by a transform
/// of this shape.
struct Plan {
  Shape shape;
  std::size_t piece;
  std::size_t pieces;
};

/// Work of a plan in points times levels: a piece takes one transform forward and one back, and what loading and
/// recovery cost, about that of six levels; the shorter operand is transformed once.
double work(const Plan& plan) {
  const double points = static_cast<double>(plan.shape.length());
  const double levels = static_cast<double>(std::bit_width(plan.shape.length())) + 3;
  return points * levels * (2 * static_cast<double>(plan.pieces) + 1);
}

/// One transform of the whole product, or the best of the shorter ones that still hold twice the short operand.
Plan plan_for(std::size_t longer, std::size_t shorter) {
  const std::size_t whole = longer + shorter;
  Plan best{};
  if (whole <= max_length) best = {shape_for(whole), longer, 1};
  for (std::size_t length = 2 * shorter; length < whole && length <= max_length;) {
    const Shape shape = shape_for(length);
    const std::size_t piece = shape.length() - shorter, pieces = (longer + piece - 1) / piece;
    const Plan plan{shape, piece, pieces};
    if (best.piece == 0 || work(plan) < work(best)) best = plan;
    length = shape.length() + 1;
  }
  return best;
}

std::size_t rounded(std::size_t words) { return (words + 7) / 8 * 8; }

/// In pieces: three arrays for the piece and three for the shorter operand, and the limbs on which two pieces overlap.
std::size_t plan_scratch(const Plan& plan, std::size_t shorter, unsigned threads) {
  const std::size_t arrays = plan.pieces == 1 ? 4 : 6;
  const std::size_t overlap = plan.pieces == 1 ? 0 : rounded(shorter);
  return arrays * plan.shape.words() + overlap + Transform::scratch(plan.shape, threads);
}

std::size_t square_scratch(const Shape& shape, std::size_t arrays, unsigned threads) {
  return arrays * shape.words() + Transform::scratch(shape, threads);
}

std::uint64_t ticks(const Plan& plan) {
  if (plan.pieces == 1) return Transform::multiply_ticks(plan.shape);
  return plan.pieces * Transform::square_ticks(plan.shape) + Transform::finish_ticks(plan.shape);
}

Status status(const Context& context) { return context.stopping() ? Status::stopped : Status::ok; }

/// Words of the arena, for as long as it lives.
class Scratch {
 public:
  Scratch(Arena& arena, std::size_t words) : frame_(arena), words_(arena.take(words)) {}

  bool missing() const { return words_.empty(); }
  /// The next `count` words.
  std::uint64_t* next(std::size_t count) {
    std::uint64_t* result = words_.data() + used_;
    used_ += count;
    return result;
  }

 private:
  StackFrame frame_;
  std::span<std::uint64_t> words_;
  std::size_t used_ = 0;
};

Status multiply_whole(std::span<std::uint64_t> out, Limbs a, Limbs b, Transform& transform, Scratch& scratch,
                      const Context& context) {
  const std::size_t words = transform.shape().words();
  std::uint64_t* const residues[3] = {scratch.next(words), scratch.next(words), scratch.next(words)};
  const bool square = a.data() == b.data() && a.size() == b.size();
  std::uint64_t* other = square ? nullptr : scratch.next(words);
  for (unsigned prime = 0; prime < 3 && status(context) == Status::ok; ++prime) {
    transform.scatter(residues[prime], a, prime);
    if (!square) transform.scatter(other, b, prime);
    transform.multiply(residues[prime], square ? residues[prime] : other, prime);
  }
  if (status(context) == Status::ok) transform.gather(out, residues);
  return status(context);
}

/// The first array lies where the number does, so that prime comes last.
Status square_in_place(std::span<std::uint64_t> room, std::size_t length, Transform& transform, Scratch& scratch,
                       const Context& context) {
  const std::size_t words = transform.shape().words();
  std::uint64_t* const residues[3] = {room.data(), scratch.next(words), scratch.next(words)};
  for (const unsigned prime : {2U, 1U, 0U}) {
    if (prime == 0)
      transform.scatter_in_place(residues[0], length, 0);
    else
      transform.scatter(residues[prime], room.first(length), prime);
    if (status(context) == Status::ok) transform.multiply(residues[prime], residues[prime], prime);
    if (status(context) != Status::ok) return Status::stopped;
  }
  transform.gather_in_place(room.first(2 * length), residues);
  return status(context);
}

constexpr std::size_t limbs_between_looks = 1 << 18;

void copy_limbs(Limbs from, std::span<std::uint64_t> to, const Context& context) {
  for (std::size_t at = 0; at < from.size() && status(context) == Status::ok; at += limbs_between_looks) {
    const Limbs some = from.subspan(at, std::min(limbs_between_looks, from.size() - at));
    std::ranges::copy(some, to.begin() + static_cast<std::ptrdiff_t>(at));
    stretch::did(some.size());
  }
}

/// Adds `part` to the limbs at the start of out; the carry runs on. The sum fits.
void add_at_start(std::span<std::uint64_t> out, Limbs part, const Context& context) {
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < part.size() || carry != 0; ++i) {
    if (i % limbs_between_looks == 0) {
      stretch::did(limbs_between_looks);
      if (status(context) != Status::ok) return;
    }
    const std::uint64_t sum = out[i] + (i < part.size() ? part[i] : 0) + carry;
    carry = sum >= radix ? 1 : 0;
    out[i] = sum - carry * radix;
  }
}

/// From the top down, so that the product may replace the longer operand: a piece is read before the products of the
/// pieces below come to its place. A piece's product goes straight to where it belongs; what the one above left
/// standing there is put aside and added.
Status multiply_in_pieces(std::span<std::uint64_t> out, Limbs longer, Limbs shorter, const Plan& plan,
                          Transform& transform, Scratch& scratch, const Context& context) {
  const std::size_t words = transform.shape().words();
  std::uint64_t* const residues[3] = {scratch.next(words), scratch.next(words), scratch.next(words)};
  std::uint64_t* const fixed[3] = {scratch.next(words), scratch.next(words), scratch.next(words)};
  const std::span before(scratch.next(rounded(shorter.size())), shorter.size());
  for (unsigned prime = 0; prime < 3 && status(context) == Status::ok; ++prime) {
    transform.scatter(fixed[prime], shorter, prime);
    transform.finish(fixed[prime], prime);
  }
  for (std::size_t left = plan.pieces; left-- != 0 && status(context) == Status::ok;) {
    const std::size_t at = left * plan.piece;
    const Limbs piece = longer.subspan(at, std::min(plan.piece, longer.size() - at));
    for (unsigned prime = 0; prime < 3 && status(context) == Status::ok; ++prime) {
      transform.scatter(residues[prime], piece, prime);
      transform.multiply_finished(residues[prime], fixed[prime], prime);
    }
    if (status(context) != Status::ok) break;
    const std::span result = out.subspan(at, piece.size() + shorter.size());
    const bool top = at + piece.size() == longer.size();
    if (!top) copy_limbs(result.subspan(piece.size()), before, context);
    transform.gather(result, residues);
    if (!top && status(context) == Status::ok) add_at_start(out.subspan(at + piece.size()), before, context);
  }
  return status(context);
}

/// compute(transform, scratch) with so many words of scratch, those of the transform among them. A single block is
/// counted here, as a whole; a longer transform counts itself.
template <class Compute>
Status transformed(const Shape& shape, std::size_t words, std::uint64_t ticks, Context& context,
                   const Compute& compute) {
  Scratch scratch(context.arena, words);
  if (scratch.missing()) return Status::out_of_memory;
  if (touch_taken(context) != Status::ok) return Status::stopped;
  std::uint64_t* const own = scratch.next(Transform::scratch(shape, context.executor.threads()));
  Transform transform(shape, kernel_in_use(), context, own);
  const Status status = compute(transform, scratch);
  if (shape.rows() == 1) context.progress.tick(ticks);
  return status;
}

}  // namespace

std::size_t ntt_scratch(std::size_t a, std::size_t b, unsigned threads) {
  if (a < b) std::swap(a, b);
  return b == 0 ? 0 : plan_scratch(plan_for(a, b), b, threads);
}

std::size_t ntt_square_scratch(std::size_t a, unsigned threads) {
  return a == 0 ? 0 : square_scratch(shape_for(2 * a), 3, threads);
}

std::size_t ntt_square_in_place_scratch(std::size_t length, unsigned threads) {
  return length == 0 ? 0 : square_scratch(shape_for(2 * length), 2, threads);
}

std::size_t ntt_square_room(std::size_t length) { return shape_for(2 * length).words(); }

std::uint64_t ntt_ticks(std::size_t a, std::size_t b) {
  if (a < b) std::swap(a, b);
  return b == 0 ? 0 : ticks(plan_for(a, b));
}

std::uint64_t ntt_square_ticks(std::size_t a) { return a == 0 ? 0 : Transform::square_ticks(shape_for(2 * a)); }

Status ntt_multiply(std::span<std::uint64_t> out, Limbs a, Limbs b, Context& context) {
  assert(out.size() >= a.size() + b.size());
  out = out.first(a.size() + b.size());
  if (a.size() < b.size()) std::swap(a, b);
  assert(b.size() <= max_operand);
  if (b.empty()) {
    std::fill(out.begin(), out.end(), 0);
    return Status::ok;
  }
  const Plan plan = plan_for(a.size(), b.size());
  const std::size_t words = plan_scratch(plan, b.size(), context.executor.threads());
  return transformed(plan.shape, words, ticks(plan), context, [&](Transform& transform, Scratch& scratch) {
    return plan.pieces == 1 ? multiply_whole(out, a, b, transform, scratch, context)
                            : multiply_in_pieces(out, a, b, plan, transform, scratch, context);
  });
}

Status ntt_square(std::span<std::uint64_t> out, Limbs a, Context& context) {
  assert(out.size() >= 2 * a.size() && a.size() <= max_operand);
  if (a.empty()) return Status::ok;
  const Shape shape = shape_for(2 * a.size());
  const std::size_t words = square_scratch(shape, 3, context.executor.threads());
  return transformed(shape, words, Transform::square_ticks(shape), context,
                     [&](Transform& transform, Scratch& scratch) {
                       return multiply_whole(out.first(2 * a.size()), a, a, transform, scratch, context);
                     });
}

Status ntt_square_in_place(std::span<std::uint64_t> room, std::size_t length, Context& context) {
  if (length == 0) return Status::ok;
  const Shape shape = shape_for(2 * length);
  assert(room.size() >= shape.words() && length <= max_operand);
  const std::size_t words = square_scratch(shape, 2, context.executor.threads());
  return transformed(shape, words, Transform::square_ticks(shape), context,
                     [&](Transform& transform, Scratch& scratch) {
                       return square_in_place(room, length, transform, scratch, context);
                     });
}

std::size_t ntt_threshold() { return kernel_in_use().threshold; }

std::string_view kernel_name() { return kernel_in_use().name; }

}  // namespace decima::engine
