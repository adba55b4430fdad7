#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/limb.hpp"

namespace decima::engine {

/// A number from 0 to below 2^128 in steps of 2^-192, for logarithms of numbers that are far too long to write down.
/// Operations round down; none checks its range.
class Fixed {
 public:
  constexpr Fixed() = default;
  constexpr explicit Fixed(std::uint64_t whole) { words_[fraction_words] = whole; }
  /// The fraction's words, the most significant first.
  constexpr Fixed(std::uint64_t whole, std::array<std::uint64_t, 3> fraction)
      : words_{fraction[2], fraction[1], fraction[0], whole, 0} {}

  constexpr uint128 whole() const { return uint128{words_[4]} << 64 | words_[3]; }
  constexpr double to_double() const {
    double value = 0;
    for (std::size_t i = words; i-- > 0;) value = value * 0x1p64 + static_cast<double>(words_[i]);
    return value * 0x1p-192;
  }
  /// Sets the fraction's bit of value 2^-place, for place from 1 to 192.
  constexpr void set_fraction_bit(unsigned place) {
    const unsigned bit = 64 * fraction_words - place;
    words_[bit / 64] |= std::uint64_t{1} << bit % 64;
  }

  constexpr Fixed& operator+=(const Fixed& b) {
    uint128 carry = 0;
    for (std::size_t i = 0; i < words; ++i, carry >>= 64) {
      carry += uint128{words_[i]} + b.words_[i];
      words_[i] = static_cast<std::uint64_t>(carry);
    }
    return *this;
  }
  constexpr Fixed& operator-=(const Fixed& b) {
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < words; ++i) {
      const uint128 difference = uint128{words_[i]} - b.words_[i] - borrow;
      words_[i] = static_cast<std::uint64_t>(difference);
      borrow = static_cast<std::uint64_t>(difference >> 64) & 1;
    }
    return *this;
  }
  constexpr Fixed& operator/=(std::uint64_t divisor) {
    uint128 rest = 0;
    for (std::size_t i = words; i-- > 0; rest %= divisor) {
      rest = rest << 64 | words_[i];
      words_[i] = static_cast<std::uint64_t>(rest / divisor);
    }
    return *this;
  }
  friend constexpr Fixed operator*(const Fixed& a, const Fixed& b) {
    std::array<std::uint64_t, 2 * words> product{};
    for (std::size_t i = 0; i < words; ++i) {
      uint128 carry = 0;
      for (std::size_t j = 0; j < words; ++j, carry >>= 64) {
        carry += uint128{a.words_[i]} * b.words_[j] + product[i + j];
        product[i + j] = static_cast<std::uint64_t>(carry);
      }
      product[i + words] = static_cast<std::uint64_t>(carry);
    }
    Fixed result;
    for (std::size_t i = 0; i < words; ++i) result.words_[i] = product[i + fraction_words];
    return result;
  }
  friend constexpr Fixed operator+(Fixed a, const Fixed& b) { return a += b; }
  friend constexpr Fixed operator-(Fixed a, const Fixed& b) { return a -= b; }
  friend constexpr Fixed operator/(Fixed a, std::uint64_t divisor) { return a /= divisor; }

 private:
  static constexpr std::size_t words = 5, fraction_words = 3;
  std::array<std::uint64_t, words> words_{};  // the least significant first
};

}  // namespace decima::engine
