#include "engine/factorial_quotient.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <primesieve.hpp>

#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/executor.hpp"
#include "engine/magnitude.hpp"
#include "engine/multiply.hpp"
#include "engine/running_product.hpp"
#include "engine/work.hpp"

namespace decima::engine {
namespace {

constexpr std::uint64_t stirling_from = 256;
constexpr std::uint64_t primes_between_stops = 1 << 16;  // a few milliseconds

/// log10(n!) for small n, a sum of logarithms.
std::array<Fixed, stirling_from> small_logarithms() {
  std::array<Fixed, stirling_from> logarithms;
  for (std::uint64_t n = 1; n < stirling_from; ++n) logarithms[n] = logarithms[n - 1] + log10_of(n);
  return logarithms;
}

Fixed log10_of_factorial(std::uint64_t n) {
  static const auto small = small_logarithms();
  return n < stirling_from ? small[n] : log10_factorial(n);
}

Status multiply_primes(const FactorialQuotient& quotient, RunningProduct& product, const Context& context) {
  primesieve::iterator primes(3, quotient.above);
  std::uint64_t seen = 0;
  for (std::uint64_t p = primes.next_prime(); p <= quotient.above; p = primes.next_prime()) {
    if (p == 5) continue;
    if (const Status status = product.times_power(p, quotient.exponent(p)); status != Status::ok) return status;
    if (++seen % primes_between_stops == 0 && context.stop.stop_requested()) return Status::stopped;
  }
  return Status::ok;
}

}  // namespace

// Above the root of a there is one term for each factorial.
std::uint64_t FactorialQuotient::exponent(std::uint64_t p) const {
  std::uint64_t sum = p == 2 ? static_cast<std::uint64_t>(twos) : 0;  // modulo 2^64, as all of this
  if (above / p < p) {
    sum += above / p;
    for (const std::uint64_t n : below) sum -= n / p;
    return sum;
  }
  sum += exponent_in_factorial(p, above);
  for (const std::uint64_t n : below) sum -= exponent_in_factorial(p, n);
  return sum;
}

std::uint64_t FactorialQuotient::zeros() const { return std::min(exponent(2), exponent(5)); }

Fixed FactorialQuotient::log10() const {
  Fixed log = log10_of_factorial(above);
  if (twos > 0) log += log10_of(2) * Fixed(static_cast<std::uint64_t>(twos));
  if (twos < 0) log -= log10_of(2) * Fixed(static_cast<std::uint64_t>(-twos));
  for (const std::uint64_t n : below) log -= log10_of_factorial(n);
  return log;
}

std::uint64_t FactorialQuotient::digits() const {
  const uint128 digits = log10().whole() + 1;
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return digits > most ? most : static_cast<std::uint64_t>(digits);
}

double FactorialQuotient::limbs() const {
  return (log10().to_double() - static_cast<double>(zeros())) / digits_per_limb + 1;
}

Outcome<Decimal> compute(const FactorialQuotient& quotient, Context& context) {
  const double limbs = quotient.limbs();
  if (limbs > static_cast<double>(longest_operand()) ||
      bytes_of(quotient, context.executor.threads()) > context.arena.ceiling())
    return Status::out_of_memory;
  RunningProduct product(limbs, context);
  const std::uint64_t zeros = quotient.zeros();
  for (const std::uint64_t p : {2, 5})
    if (const Status status = product.times_power(p, quotient.exponent(p) - zeros); status != Status::ok) return status;
  if (const Status status = multiply_primes(quotient, product, context); status != Status::ok) return status;
  const Outcome<Natural> mantissa = product.finish();
  if (!mantissa) return mantissa.status();
  return Decimal{*mantissa, zeros};
}

std::uint64_t bytes_of(const FactorialQuotient& quotient, unsigned threads) {
  const double limbs = quotient.limbs();
  if (limbs > static_cast<double>(longest_operand())) return saturated(5 * sizeof(std::uint64_t) * limbs);
  return saturated(RunningProduct::bytes(limbs, threads));
}

std::uint64_t work_of(const FactorialQuotient& quotient) { return RunningProduct::work(quotient.limbs()); }

}  // namespace decima::engine
