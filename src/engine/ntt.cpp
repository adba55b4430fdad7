#include "engine/ntt.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

#include "engine/arena.hpp"
#include "engine/executor.hpp"
#include "engine/kernels.hpp"
#include "engine/ntt_primes.hpp"
#include "engine/ntt_shape.hpp"
#include "engine/ntt_transform.hpp"

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

std::size_t square_scratch(const Shape& shape, unsigned threads) {
  return 3 * shape.words() + Transform::scratch(shape, threads);
}

Status status(const Context& context) { return context.stop.stop_requested() ? Status::stopped : Status::ok; }

/// Takes words from the arena for as long as it lives.
class Scratch {
 public:
  Scratch(Arena& arena, std::size_t words) : arena_(arena), mark_(arena.mark()), words_(arena.take(words)) {}
  ~Scratch() { arena_.rewind(mark_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  bool missing() const { return words_.empty(); }
  /// The next `count` words.
  std::uint64_t* next(std::size_t count) {
    std::uint64_t* result = words_.data() + used_;
    used_ += count;
    return result;
  }

 private:
  Arena& arena_;
  Arena::Mark mark_;
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

/// Adds `part` to the limbs at the start of out; the carry runs on. The sum fits.
void add_at_start(std::span<std::uint64_t> out, Limbs part) {
  constexpr std::uint64_t radix = 1'000'000'000'000'000'000;
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < part.size() || carry != 0; ++i) {
    const std::uint64_t sum = out[i] + (i < part.size() ? part[i] : 0) + carry;
    carry = sum >= radix ? 1 : 0;
    out[i] = sum - carry * radix;
  }
}

/// A piece's product goes straight to its place; what the one before left standing there is put aside and added.
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
  for (std::size_t at = 0; at < longer.size() && status(context) == Status::ok; at += plan.piece) {
    const Limbs piece = longer.subspan(at, std::min(plan.piece, longer.size() - at));
    for (unsigned prime = 0; prime < 3 && status(context) == Status::ok; ++prime) {
      transform.scatter(residues[prime], piece, prime);
      transform.multiply_finished(residues[prime], fixed[prime], prime);
    }
    if (status(context) != Status::ok) break;
    const std::span result = out.subspan(at, piece.size() + shorter.size());
    if (at != 0) std::copy_n(result.begin(), shorter.size(), before.begin());
    transform.gather(result, residues);
    if (at != 0 && status(context) == Status::ok) add_at_start(result, before);
  }
  return status(context);
}

}  // namespace

std::size_t ntt_scratch(std::size_t a, std::size_t b, unsigned threads) {
  if (a < b) std::swap(a, b);
  return b == 0 ? 0 : plan_scratch(plan_for(a, b), b, threads);
}

std::size_t ntt_square_scratch(std::size_t a, unsigned threads) {
  return a == 0 ? 0 : square_scratch(shape_for(2 * a), threads);
}

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
  Scratch scratch(context.arena, plan_scratch(plan, b.size(), context.executor.threads()));
  if (scratch.missing()) return Status::out_of_memory;
  Transform transform(plan.shape, kernel_in_use(), context,
                      scratch.next(Transform::scratch(plan.shape, context.executor.threads())));
  if (plan.pieces == 1) return multiply_whole(out, a, b, transform, scratch, context);
  return multiply_in_pieces(out, a, b, plan, transform, scratch, context);
}

Status ntt_square(std::span<std::uint64_t> out, Limbs a, Context& context) {
  assert(out.size() >= 2 * a.size() && a.size() <= max_operand);
  if (a.empty()) return Status::ok;
  const Shape shape = shape_for(2 * a.size());
  Scratch scratch(context.arena, square_scratch(shape, context.executor.threads()));
  if (scratch.missing()) return Status::out_of_memory;
  Transform transform(shape, kernel_in_use(), context,
                      scratch.next(Transform::scratch(shape, context.executor.threads())));
  return multiply_whole(out.first(2 * a.size()), a, a, transform, scratch, context);
}

std::size_t ntt_threshold() { return kernel_in_use().threshold; }

std::string_view kernel_name() { return kernel_in_use().name; }

}  // namespace decima::engine
