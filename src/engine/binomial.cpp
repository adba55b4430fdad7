#include "engine/binomial.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <primesieve.hpp>

#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/executor.hpp"
#include "engine/factorial_quotient.hpp"
#include "engine/limb.hpp"
#include "engine/multiply.hpp"
#include "engine/running_product.hpp"
#include "engine/work.hpp"

namespace decima::engine {
namespace {

constexpr std::uint64_t few = 64;
/// With more than this many numbers up to n for each factor, the primes up to n take longer than the factors.
constexpr std::uint64_t sparse = 64;
constexpr std::uint64_t factors_between_stops = 1 << 16;
/// Each number meets about three primes, at some ten nanoseconds.
constexpr std::uint64_t sieving_work = 30;
constexpr std::size_t least_bytes = 2048;

bool by_few_factors(std::uint64_t k) { return k <= few; }
bool by_range(std::uint64_t n, std::uint64_t k) { return k > few && n / sparse > k; }

/// n over k as a quotient of factorials, which it keeps.
struct Quotient {
  Quotient(std::uint64_t n, std::uint64_t k) : below{k, n - k}, quotient{n, below, 0} {}
  Quotient(const Quotient&) = delete;
  Quotient& operator=(const Quotient&) = delete;
  std::array<std::uint64_t, 2> below;
  FactorialQuotient quotient;
};

/// a / word, which leaves no rest.
void divide_word(Limbs a, std::uint64_t word) {
  uint128 rest = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    const uint128 value = rest * radix + a[i];
    a[i] = static_cast<std::uint64_t>(value / word);
    rest = value % word;
  }
  assert(rest == 0);
}

/// For k <= few: each product of i numbers that follow one another is divided by i.
Natural few_factors(std::uint64_t n, std::uint64_t k, Limbs out) {
  out[0] = 1;
  std::size_t length = 1;
  for (std::uint64_t i = 1; i <= k; ++i) {
    const std::uint64_t carry = multiply_word(out.first(length), out.first(length), n - k + i);
    if (carry != 0) out[length++] = carry;
    divide_word(out.first(length), i);
    length = trimmed(out.first(length)).size();
  }
  return out.first(length);
}

void divide_out(std::uint64_t& number, std::uint64_t p) {
  while (number % p == 0) number /= p;
}

/// Takes all of p out of the numbers that begin with `first`.
void divide_out_everywhere(Limbs numbers, std::uint64_t first, std::uint64_t p) {
  for (std::uint64_t i = (p - first % p) % p; i < numbers.size(); i += p) divide_out(numbers[i], p);
}

/// Takes the primes up to k out of the numbers and puts those that the quotient has into the product, without its
/// zeros.
Status sieve(Limbs numbers, const FactorialQuotient& quotient, RunningProduct& product, const Context& context) {
  const std::uint64_t k = numbers.size(), first = quotient.above - k + 1, zeros = quotient.zeros();
  std::uint64_t divided = 0;
  primesieve::iterator primes(2, k);
  for (std::uint64_t p = primes.next_prime(); p <= k; p = primes.next_prime()) {
    divide_out_everywhere(numbers, first, p);
    const std::uint64_t exponent = quotient.exponent(p) - (p == 2 || p == 5 ? zeros : 0);
    if (const Status status = product.times_power(p, exponent); status != Status::ok) return status;
    if ((divided += k / p + 1) < factors_between_stops) continue;
    divided = 0;
    if (context.stop.stop_requested()) return Status::stopped;
  }
  return Status::ok;
}

Outcome<Decimal> from_range(std::uint64_t n, std::uint64_t k, const FactorialQuotient& quotient, Context& context) {
  const Limbs numbers = context.arena.take(k);
  if (numbers.empty()) return Status::out_of_memory;
  for (std::uint64_t i = 0; i < k; ++i) numbers[i] = n - k + 1 + i;
  RunningProduct product(quotient.limbs(), context);
  if (const Status status = sieve(numbers, quotient, product, context); status != Status::ok) return status;
  context.progress.add(sieving_work * k);
  for (const std::uint64_t number : numbers)
    if (const Status status = product.times(number); status != Status::ok) return status;
  const Outcome<Natural> mantissa = product.finish();
  if (!mantissa) return mantissa.status();
  return Decimal{*mantissa, quotient.zeros()};
}

}  // namespace

Outcome<Decimal> binomial(std::uint64_t n, std::uint64_t k, Context& context) {
  assert(k <= n / 2 && n <= binomial_most);
  if (by_few_factors(k)) {
    const Limbs room = context.arena.take(few + 1);
    if (room.empty()) return Status::out_of_memory;
    context.progress.add(binomial_work(n, k));
    return Decimal{few_factors(n, k, room), 0};
  }
  const Quotient values(n, k);
  if (!by_range(n, k)) return compute(values.quotient, context);
  if (values.quotient.limbs() > static_cast<double>(longest_operand()) ||
      binomial_bytes(n, k, context.executor.threads()) > context.arena.ceiling())
    return Status::out_of_memory;
  return from_range(n, k, values.quotient, context);
}

std::uint64_t binomial_digits(std::uint64_t n, std::uint64_t k) {
  if (!by_few_factors(k)) return Quotient(n, k).quotient.digits();
  std::array<std::uint64_t, few + 1> room;
  return digit_count({few_factors(n, k, room), 0});
}

std::uint64_t binomial_zeros(std::uint64_t n, std::uint64_t k) { return Quotient(n, k).quotient.zeros(); }

std::uint64_t binomial_bytes(std::uint64_t n, std::uint64_t k, unsigned threads) {
  if (by_few_factors(k)) return least_bytes;
  const Quotient values(n, k);
  const std::uint64_t bytes = bytes_of(values.quotient, threads);
  if (!by_range(n, k)) return bytes;
  return saturated(static_cast<double>(bytes) + sizeof(std::uint64_t) * static_cast<double>(k));
}

std::uint64_t binomial_work(std::uint64_t n, std::uint64_t k) {
  if (by_few_factors(k)) return 16 * (k + 1);
  const std::uint64_t work = work_of(Quotient(n, k).quotient);
  return by_range(n, k) ? work + sieving_work * k : work;
}

}  // namespace decima::engine
