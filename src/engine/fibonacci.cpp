// With f = F(k), e = F(k-1) and s = (-1)^k:
//   F(2k+1) = 4 f^2 - e^2 + 2 s = (2f + e)(2f - e) + 2 s,   F(2k-1) = f^2 + e^2,   F(2k) = F(2k+1) - F(2k-1) = f (f +
//   2e).
// Levels below the last take the squares, from which both new neighbours follow; the last takes the product, since
// only one number is wanted.
#include "engine/fibonacci.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>

#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/executor.hpp"
#include "engine/limb.hpp"
#include "engine/multiply.hpp"
#include "engine/work.hpp"

namespace decima::engine {
namespace {

constexpr std::uint64_t one_limb_most = 86;  // F(87) is the last below 10^18; F(k + 1) fits as well for k up to here

/// An upper bound of the limbs of F(n), with room for a carry or a factor of 3.
double limbs_of(std::uint64_t n) {
  constexpr double log10_phi = 0.20898764024997873;
  return static_cast<double>(n) * log10_phi / digits_per_limb + 2;
}

/// Whether its numbers are short enough to be multiplied.
bool feasible(std::uint64_t n) { return limbs_of(n / 2) <= static_cast<double>(longest_operand()); }

unsigned doublings(std::uint64_t n) {
  unsigned count = 0;
  while (n >> count > one_limb_most) ++count;
  return count;
}

/// The work that ends with the neighbours at n >> level.
std::uint64_t level_work(std::uint64_t n, unsigned level) {
  return multiplication_work(limbs_of(n >> level), level == 0 ? 1.5 : 2);
}

constexpr std::uint64_t limb_ticks = 6;  // of a pass over limbs; measured beside a transform's

/// The ticks of the progress that those steps count, from neighbours of so many limbs.
std::uint64_t level_ticks(std::size_t limbs, unsigned level) {
  return level == 0 ? multiply_ticks(limbs, limbs) + limb_ticks * limbs
                    : 2 * square_ticks(limbs) + 2 * limb_ticks * limbs;
}

/// F(k) and F(k-1), of equal length; the second may have a leading zero limb.
struct Neighbours {
  Limbs f, e;
};

Neighbours of_one_limb(std::uint64_t k, Limbs f_room, Limbs e_room) {
  std::uint64_t f = 0, e = 1;
  for (; k != 0; --k) {
    const std::uint64_t next = f + e;
    e = f;
    f = next;
  }
  f_room[0] = f;
  e_room[0] = e;
  return {f_room.first(1), e_room.first(1)};
}

/// Calls body(i) for each limb in order, and looks for a stop on the way.
template <class Body>
Status each_limb(std::size_t count, Context& context, const Body& body) {
  constexpr std::size_t between_looks = 1 << 18;
  for (std::size_t i = 0; i < count;) {
    const std::size_t end = std::min(i + between_looks, count);
    stretch::did(end - i);
    context.progress.tick((end - i) * limb_ticks);
    for (; i < end; ++i) body(i);
    if (context.stopping()) return Status::stopped;
  }
  return Status::ok;
}

constexpr auto base = static_cast<std::int64_t>(radix);

/// Sums of limbs, some of them taken away, limb by limb. A sum with its carry is from -2 * 10^18 to 4 * 10^18 - 1.
class SignedSum {
 public:
  explicit SignedSum(std::int64_t carry = 0) : carry_(carry) {}
  std::uint64_t limb(std::int64_t sum) {
    const std::int64_t value = sum + carry_;
    carry_ = (value >= -base) + (value >= 0) + (value >= base) + (value >= 2 * base) + (value >= 3 * base) - 2;
    return static_cast<std::uint64_t>(value - carry_ * base);
  }
  std::int64_t carry() const { return carry_; }

 private:
  std::int64_t carry_;
};

/// Of the squares a of f and b of e, F(2k+1) = 4a - b + 2s and F(2k) = 3a - 2b + 2s when `odd`, else F(2k) and F(2k-1)
/// = a + b, in one pass; s = -1 for odd k. The sums of limbs are within SignedSum's bounds with its carries from -2
/// to 3.
Status combine_squares(Limbs a, Limbs b, bool k_is_odd, bool odd, Context& context) {
  const std::int64_t sign = k_is_odd ? -2 : 2;
  SignedSum f(sign), e(odd ? sign : 0);
  const Status status = each_limb(a.size(), context, [&](std::size_t i) {
    const auto x = static_cast<std::int64_t>(a[i]), y = static_cast<std::int64_t>(b[i]);
    const std::int64_t middle = 3 * x - 2 * y;
    a[i] = f.limb(odd ? 4 * x - y : middle);
    b[i] = e.limb(odd ? middle : x + y);
  });
  assert(status != Status::ok || (f.carry() == 0 && e.carry() == 0));
  return status;
}

/// Sets the neighbours at 2k or, when `odd`, at 2k + 1 from those at k; the squares are made in `room` and
/// `other_room`.
Status double_index(Neighbours& at, bool k_is_odd, bool odd, Limbs room, Limbs other_room, Context& context) {
  const std::size_t length = 2 * at.f.size() + 1;
  const Limbs f_square = room.first(length), e_square = other_room.first(length);
  f_square.back() = e_square.back() = 0;
  if (const Status status = square(f_square.first(length - 1), at.f, context); status != Status::ok) return status;
  if (const Status status = square(e_square.first(length - 1), at.e, context); status != Status::ok) return status;
  const Status status = combine_squares(f_square, e_square, k_is_odd, odd, context);
  const std::size_t trimmed_length = trimmed(f_square).size();
  at = {f_square.first(trimmed_length), e_square.first(trimmed_length)};
  return status;
}

/// F(2k) or F(2k+1) from the neighbours at k, which it destroys; both have room for one more limb.
Outcome<Natural> finish(Limbs room, Neighbours at, bool k_is_odd, bool odd, Context& context) {
  const Limbs f(at.f.data(), at.f.size() + 1), e(at.e.data(), at.e.size() + 1);
  f.back() = e.back() = 0;
  SignedSum first, second;
  const Status added = each_limb(f.size(), context, [&](std::size_t i) {
    const auto x = static_cast<std::int64_t>(f[i]), y = static_cast<std::int64_t>(e[i]);
    if (odd) f[i] = first.limb(2 * x + y);
    e[i] = second.limb(odd ? 2 * x - y : x + 2 * y);
  });
  if (added != Status::ok) return added;
  const Natural a = trimmed(f), b = trimmed(e);
  const Limbs product = room.first(a.size() + b.size());
  if (const Status status = multiply(product, a, b, context); status != Status::ok) return status;
  const std::uint64_t two[] = {2};
  if (odd && k_is_odd) subtract_from(product, two);
  if (odd && !k_is_odd) add_to(product, two);
  return trimmed(product);
}

/// The neighbours at an index, and the two numbers at twice that index, lie in different rooms, which take turns. The
/// smaller ones lie where the result will be.
struct Rooms {
  Limbs result;   // of F(n), or two numbers of the length of F(n/4)
  Limbs pair[2];  // of the length of F(n/2) each
};

std::size_t room_of(std::uint64_t n) { return static_cast<std::size_t>(limbs_of(n)) + 4; }

Outcome<Rooms> take_rooms(std::uint64_t n, Arena& arena) {
  Rooms rooms;
  rooms.result = arena.take(std::max(room_of(n), 2 * room_of(n / 4)));
  for (Limbs& room : rooms.pair) {
    room = arena.take(room_of(n / 2));
    if (room.empty()) return Status::out_of_memory;
  }
  return rooms;
}

}  // namespace

Outcome<Decimal> fibonacci(std::uint64_t n, Context& context) {
  if (!feasible(n) || fibonacci_bytes(n, context.executor.threads()) > context.arena.ceiling())
    return Status::out_of_memory;
  Outcome<Rooms> rooms = take_rooms(n, context.arena);
  if (!rooms) return rooms.status();
  const std::size_t half = rooms->result.size() / 2;
  const Limbs lower[] = {rooms->result.first(half), rooms->result.subspan(half)};

  unsigned level = doublings(n);
  Neighbours at = level % 2 != 0 ? of_one_limb(n >> level, rooms->pair[0], rooms->pair[1])
                                 : of_one_limb(n >> level, lower[0], lower[1]);
  context.progress.add(level_work(n, level));
  for (; level > 1; --level) {
    const bool k_is_odd = (n >> level) % 2 != 0, odd = (n >> (level - 1)) % 2 != 0;
    const auto& target = level % 2 != 0 ? lower : rooms->pair;
    const Step step(context.progress, level_work(n, level - 1), [&] { return level_ticks(at.f.size(), level - 1); });
    const Status status = double_index(at, k_is_odd, odd, target[0], target[1], context);
    if (status != Status::ok) return status;
  }
  if (level == 0) return Decimal{trimmed(at.f), 0};
  const Step step(context.progress, level_work(n, 0), [&] { return level_ticks(at.f.size(), 0); });
  const Outcome<Natural> result = finish(rooms->result, at, (n >> 1) % 2 != 0, n % 2 != 0, context);
  if (!result) return result.status();
  return Decimal{*result, 0};
}

std::uint64_t fibonacci_bytes(std::uint64_t n, unsigned threads) {
  if (!feasible(n)) return saturated(8 * sizeof(std::uint64_t) * limbs_of(n));
  const std::size_t rooms = std::max(room_of(n), 2 * room_of(n / 4)) + 2 * room_of(n / 2);
  // The numbers themselves are 1 or 2 limbs shorter than limbs_of() says, or as long where a sum of them had a carry.
  std::size_t scratch = 0;
  for (unsigned level = 1; level <= doublings(n); ++level) {
    const auto length = static_cast<std::size_t>(limbs_of(n >> level));
    for (std::size_t shorter = length - 2; shorter <= length && level == 1; ++shorter)
      scratch = std::max(scratch, multiply_scratch_between(length - 2, length, shorter, threads));
    scratch = std::max(scratch, square_scratch_between(length - 2, length, threads));
  }
  return sizeof(std::uint64_t) * (rooms + scratch + 64);
}

std::uint64_t fibonacci_work(std::uint64_t n) {
  std::uint64_t total = 0;
  for (unsigned level = 0; level <= doublings(n); ++level) total += level_work(n, level);
  return total;
}

}  // namespace decima::engine
