#include "engine/primorial_logarithm.hpp"

#include <bit>
#include <primesieve.hpp>

#include "engine/magnitude.hpp"

namespace decima::engine {
namespace {

constexpr Fixed log10_e(0, {0x6f2dec549b9438ca, 0x9aadd557d699ee19, 0x1f71a30122e4d101});

// Made by primorial_logarithm_test.cpp, which recomputes it.
constexpr Fixed table[] = {
#define LOGARITHM(whole, high, low) Fixed(whole, {high, low, 0}),
#include "engine/primorial_logarithms.def"
#undef LOGARITHM
};

/// A product that keeps its highest 128 bits: mantissa * 2^(exponent - 127). Each factor, from 2 to 2^63 - 1, rounds it
/// down by less than 2^-126 of itself, so half a million of them by less than 2^-107.
class Leading {
 public:
  void times(std::uint64_t factor) {
    const uint128 low = uint128{static_cast<std::uint64_t>(mantissa_)} * factor;
    const uint128 high = uint128{static_cast<std::uint64_t>(mantissa_ >> 64)} * factor + (low >> 64);
    const int shift = 64 - std::countl_zero(static_cast<std::uint64_t>(high >> 64));  // from 1 to 63
    mantissa_ = high << (64 - shift) | static_cast<std::uint64_t>(low) >> shift;
    exponent_ += static_cast<std::uint64_t>(shift);
  }

  // mantissa = (h + l) 2^64 with h >= 2^63 and l < 1, and ln(1 + l/h) = l/h up to less than 2^-127.
  Fixed log10() const {
    const auto high = static_cast<std::uint64_t>(mantissa_ >> 64), low = static_cast<std::uint64_t>(mantissa_);
    return log10_of(high) + log10_of(2) * Fixed(64 + exponent_) - log10_of(2) * Fixed(127) +
           Fixed(0, {low, 0, 0}) / high * log10_e;
  }

 private:
  uint128 mantissa_ = uint128{1} << 127;  // its top bit is always set
  std::uint64_t exponent_ = 0;
};

}  // namespace

std::span<const Fixed> primorial_logarithms() { return table; }

Fixed log10_of_primes(std::uint64_t first, std::uint64_t last) {
  Leading product;
  primesieve::iterator primes(first + 1, last);
  for (std::uint64_t p = primes.next_prime(); p <= last; p = primes.next_prime()) product.times(p);
  return product.log10();
}

Fixed log10_primorial(std::uint64_t n) {
  const std::uint64_t entry = n / primorial_step;
  return table[entry] + log10_of_primes(entry * primorial_step, n);
}

}  // namespace decima::engine
