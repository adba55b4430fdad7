#pragma once
#include <cstdint>

#include "engine/limb.hpp"
#include "engine/residue.hpp"

namespace decima::engine {

/// Montgomery's reduction with R = 2^64 for an odd modulus m below 2^61 (P. Montgomery, "Modular multiplication without
/// trial division", 1985).
class Montgomery {
 public:
  explicit Montgomery(Modulus modulus)
      : modulus_(modulus),
        inverse_(inverse_of(modulus)),
        one_(static_cast<std::uint64_t>((uint128{1} << 64) % modulus)),
        square_(static_cast<std::uint64_t>(uint128{one_} * one_ % modulus)) {}

  Modulus modulus() const { return modulus_; }

  /// x / R mod m, above 0 and below 2m, for x < 2^64 m. With q = x / m mod R the low words of x and q m agree; what is
  /// left is the difference of their high words, both below m.
  ///
  /// So a result may at once be multiplied by another one (4 m^2 < 2^64 m) or by any word below 2^63.
  std::uint64_t reduce(uint128 x) const {
    const std::uint64_t q = static_cast<std::uint64_t>(x) * inverse_;
    const auto high = static_cast<std::uint64_t>(uint128{q} * modulus_ >> 64);
    return static_cast<std::uint64_t>(x >> 64) + modulus_ - high;
  }

  std::uint64_t multiply(std::uint64_t a, std::uint64_t b) const { return reduce(uint128{a} * b); }

  std::uint64_t to_form(std::uint64_t a) const { return multiply(a % modulus_, square_); }  ///< a R, below 2m
  Residue from_form(std::uint64_t a) const { return reduce(a) % modulus_; }
  std::uint64_t one() const { return one_; }  ///< R mod m

  /// base^exponent, both base and result in the form a R.
  std::uint64_t power(std::uint64_t base, std::uint64_t exponent) const {
    std::uint64_t result = one_;
    for (; exponent != 0; exponent >>= 1, base = multiply(base, base))
      if (exponent & 1) result = multiply(result, base);
    return result;
  }

 private:
  // Newton's iteration doubles the number of right bits; an odd m is its own inverse modulo 8.
  static std::uint64_t inverse_of(std::uint64_t m) {
    std::uint64_t inverse = m;
    for (int bits = 3; bits < 64; bits *= 2) inverse *= 2 - m * inverse;
    return inverse;
  }

  Modulus modulus_;
  std::uint64_t inverse_, one_, square_;
};

}  // namespace decima::engine
