#include "engine/running_product.hpp"

#include <algorithm>
#include <cmath>

#include "engine/context.hpp"
#include "engine/limb.hpp"
#include "engine/multiply.hpp"
#include "engine/work.hpp"

namespace decima::engine {
namespace {

constexpr double longest_leaf = 48;
constexpr std::size_t slack = 256;  // words that the arena's rounding to cache lines may cost

/// How often a product of this length is halved until it is a leaf.
unsigned levels_of(double limbs) {
  unsigned levels = 0;
  for (; limbs > longest_leaf; limbs /= 2) ++levels;
  return levels;
}

/// A leaf is closed when it has this many limbs, so that it is above a 2^levels-th of the whole.
std::size_t leaf_limbs_of(double limbs) {
  return static_cast<std::size_t>(std::ceil(std::ldexp(limbs, -static_cast<int>(levels_of(limbs))))) + 1;
}

}  // namespace

RunningProduct::RunningProduct(double limbs, Context& context)
    : context_(context), meter_(context.progress, work(limbs)), leaf_limbs_(leaf_limbs_of(limbs)) {}

Status RunningProduct::start_leaf() {
  leaf_place_ = context_.arena.mark();
  leaf_ = context_.arena.take(leaf_limbs_);
  if (leaf_.empty()) return Status::out_of_memory;
  leaf_[0] = 1;
  leaf_length_ = 1;
  return Status::ok;
}

Status RunningProduct::times(std::uint64_t factor) {
  const uint128 product = uint128{word_} * factor;
  if (product < radix) {
    word_ = static_cast<std::uint64_t>(product);
    return Status::ok;
  }
  const Status status = add_word();
  word_ = factor;
  return status;
}

Status RunningProduct::times_power(std::uint64_t base, std::uint64_t exponent) {
  std::uint64_t word = base, bases = 1;
  for (; bases < exponent && uint128{word} * base < radix; ++bases) word *= base;
  for (; exponent >= bases; exponent -= bases)
    if (const Status status = times(word); status != Status::ok) return status;
  for (; exponent != 0; --exponent)
    if (const Status status = times(base); status != Status::ok) return status;
  return Status::ok;
}

Status RunningProduct::add_word() {
  if (leaf_.empty())
    if (const Status status = start_leaf(); status != Status::ok) return status;
  const Limbs number = leaf_.first(leaf_length_);
  const std::uint64_t carry = multiply_word(number, number, word_);
  if (carry != 0) leaf_[leaf_length_++] = carry;
  return leaf_length_ == leaf_limbs_ ? close_leaf() : Status::ok;
}

Status RunningProduct::close_leaf() {
  parts_[count_++] = {leaf_.first(leaf_length_), 0, leaf_place_};
  leaf_ = {};
  while (count_ > 1 && parts_[count_ - 1].rank == parts_[count_ - 2].rank)
    if (const Status status = join_last(); status != Status::ok) return status;
  return Status::ok;
}

/// The product of the last two parts takes the place of the first of them.
Status RunningProduct::join_last() {
  if (context_.stop.stop_requested()) return Status::stopped;
  Part& a = parts_[count_ - 2];
  const Natural b = parts_[count_ - 1].number;
  const Limbs out = context_.arena.take(a.number.size() + b.size());
  if (out.empty()) return Status::out_of_memory;
  if (const Status status = multiply(out, a.number, b, context_); status != Status::ok) return status;
  const Natural product = trimmed(out);
  context_.arena.rewind(a.place);
  const Limbs room = context_.arena.take(product.size());
  std::ranges::copy(product, room.begin());  // downwards
  a.number = room;
  ++a.rank;
  --count_;
  meter_.add(multiplication_work(static_cast<double>(product.size()), 1.5));
  return Status::ok;
}

Outcome<Natural> RunningProduct::finish() {
  if (const Status status = add_word(); status != Status::ok) return status;
  if (!leaf_.empty()) parts_[count_++] = {leaf_.first(leaf_length_), 0, leaf_place_};
  while (count_ > 1)
    if (const Status status = join_last(); status != Status::ok) return status;
  meter_.finish();
  return parts_[0].number;
}

// The last product: its operands, itself and its scratch. The first operand is half of the leaves of a whole power of
// two, each of which is between one limb short of its room and full.
double RunningProduct::bytes(double limbs, unsigned threads) {
  const auto length = static_cast<std::size_t>(limbs) + 2, leaf = leaf_limbs_of(limbs);
  const unsigned levels = levels_of(limbs);
  std::size_t scratch = 0;
  if (levels > 0) {
    const std::size_t leaves = std::size_t{1} << (levels - 1), least = leaves * (leaf - 1);
    constexpr std::size_t steps = 16;
    for (std::size_t step = 0; step <= steps; ++step) {
      const std::size_t first = std::min(length, least + leaves * step / steps);
      scratch = std::max(scratch, multiply_scratch(first, length - first, threads));
    }
  }
  const std::size_t leaf_room = leaf + 8;
  return static_cast<double>(sizeof(std::uint64_t) * (2 * length + scratch + leaf_room * (levels + 1) + slack));
}

std::uint64_t RunningProduct::work(double limbs) {
  double total = 0;
  const unsigned levels = levels_of(limbs);
  for (unsigned level = 0; level <= levels; ++level)
    total += std::ldexp(static_cast<double>(multiplication_work(std::ldexp(limbs, -static_cast<int>(level)), 1.5)),
                        static_cast<int>(level));
  return saturated(std::fmin(total, 1e18));
}

}  // namespace decima::engine
