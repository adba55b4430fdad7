#include "engine/factorial.hpp"

#include <algorithm>

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

/// X(last_level), factor by factor, at the start of the room; sets its length.
Status direct(const FactorialPlan& plan, Limbs room, std::size_t& length, Context& context) {
  const StackFrame frame(context.arena);
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
  const Outcome<Natural> product = product_of_words(words.first(packer.finish()), context);
  if (!product) return product.status();
  std::ranges::copy(*product, room.begin());
  length = product->size();
  return Status::ok;
}

/// The swing times 2^bit, at the bottom of what is free of the arena; a step of so much work.
Outcome<Natural> swing_times_two(std::uint64_t n, std::uint64_t bit, std::uint64_t work, Context& context) {
  const Arena::Mark bottom = context.arena.mark();
  const Limbs words = context.arena.take(swing_words_most(n));
  if (words.empty()) return Status::out_of_memory;
  const std::uint64_t work_of_words = work / 8;
  std::size_t count = 0;
  {
    const Step step(context.progress, work_of_words, [&] { return swing_words_ticks(n); });
    if (const Status status = swing_words(n, bit + 1, words, count, context); status != Status::ok) return status;
  }
  const Step step(context.progress, work - work_of_words,
                  [&] { return product_of_words_ticks(count, swing_limbs(n)); });
  const Outcome<Natural> swing = product_of_words(words.first(count), context);
  if (!swing) return swing.status();
  std::ranges::copy(*swing, words.begin());
  context.arena.rewind(bottom);
  return Natural(context.arena.take(swing->size()));
}

/// From X(level + 1) to X(level), in its place.
Status climb(const FactorialPlan& plan, unsigned level, Limbs room, std::size_t& length, Context& context) {
  const StackFrame frame(context.arena);
  const FactorialPlan::Work work = plan.work(level);
  {
    const Step step(context.progress, work.square, [&] { return square_ticks(length); });
    if (const Status status = square_in_place(room, length, context); status != Status::ok) return status;
    length = trimmed(room.first(2 * length)).size();
  }
  const auto swing = swing_times_two(plan.argument(level), plan.twos(level) % 2, work.swing, context);
  if (!swing) return swing.status();
  const Step step(context.progress, work.product, [&] { return multiply_ticks(length, swing->size()); });
  if (const Status status = multiply_in_place(room, length, *swing, context); status != Status::ok) return status;
  length = trimmed(room.first(length + swing->size())).size();
  return Status::ok;
}

}  // namespace

// The number lies at the bottom of the arena, and each level squares and multiplies it there: so there is never a
// second one beside it.
Outcome<Decimal> factorial(std::uint64_t n, Context& context) {
  const FactorialPlan plan(n);
  if (!plan.feasible() || plan.bytes(context.executor.threads()) > static_cast<double>(context.arena.ceiling()))
    return Status::out_of_memory;
  const Limbs room = context.arena.take(plan.room());
  if (room.empty()) return Status::out_of_memory;
  std::size_t length = 0;
  if (const Status status = direct(plan, room, length, context); status != Status::ok) return status;
  context.progress.add(plan.work(plan.last_level()).sum());
  for (unsigned level = plan.last_level(); level-- != 0;)
    if (const Status status = climb(plan, level, room, length, context); status != Status::ok) return status;
  return Decimal{room.first(length), plan.zeros()};
}

std::uint64_t factorial_bytes(std::uint64_t n, unsigned threads) { return saturated(FactorialPlan(n).bytes(threads)); }

std::uint64_t factorial_work(std::uint64_t n) { return FactorialPlan(n).total_work(); }

}  // namespace decima::engine
