#include "engine/residue.hpp"

#include "engine/limb.hpp"

namespace decima::engine {

std::uint64_t multiply_mod(std::uint64_t a, std::uint64_t b, Modulus m) {
  return static_cast<std::uint64_t>(uint128{a} * b % m);
}

std::uint64_t power_mod(std::uint64_t base, std::uint64_t exponent, Modulus m) {
  std::uint64_t result = 1 % m;
  for (base %= m; exponent != 0; exponent >>= 1, base = multiply_mod(base, base, m))
    if (exponent & 1) result = multiply_mod(result, base, m);
  return result;
}

namespace {

/// n - 1 = odd * 2^twos; passes when n behaves as a prime does towards this base.
bool strong_probable_prime(std::uint64_t n, std::uint64_t base, std::uint64_t odd, int twos) {
  std::uint64_t x = power_mod(base, odd, n);
  if (x == 1 || x == n - 1) return true;
  for (int i = 1; i < twos; ++i) {
    x = multiply_mod(x, x, n);
    if (x == n - 1) return true;
  }
  return false;
}

}  // namespace

// The first twelve primes as bases decide every n below 3.18 * 10^23 (Sorenson and Webster, 2015).
bool is_prime(std::uint64_t n) {
  constexpr std::uint64_t bases[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
  if (n < 2) return false;
  for (const std::uint64_t p : bases)
    if (n % p == 0) return n == p;
  const int twos = __builtin_ctzll(n - 1);
  for (const std::uint64_t base : bases)
    if (!strong_probable_prime(n, base, (n - 1) >> twos, twos)) return false;
  return true;
}

}  // namespace decima::engine
