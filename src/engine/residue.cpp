#include "engine/residue.hpp"

#include <algorithm>

#include "engine/limb.hpp"
#include "engine/montgomery.hpp"

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

/// Arithmetic modulo any n, and modulo those that Montgomery's takes, in several times less time.
struct Plain {
  std::uint64_t n;

  std::uint64_t power(std::uint64_t base, std::uint64_t exponent) const { return power_mod(base, exponent, n); }
  std::uint64_t square(std::uint64_t x) const { return multiply_mod(x, x, n); }
  std::uint64_t value(std::uint64_t x) const { return x; }
};
struct Fast {
  Montgomery form;

  std::uint64_t power(std::uint64_t base, std::uint64_t exponent) const {
    return form.power(form.to_form(base), exponent);
  }
  std::uint64_t square(std::uint64_t x) const { return form.multiply(x, x); }
  std::uint64_t value(std::uint64_t x) const { return form.from_form(x); }
};

/// n - 1 = odd * 2^twos; passes when n behaves as a prime does towards this base.
template <class Arithmetic>
bool strong_probable_prime(const Arithmetic& modulo_n, std::uint64_t n, std::uint64_t base) {
  const int twos = __builtin_ctzll(n - 1);
  std::uint64_t x = modulo_n.power(base, (n - 1) >> twos);
  if (modulo_n.value(x) == 1) return true;
  for (int i = 1; modulo_n.value(x) != n - 1; ++i, x = modulo_n.square(x))
    if (i == twos) return false;
  return true;
}

}  // namespace

// These seven bases decide every n below 2^64: Sinclair found them in 2011, and none of the composites that pass base
// 2, which Feitsma had listed, passes them all. A base that n divides counts as passed.
bool is_prime(std::uint64_t n) {
  static constexpr std::uint64_t small[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
  static constexpr std::uint64_t bases[] = {2, 325, 9375, 28178, 450775, 9780504, 1795265022};
  if (n < 2) return false;
  for (const std::uint64_t p : small)
    if (n % p == 0) return n == p;
  const auto passes = [n](const auto& modulo_n) {
    return std::ranges::all_of(
        bases, [&](auto base) { return base % n == 0 || strong_probable_prime(modulo_n, n, base % n); });
  };
  return n < modulus_limit ? passes(Fast{Montgomery(n)}) : passes(Plain{n});
}

}  // namespace decima::engine
