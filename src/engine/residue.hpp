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
  /// As if all that the other one was fed had been fed here. It has the same moduli.
  void append(const TextReader& next);

  bool all_digits() const;                ///< nothing but '0' … '9' was fed, and at least one of them
  std::uint64_t first_other() const;      ///< how many digits came before the first other character; else digits()
  bool leading_zero() const;              ///< starts with '0' and is longer than one digit
  std::uint64_t digits() const;           ///< characters fed
  std::uint64_t trailing_zeros() const;   ///< '0's at the end
  std::vector<Residue> residues() const;  ///< of the number read so far, one for each modulus

 private:
  /// What was read up to the last whole group of 16 digits, and what takes further groups to it: powers[k] is 10^16k in
  /// Montgomery's form (montgomery.hpp), as many as were needed so far.
  struct Channel {
    Modulus modulus;
    std::uint64_t value;
    std::vector<std::uint64_t> powers;
  };
  static void add_groups(Channel& channel, std::span<const std::uint64_t> groups);
  void take_groups(std::string_view text, std::uint64_t before);
  void take_digit(char digit);
  void note_other(std::string_view piece, std::uint64_t before);
  Residue residue(const Channel& channel) const;

  std::vector<Channel> channels_;
  std::uint64_t digits_ = 0, trailing_zeros_ = 0;
  std::uint64_t pending_ = 0;  // the digits after the last whole group
  unsigned pending_digits_ = 0;
  std::uint64_t first_other_ = no_other;
  bool first_is_zero_ = false;

  static constexpr std::uint64_t no_other = UINT64_MAX;
};

}  // namespace decima::engine
