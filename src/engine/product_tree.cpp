#include "engine/product_tree.hpp"

#include <algorithm>
#include <array>
#include <atomic>

#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/executor.hpp"
#include "engine/multiply.hpp"
#include "engine/stack_frame.hpp"
#include "engine/touch.hpp"

namespace decima::engine {
namespace {

constexpr std::size_t leaf_words = 16;
constexpr std::size_t least_for_threads = 4096;  // words; below, starting the threads costs more than they give
constexpr std::size_t most_parts = 16;
constexpr std::size_t line = 8;  // words; a take is rounded up to it

// The levels up to this many words are counted together, so many ticks a word.
constexpr std::size_t counted_most = 128;
constexpr std::uint64_t ticks_below = 64;

/// The product of at most leaf_words words, word by word.
Natural leaf_product(Limbs out, Natural words) {
  out[0] = words[0];
  std::size_t length = 1;
  for (const std::uint64_t word : words.subspan(1)) {
    const std::uint64_t carry = multiply_word(out.first(length), out.first(length), word);
    if (carry != 0) out[length++] = carry;
  }
  return out.first(length);
}

/// The product of the words, in out, which has as many limbs as there are words.
Outcome<Natural> tree_product(Limbs out, Natural words, Context& context) {
  if (words.size() <= leaf_words) return leaf_product(out, words);
  if (context.stopping()) return Status::stopped;
  const StackFrame frame(context.arena);
  const std::size_t half = words.size() / 2;
  const Limbs room = context.arena.take(half), other_room = context.arena.take(words.size() - half);
  if (room.empty() || other_room.empty()) return Status::out_of_memory;
  const Outcome<Natural> a = tree_product(room, words.first(half), context);
  if (!a) return a.status();
  const Outcome<Natural> b = tree_product(other_room, words.subspan(half), context);
  if (!b) return b.status();
  const Limbs product = out.first(a->size() + b->size());
  if (const Status status = multiply(product, *a, *b, context); status != Status::ok) return status;
  if (words.size() <= counted_most && words.size() > counted_most / 2) {
    context.progress.tick(words.size() * ticks_below);
    stretch::did(words.size() * ticks_below);
  }
  return trimmed(product);
}

std::size_t tree_scratch(std::size_t words, unsigned threads) {
  if (words <= leaf_words) return 0;
  const std::size_t half = words - words / 2;
  return 2 * (half + line) + std::max(tree_scratch(half, threads), multiply_scratch_most(half, threads));
}

std::size_t limbs_of(std::span<const Natural> parts) {
  std::size_t limbs = 0;
  for (const Natural part : parts) limbs += part.size();
  return limbs;
}

/// The product of the parts in out, which has as many limbs as they have together.
Outcome<Natural> combine(Limbs out, std::span<const Natural> parts, Context& context) {
  if (parts.size() == 1) return parts[0];
  const StackFrame frame(context.arena);
  const auto low = parts.first(parts.size() / 2), high = parts.subspan(parts.size() / 2);
  const Limbs room = context.arena.take(limbs_of(low)), other_room = context.arena.take(limbs_of(high));
  if (room.empty() || other_room.empty()) return Status::out_of_memory;
  const Outcome<Natural> a = combine(room, low, context);
  if (!a) return a.status();
  const Outcome<Natural> b = combine(other_room, high, context);
  if (!b) return b.status();
  const Limbs product = out.first(a->size() + b->size());
  if (const Status status = multiply(product, *a, *b, context); status != Status::ok) return status;
  return trimmed(product);
}

std::size_t parts_for(std::size_t words, unsigned threads) {
  return words < least_for_threads ? 1 : std::min<std::size_t>(threads, most_parts);
}

struct Part {
  Natural words;
  Limbs room, scratch;
  Natural product;
  Status status = Status::ok;
};

void compute(Part& part, const Context& context) {
  Arena arena(part.scratch);
  Context own{arena, context.executor, context.stop, context.progress};
  const Outcome<Natural> product = tree_product(part.room, part.words, own);
  part.status = product.status();
  if (product) part.product = *product;
}

/// All parts at once, each on one thread. Takes beforehand all that they need, since the arena belongs to one thread.
Status compute_all(std::span<Part> parts, Context& context) {
  const unsigned threads = context.executor.threads();
  const StackFrame frame(context.arena);
  for (Part& part : parts) {
    part.scratch = context.arena.take(tree_scratch(part.words.size(), threads) + line);
    if (part.scratch.empty()) return Status::out_of_memory;
  }
  if (touch_taken(context) != Status::ok) return Status::stopped;
  context.executor.parallel(parts.size(), [&](std::size_t i) { compute(parts[i], context); });
  for (const Part& part : parts)
    if (part.status != Status::ok) return part.status;
  return Status::ok;
}

/// The product of the words in as many parts as `parts` has, whose products are then joined on all threads.
Outcome<Natural> product_in_parts(Limbs out, std::span<Part> parts, Natural words, Context& context) {
  const StackFrame frame(context.arena);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t first = words.size() * i / parts.size(), last = words.size() * (i + 1) / parts.size();
    parts[i].words = words.subspan(first, last - first);
    parts[i].room = context.arena.take(last - first);
    if (parts[i].room.empty()) return Status::out_of_memory;
  }
  if (const Status status = compute_all(parts, context); status != Status::ok) return status;
  std::array<Natural, most_parts> products;
  std::ranges::transform(parts, products.begin(), &Part::product);
  return combine(out, std::span(products).first(parts.size()), context);
}

}  // namespace

Outcome<Natural> product_of_words(Natural words, Context& context) {
  const Limbs room = context.arena.take(words.size());
  if (room.empty()) return Status::out_of_memory;
  std::array<Part, most_parts> parts;
  const std::size_t count = parts_for(words.size(), context.executor.threads());
  if (count > 1) return product_in_parts(room, std::span(parts).first(count), words, context);
  return tree_product(room, words, context);
}

std::size_t product_of_words_scratch(std::size_t words, unsigned threads) {
  const std::size_t parts = parts_for(words, threads), part = words / parts + 1;
  if (parts == 1) return tree_scratch(words, threads);
  const std::size_t trees = parts * (tree_scratch(part, threads) + 2 * line);
  std::size_t joining = multiply_scratch_most(words / 2 + part, threads);
  for (std::size_t joined = 2; joined < parts; joined *= 2) joining += words + parts * line;
  return words + parts * line + std::max(trees, words + parts * line + joining);
}

std::uint64_t product_of_words_ticks(std::size_t words, double limbs) {
  std::uint64_t ticks = words * ticks_below;
  for (std::size_t nodes = 1; words / nodes > counted_most; nodes *= 2) {
    const auto half = static_cast<std::size_t>(limbs / static_cast<double>(2 * nodes));
    ticks += nodes * multiply_ticks(half, half);
  }
  return ticks;
}

}  // namespace decima::engine
