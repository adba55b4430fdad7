// How long a result will be, before it is computed. The lengths are exact because the logarithms carry 192 bits behind
// the point: log10(n!) is off by less than 2^-120, while among all n below 2^64 one expects none whose log10(n!) comes
// closer to an integer than 2^-64 (it would be a factorial that starts with twenty nines, or a one and twenty zeros).
#include "engine/magnitude.hpp"

#include <array>
#include <bit>
#include <limits>

#include "engine/natural.hpp"

namespace decima::engine {
namespace {

constexpr Fixed log10_2(0, {0x4d104d427de7fbcc, 0x47c4acd605be48bc, 0x13569862a1e8f9a4});
constexpr Fixed log10_e(0, {0x6f2dec549b9438ca, 0x9aadd557d699ee19, 0x1f71a30122e4d101});
constexpr Fixed half_log10_2pi(0, {0x662ac207763b73e7, 0xbbd92ddca92e8544, 0x33a46be288ec0cae});
constexpr Fixed log10_phi(0, {0x358036c82451b7f3, 0x65d3db23845599f5, 0x887a5e47e9bdd71c});
constexpr Fixed log10_sqrt5(0, {0x5977d95ec10c0219, 0xdc1da994fd20dba1, 0xf654b3ceaf0b832d});

constexpr std::uint64_t stirling_from = 256;

/// x = 2^whole * y with y from 1 to 2; squaring y doubles what is left of the logarithm, and shows its next bit. A
/// squaring rounds y down by 2^-192, which moves the logarithm by less than 2^-191 in the units of that bit.
Fixed log2_of(std::uint64_t n) {
  const unsigned whole = static_cast<unsigned>(std::bit_width(n)) - 1;
  Fixed log(whole);
  Fixed y = whole == 0 ? Fixed(1) : Fixed(1, {n << (64 - whole), 0, 0});
  for (unsigned place = 1; place <= 192; ++place) {
    y = y * y;
    if (y.whole() < 2) continue;
    y /= 2;
    log.set_fraction_bit(place);
  }
  return log;
}

/// The sum of Stirling's series behind its leading terms, B(2k) / (2k (2k-1) n^(2k-1)). What is left out is smaller
/// than the first term left out, 0.03 / n^15 <= 2^-125.
Fixed stirling_tail(std::uint64_t n) {
  struct Term {
    std::uint64_t numerator, denominator;
  };
  constexpr Term terms[] = {{1, 12}, {1, 360}, {1, 1260}, {1, 1680}, {1, 1188}, {691, 360360}, {1, 156}};
  Fixed power = Fixed(1) / n, plus, minus;
  bool positive = true;
  for (const Term& term : terms) {
    (positive ? plus : minus) += power * Fixed(term.numerator) / term.denominator;
    power = power / n / n;
    positive = !positive;
  }
  return plus - minus;
}

std::uint64_t digits_of_small_factorial(std::uint64_t n) {
  std::array<std::uint64_t, 32> limbs{1};  // 255! has 505 digits
  std::size_t length = 1;
  for (std::uint64_t i = 2; i <= n; ++i) {
    const std::uint64_t carry = multiply_word(std::span(limbs).first(length), std::span(limbs).first(length), i);
    if (carry != 0) limbs[length++] = carry;
  }
  return digit_count({std::span(limbs).first(length), 0});
}

std::uint64_t saturated(uint128 x) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return x > most ? most : static_cast<std::uint64_t>(x);
}

}  // namespace

Fixed log10_of(std::uint64_t n) { return log2_of(n) * log10_2; }

// ln n! = (n + 1/2) ln n - n + ln(2 pi) / 2 + 1/(12 n) - 1/(360 n^3) + …
Fixed log10_factorial(std::uint64_t n) {
  const Fixed log = log10_of(n);
  return log * Fixed(n) + log / 2 + half_log10_2pi + stirling_tail(n) * log10_e - log10_e * Fixed(n);
}

std::uint64_t factorial_digits(std::uint64_t n) {
  if (n < stirling_from) return digits_of_small_factorial(n);
  return saturated(log10_factorial(n).whole() + 1);
}

// F(n) is phi^n / sqrt(5) rounded to the nearest integer; from n = 2 on the rounding, by less than one half of
// phi^-n, changes no length.
std::uint64_t fibonacci_digits(std::uint64_t n) {
  if (n < 2) return 1;
  const Fixed log = log10_phi * Fixed(n);
  return log.whole() == 0 ? 1 : saturated((log - log10_sqrt5).whole() + 1);
}

// L(n) is phi^n rounded to the nearest integer from n = 2 on, and no power of ten.
std::uint64_t lucas_digits(std::uint64_t n) { return n < 2 ? 1 : saturated((log10_phi * Fixed(n)).whole() + 1); }

std::uint64_t exponent_in_factorial(std::uint64_t p, std::uint64_t n) {
  std::uint64_t exponent = 0;
  while ((n /= p) != 0) exponent += n;
  return exponent;
}

}  // namespace decima::engine
