#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace decima::engine {

/// An odd prime below this limit, the modulus of a check.
using Modulus = std::uint64_t;
inline constexpr Modulus modulus_limit = std::uint64_t{1} << 61;
/// A number below its modulus.
using Residue = std::uint64_t;

std::uint64_t multiply_mod(std::uint64_t a, std::uint64_t b, Modulus m);
std::uint64_t power_mod(std::uint64_t base, std::uint64_t exponent, Modulus m);
/// Proven for every 64-bit number.
bool is_prime(std::uint64_t n);

/// Reads a decimal text piece by piece, as it lies in a store, and tells what it is: its residues, its length, and
/// whether it is canonical. Trusts nothing about the pieces.
class TextReader {
 public:
  explicit TextReader(std::span<const Modulus> moduli);
  void feed(std::string_view piece);

  bool all_digits() const;                ///< nothing but '0' … '9' was fed, and at least one of them
  bool leading_zero() const;              ///< starts with '0' and is longer than one digit
  std::uint64_t digits() const;           ///< characters fed
  std::uint64_t trailing_zeros() const;   ///< '0's at the end
  std::vector<Residue> residues() const;  ///< of the number read so far, one for each modulus

 private:
  // Horner's rule over limbs of 18 digits. The value stands divided by 2^64 (montgomery.hpp), so that one reduction
  // takes both the product with 10^18 and the next limb.
  struct Channel {
    Modulus modulus;
    std::uint64_t value;
  };
  void take_limbs(const char* text, std::size_t count);
  void take_digit(char digit);

  std::vector<Channel> channels_;
  std::uint64_t digits_ = 0, trailing_zeros_ = 0;
  std::uint64_t pending_ = 0;  // the digits after the last whole limb
  unsigned pending_digits_ = 0;
  bool all_digits_ = true, first_is_zero_ = false;
};

}  // namespace decima::engine
