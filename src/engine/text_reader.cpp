#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>

#include "engine/decimal.hpp"
#include "engine/montgomery.hpp"
#include "engine/residue.hpp"

namespace decima::engine {
namespace {

static_assert(std::endian::native == std::endian::little, "eight digits are read as one word");

constexpr std::size_t batch_limbs = 256;  // 4.5 KiB of text: every modulus finds the limbs in L1

std::uint64_t load_word(const char* text) {
  std::uint64_t word;
  std::memcpy(&word, text, sizeof word);
  return word;
}

/// The top bit of every byte that is not '0' … '9'. Below '0' the subtraction sets it, above '9' the addition; a
/// borrow or carry between bytes starts only at a byte that is marked itself.
std::uint64_t not_digits(std::uint64_t word) {
  return ((word + 0x4646464646464646) | (word - 0x3030303030303030) | word) & 0x8080808080808080;
}

/// The value of eight digits: pairs of neighbours are joined three times, all of a word at once.
std::uint64_t parse_eight(std::uint64_t word) {
  word -= 0x3030303030303030;
  word = word * 10 + (word >> 8);
  constexpr std::uint64_t mask = 0x000000FF000000FF;
  return ((word & mask) * (100 + (1000000ULL << 32)) + ((word >> 16) & mask) * (1 + (10000ULL << 32))) >> 32;
}

struct Parsed {
  std::uint64_t value;
  std::uint64_t wrong;  // not 0 when a character is no digit
};

Parsed parse_limb(const char* text) {
  const std::uint64_t first = load_word(text), second = load_word(text + 8), last = load_word(text + 10);
  const std::uint64_t tail =
      static_cast<std::uint64_t>(text[16] - '0') * 10 + static_cast<std::uint64_t>(text[17] - '0');
  return {(parse_eight(first) * 100000000 + parse_eight(second)) * 100 + tail,
          not_digits(first) | not_digits(second) | not_digits(last)};
}

}  // namespace

TextReader::TextReader(std::span<const Modulus> moduli) {
  channels_.reserve(moduli.size());
  for (const Modulus modulus : moduli) {
    assert(modulus % 2 == 1 && modulus < modulus_limit);
    channels_.push_back({modulus, 0});
  }
}

void TextReader::feed(std::string_view piece) {
  if (piece.empty()) return;
  if (digits_ == 0) first_is_zero_ = piece[0] == '0';
  digits_ += piece.size();
  const std::size_t last = piece.find_last_not_of('0');
  trailing_zeros_ = last == piece.npos ? trailing_zeros_ + piece.size() : piece.size() - 1 - last;

  while (pending_digits_ != 0 && !piece.empty()) {
    take_digit(piece[0]);
    piece.remove_prefix(1);
  }
  while (piece.size() >= digits_per_limb) {
    const std::size_t count = std::min(piece.size() / digits_per_limb, batch_limbs);
    take_limbs(piece.data(), count);
    piece.remove_prefix(count * digits_per_limb);
  }
  for (const char digit : piece) take_digit(digit);
}

void TextReader::take_limbs(const char* text, std::size_t count) {
  std::array<std::uint64_t, batch_limbs> limbs;
  std::uint64_t wrong = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Parsed parsed = parse_limb(text + i * digits_per_limb);
    limbs[i] = parsed.value;
    wrong |= parsed.wrong;
  }
  if (wrong != 0) {
    all_digits_ = false;
    limbs.fill(0);  // a value of no meaning, but below 10^18 as the arithmetic needs it
  }
  for (Channel& channel : channels_) {
    const Montgomery form(channel.modulus);
    const std::uint64_t scale = form.to_form(radix);
    std::uint64_t value = channel.value;
    for (std::size_t i = 0; i < count; ++i) value = form.reduce(uint128{value} * scale + limbs[i]);
    channel.value = value;
  }
}

void TextReader::take_digit(char digit) {
  const bool good = digit >= '0' && digit <= '9';
  all_digits_ = all_digits_ && good;
  pending_ = pending_ * 10 + (good ? static_cast<std::uint64_t>(digit - '0') : 0);
  if (++pending_digits_ < digits_per_limb) return;
  for (Channel& channel : channels_) {
    const Montgomery form(channel.modulus);
    channel.value = form.reduce(uint128{channel.value} * form.to_form(radix) + pending_);
  }
  pending_ = 0;
  pending_digits_ = 0;
}

bool TextReader::all_digits() const { return all_digits_ && digits_ != 0; }
bool TextReader::leading_zero() const { return first_is_zero_ && digits_ > 1; }
std::uint64_t TextReader::digits() const { return digits_; }
std::uint64_t TextReader::trailing_zeros() const { return trailing_zeros_; }

std::vector<Residue> TextReader::residues() const {
  std::vector<Residue> all;
  all.reserve(channels_.size());
  for (const Channel& channel : channels_) {
    const Modulus m = channel.modulus;
    const Residue whole = multiply_mod(channel.value % m, Montgomery(m).one(), m);
    all.push_back((multiply_mod(whole, power_mod(10, pending_digits_, m), m) + pending_ % m) % m);
  }
  return all;
}

}  // namespace decima::engine
