#include "engine/primorial.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <primesieve.hpp>

#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/executor.hpp"
#include "engine/limb.hpp"
#include "engine/magnitude.hpp"
#include "engine/multiply.hpp"
#include "engine/primorial_logarithm.hpp"
#include "engine/running_product.hpp"
#include "engine/work.hpp"

namespace decima::engine {
namespace {

constexpr std::uint64_t primes_between_stops = 1 << 16;

std::uint64_t zeros_of(std::uint64_t n) { return n < 5 ? 0 : 1; }

/// Limbs of the mantissa, one too many at most.
double limbs_of(std::uint64_t n) { return log10_primorial(n).to_double() / digits_per_limb + 1; }

}  // namespace

Outcome<Decimal> primorial(std::uint64_t n, Context& context) {
  if (primorial_bytes(n, context.executor.threads()) > context.arena.ceiling()) return Status::out_of_memory;
  RunningProduct product(limbs_of(n), context);
  primesieve::iterator primes(0, n);
  std::uint64_t seen = 0;
  for (std::uint64_t p = primes.next_prime(); p <= n; p = primes.next_prime()) {
    if (n >= 5 && (p == 2 || p == 5)) continue;
    if (const Status status = product.times(p); status != Status::ok) return status;
    if (++seen % primes_between_stops == 0 && context.stop.stop_requested()) return Status::stopped;
  }
  const Outcome<Natural> mantissa = product.finish();
  if (!mantissa) return mantissa.status();
  return Decimal{*mantissa, zeros_of(n)};
}

std::uint64_t primorial_digits(std::uint64_t n) { return static_cast<std::uint64_t>(log10_primorial(n).whole()) + 1; }

std::uint64_t primorial_bytes(std::uint64_t n, unsigned threads) {
  return saturated(RunningProduct::bytes(limbs_of(n), threads));
}

std::uint64_t primorial_work(std::uint64_t n) { return RunningProduct::work(limbs_of(n)); }

}  // namespace decima::engine
