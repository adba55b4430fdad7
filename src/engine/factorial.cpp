#include "engine/factorial.hpp"

#include <cassert>

#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/executor.hpp"
#include "engine/factorial_plan.hpp"
#include "engine/multiply.hpp"
#include "engine/product_tree.hpp"
#include "engine/stack_frame.hpp"
#include "engine/swing.hpp"
#include "engine/word_packer.hpp"
#include "engine/work.hpp"

namespace decima::engine {
namespace {

/// X(last_level), factor by factor.
Outcome<Natural> direct(const FactorialPlan& plan, Context& context) {
  const std::uint64_t n = plan.argument(plan.last_level());
  const Limbs words = context.arena.take(n + 1);
  if (words.empty()) return Status::out_of_memory;
  WordPacker packer(words);
  for (std::uint64_t i = 2; i <= n; ++i) {
    std::uint64_t factor = i;
    while (factor % 2 == 0) factor /= 2;
    while (factor % 5 == 0) factor /= 5;
    packer.add(factor);
  }
  for (std::uint64_t twos = plan.twos(plan.last_level()); twos != 0; --twos) packer.add(2);
  return product_of_words(words.first(packer.finish()), context);
}

/// out = squared * swing * 2^bit; returns it trimmed.
Outcome<Natural> times_swing(Limbs out, Natural squared, std::uint64_t n, std::uint64_t bit, Context& context) {
  const StackFrame frame(context.arena);
  const Limbs words = context.arena.take(swing_words_most(n));
  if (words.empty()) return Status::out_of_memory;
  std::size_t count = 0;
  if (const Status status = swing_words(n, bit + 1, words, count, context); status != Status::ok) return status;
  const Outcome<Natural> swing = product_of_words(words.first(count), context);
  if (!swing) return swing.status();
  const std::size_t length = squared.size() + swing->size();
  assert(length <= out.size());
  if (const Status status = multiply(out.first(length), squared, *swing, context); status != Status::ok) return status;
  return trimmed(out.first(length));
}

}  // namespace

// The arena holds the squares at its bottom, and above them the number of the level: first what is squared, then, in
// the same place, the product of the square and the swing. So at most one number of full length and one of half length
// lie beside the scratch of the last squaring.
Outcome<Decimal> factorial(std::uint64_t n, Context& context) {
  const FactorialPlan plan(n);
  if (!plan.feasible() || plan.bytes(context.executor.threads()) > static_cast<double>(context.arena.ceiling()))
    return Status::out_of_memory;
  Limbs squares;
  if (plan.last_level() != 0) {
    squares = context.arena.take(2 * static_cast<std::size_t>(plan.limbs(1)));
    if (squares.empty()) return Status::out_of_memory;
  }
  const Arena::Mark above_squares = context.arena.mark();
  const Outcome<Natural> start = direct(plan, context);
  if (!start) return start.status();
  context.progress.add(plan.work(plan.last_level()));

  Natural x = *start;
  for (unsigned level = plan.last_level(); level-- != 0;) {
    const Limbs squared = squares.first(2 * x.size());
    if (const Status status = square(squared, x, context); status != Status::ok) return status;
    const std::uint64_t work_of_square = plan.work(level) / 5 * 2;
    context.progress.add(work_of_square);
    context.arena.rewind(above_squares);
    const Limbs room = context.arena.take(static_cast<std::size_t>(plan.limbs(level)));
    if (room.empty()) return Status::out_of_memory;
    const Outcome<Natural> product =
        times_swing(room, trimmed(squared), plan.argument(level), plan.twos(level) % 2, context);
    if (!product) return product.status();
    x = *product;
    context.progress.add(plan.work(level) - work_of_square);
  }
  return Decimal{x, plan.zeros()};
}

std::uint64_t factorial_bytes(std::uint64_t n, unsigned threads) { return saturated(FactorialPlan(n).bytes(threads)); }

std::uint64_t factorial_work(std::uint64_t n) { return FactorialPlan(n).total_work(); }

}  // namespace decima::engine
