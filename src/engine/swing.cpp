#include "engine/swing.hpp"

#include <cassert>
#include <cmath>
#include <primesieve.hpp>

#include "engine/context.hpp"
#include "engine/word_packer.hpp"
#include "engine/work.hpp"

namespace decima::engine {
namespace {

std::uint64_t exponent_in_swing(std::uint64_t p, std::uint64_t n) {
  std::uint64_t exponent = 0;
  while ((n /= p) != 0) exponent += n % 2;
  return exponent;
}

constexpr std::uint64_t primes_between_looks = 1 << 16;  // well below a millisecond
constexpr std::uint64_t ticks_of_prime = 8;

}  // namespace

// The swing is at most n 2^n (it is a binomial coefficient, times at most (n+1)/2), and two words that follow one
// another have a product of at least 10^18 > 2^59.
std::size_t swing_words_most(std::uint64_t n) { return 2 * ((n + 64 + 60) / 59) + 2; }

std::uint64_t swing_words_ticks(std::uint64_t n) {
  const double number = static_cast<double>(n) + 16, logarithm = std::log(number);
  return saturated(number / (logarithm - 1) * ticks_of_prime);  // Legendre's count of the primes
}

// For a prime above sqrt(n) only q = floor(n / p) counts. q changes slowly with p, so it is computed again only when p
// passes the last number with this q.
Status swing_words(std::uint64_t n, std::uint64_t factor, Limbs words, std::size_t& count, const Context& context) {
  assert(factor != 0 && factor < radix);
  WordPacker packer(words, factor);
  primesieve::iterator primes(3, n);
  std::uint64_t p = primes.next_prime();
  for (; p <= n / p; p = primes.next_prime()) {
    if (p == 5) continue;
    for (std::uint64_t left = exponent_in_swing(p, n); left != 0; --left) packer.add(p);
  }
  std::uint64_t quotient = 0, last_with_quotient = 0;
  for (std::uint64_t seen = 1; p <= n; p = primes.next_prime(), ++seen) {
    if (p > last_with_quotient) {
      quotient = n / p;
      last_with_quotient = n / quotient;
    }
    if (quotient % 2 != 0 && p != 5) packer.add(p);
    if (seen % primes_between_looks != 0) continue;
    context.progress.tick(primes_between_looks * ticks_of_prime);
    stretch::did(primes_between_looks);
    if (context.stopping()) return Status::stopped;
  }
  count = packer.finish();
  return Status::ok;
}

}  // namespace decima::engine
