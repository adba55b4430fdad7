// A step of the recurrence for odd n takes x to w x + c with w = n (n-1) and c = n - 1. Steps that follow one another
// take it to A x + B; those of two halves together to A2 A1 x + (A2 B1 + B2). All are positive, and B < A: with x =
// D(l), A x + B = D(r), and as D(k) = k!/e up to less than 1/(k+1), B is less than A / (l + 1) and a bit. D(1) = 0, so
// of the first half only B counts.
#include "engine/subfactorial.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/executor.hpp"
#include "engine/limb.hpp"
#include "engine/magnitude.hpp"
#include "engine/meter.hpp"
#include "engine/multiply.hpp"
#include "engine/stack_frame.hpp"
#include "engine/work.hpp"

namespace decima::engine {
namespace {

constexpr std::uint64_t stirling_from = 256;
constexpr std::uint64_t leaf_steps = 12;
constexpr std::uint64_t longest = 1'000'000'000;  // n (n-1) is below 10^18 up to here
constexpr Fixed log10_e(0, {0x6f2dec549b9438ca, 0x9aadd557d699ee19, 0x1f71a30122e4d101});

/// The steps j with first < j <= last, the j-th of which goes from D(2j-1) to D(2j+1).
struct Steps {
  std::uint64_t first, last;
  std::uint64_t count() const { return last - first; }
  Steps low() const { return {first, first + count() / 2}; }
  Steps high() const { return {first + count() / 2, last}; }
};

Steps all_steps(std::uint64_t n) { return {0, n == 0 ? 0 : (n - 1) / 2}; }

/// log10(n!), by Stirling's series with one term.
double rough_log10_factorial(double n) {
  constexpr double log10_of_e = 0.4342944819032518, half_log10_2pi = 0.3990899341790575;
  return n < 1 ? 0 : (n + 0.5) * std::log10(n) - (n - 1 / (12 * n)) * log10_of_e + half_log10_2pi;
}

/// Limbs that are enough for A, and so for B, of these steps.
std::size_t limbs_of(const Steps& steps) {
  const double digits = rough_log10_factorial(2 * static_cast<double>(steps.last) + 1) -
                        rough_log10_factorial(2 * static_cast<double>(steps.first) + 1);
  return static_cast<std::size_t>(digits / digits_per_limb) + 3;
}

struct Map {
  Natural a, b;  // x to a x + b; a is empty where nobody asks for it
};

struct Rooms {
  Limbs a, b;
};

Outcome<Rooms> take_rooms(const Steps& steps, bool with_a, Arena& arena) {
  Rooms rooms;
  rooms.b = arena.take(limbs_of(steps));
  if (with_a) rooms.a = arena.take(limbs_of(steps));
  if (rooms.b.empty() || (with_a && rooms.a.empty())) return Status::out_of_memory;
  return rooms;
}

/// x = x * word + add, the number being the first `length` limbs of its room.
void multiply_add(Limbs room, std::size_t& length, std::uint64_t word, std::uint64_t add) {
  const std::uint64_t carry = multiply_word(room.first(length), room.first(length), word, add);
  if (carry != 0) room[length++] = carry;
}

Map step_by_step(const Steps& steps, const Rooms& rooms) {
  std::size_t a = 0, b = 0;
  if (!rooms.a.empty()) rooms.a[a++] = 1;
  for (std::uint64_t j = steps.first + 1; j <= steps.last; ++j) {
    if (a != 0) multiply_add(rooms.a, a, 2 * j * (2 * j + 1), 0);
    multiply_add(rooms.b, b, 2 * j * (2 * j + 1), 2 * j);
  }
  return {rooms.a.first(a), rooms.b.first(b)};
}

Outcome<Natural> product(Limbs room, Natural x, Natural y, Context& context) {
  const Limbs out = room.first(x.size() + y.size());
  if (const Status status = multiply(out, x, y, context); status != Status::ok) return status;
  return trimmed(out);
}

/// A2 B1 + B2. The sum is below A2 A1 and has no more limbs than that.
Outcome<Natural> joined_b(Limbs room, const Map& low, const Map& high, Context& context) {
  const std::size_t length = high.a.size() + low.b.size();
  if (const Status status = multiply(room.first(length), high.a, low.b, context); status != Status::ok) return status;
  room[length] = 0;
  add_to(room.first(length + 1), high.b);
  return trimmed(room.first(length + 1));
}

std::uint64_t joining_work(double limbs, bool with_a) { return multiplication_work(limbs, with_a ? 3 : 1.5); }

Outcome<Map> map_of(const Steps& steps, const Rooms& rooms, Context& context, Meter& meter) {
  if (steps.count() <= leaf_steps) return step_by_step(steps, rooms);
  if (context.stop.stop_requested()) return Status::stopped;
  const bool with_a = !rooms.a.empty();
  const StackFrame frame(context.arena);
  const auto low_rooms = take_rooms(steps.low(), with_a, context.arena);
  if (!low_rooms) return low_rooms.status();
  const auto high_rooms = take_rooms(steps.high(), true, context.arena);
  if (!high_rooms) return high_rooms.status();
  const auto low = map_of(steps.low(), *low_rooms, context, meter);
  if (!low) return low.status();
  const auto high = map_of(steps.high(), *high_rooms, context, meter);
  if (!high) return high.status();
  const auto b = joined_b(rooms.b, *low, *high, context);
  if (!b) return b.status();
  Map map{{}, *b};
  if (with_a) {
    const auto a = product(rooms.a, high->a, low->a, context);
    if (!a) return a.status();
    map.a = *a;
  }
  meter.add(joining_work(static_cast<double>(limbs_of(steps)), with_a));
  return map;
}

/// The most words in use while the rooms of these steps are filled.
std::size_t words_of(const Steps& steps, bool with_a, unsigned threads, unsigned levels) {
  if (steps.count() <= leaf_steps) return 0;
  const std::size_t low = limbs_of(steps.low()), high = limbs_of(steps.high());
  const std::size_t rooms = (with_a ? 2 : 1) * low + 2 * high + 32;
  std::size_t most = 0;
  for (const std::size_t shorter : {2, 1, 0})
    most = std::max(most, multiply_scratch_between(low - 3, low, high - std::min(high, shorter), threads));
  if (levels > 1)
    most = std::max(
        {most, words_of(steps.low(), with_a, threads, levels - 1), words_of(steps.high(), true, threads, levels - 1)});
  return rooms + most;
}

bool feasible(std::uint64_t n) {
  return n <= longest && static_cast<double>(limbs_of(all_steps(n).high())) <= static_cast<double>(longest_operand());
}

double whole_limbs(std::uint64_t n) { return rough_log10_factorial(static_cast<double>(n)) / digits_per_limb + 3; }

}  // namespace

Outcome<Decimal> subfactorial(std::uint64_t n, Context& context) {
  if (!feasible(n) || subfactorial_bytes(n, context.executor.threads()) > context.arena.ceiling())
    return Status::out_of_memory;
  Meter meter(context.progress, subfactorial_work(n));
  const Limbs room = context.arena.take(static_cast<std::size_t>(whole_limbs(n)) + 2);
  if (room.empty()) return Status::out_of_memory;
  const auto odd = map_of(all_steps(n), {{}, room}, context, meter);
  if (!odd) return odd.status();
  std::size_t length = odd->b.size();
  if (n % 2 == 0) multiply_add(room, length, n, 1);
  meter.finish();
  return Decimal{room.first(length), 0};
}

// D(n) is n!/e rounded to the nearest integer, which from n = 256 on moves the logarithm by less than 10^-500.
std::uint64_t subfactorial_digits(std::uint64_t n) {
  if (n >= stirling_from) {
    const uint128 digits = (log10_factorial(n) - log10_e).whole() + 1;
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    return digits > most ? most : static_cast<std::uint64_t>(digits);
  }
  std::uint64_t room[32];  // 255! has 505 digits
  std::size_t length = 0;
  for (std::uint64_t i = 3; i <= n; i += 2) multiply_add(room, length, i * (i - 1), i - 1);
  if (n % 2 == 0) multiply_add(room, length, n, 1);
  return digit_count({std::span(room).first(length), 0});
}

std::uint64_t subfactorial_bytes(std::uint64_t n, unsigned threads) {
  if (!feasible(n)) return saturated(8 * sizeof(std::uint64_t) * whole_limbs(n));
  constexpr unsigned levels = 4;  // those below need less
  const auto room = static_cast<std::size_t>(whole_limbs(n)) + 2;
  return sizeof(std::uint64_t) * (room + words_of(all_steps(n), false, threads, levels) + 128);
}

// Of the 2^d parts of a level all but the first take two products.
std::uint64_t subfactorial_work(std::uint64_t n) {
  double total = 1;
  double limbs = whole_limbs(n), parts = 1;
  for (; limbs > static_cast<double>(leaf_steps); limbs /= 2, parts *= 2)
    total += (2 * parts - 1) * static_cast<double>(multiplication_work(limbs, 1.5));
  return saturated(std::fmin(total, 1e18));
}

}  // namespace decima::engine
