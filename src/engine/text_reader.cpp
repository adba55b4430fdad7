#include <algorithm>
#include <array>
#include <cassert>

#include "engine/montgomery.hpp"
#include "engine/residue.hpp"
#include "engine/text_parse.hpp"

namespace decima::engine {
namespace {

// 2 KiB of text: every modulus finds its groups and its powers in L1.
constexpr std::size_t batch_groups = 128;
constexpr std::uint64_t group_radix = 10'000'000'000'000'000;

bool is_digit(char character) { return character >= '0' && character <= '9'; }

}  // namespace

TextReader::TextReader(std::span<const Modulus> moduli) {
  channels_.reserve(moduli.size());
  for (const Modulus modulus : moduli) {
    assert(modulus % 2 == 1 && modulus < modulus_limit);
    channels_.push_back({modulus, 0, {}});
  }
}

void TextReader::feed(std::string_view piece) {
  if (piece.empty()) return;
  if (digits_ == 0) first_is_zero_ = piece[0] == '0';
  digits_ += piece.size();
  const std::size_t last = piece.find_last_not_of('0');
  trailing_zeros_ = last == piece.npos ? trailing_zeros_ + piece.size() : piece.size() - 1 - last;

  const auto before = [&] { return digits_ - piece.size(); };
  while (pending_digits_ != 0 && !piece.empty()) {
    note_other(piece.substr(0, 1), before());
    take_digit(piece[0]);
    piece.remove_prefix(1);
  }
  while (piece.size() >= digits_per_group) {
    const std::size_t count = std::min(piece.size() / digits_per_group, batch_groups);
    take_groups(piece.substr(0, count * digits_per_group), before());
    piece.remove_prefix(count * digits_per_group);
  }
  note_other(piece, before());
  for (const char digit : piece) take_digit(digit);
}

/// Looks for the first character that is no digit in a piece that has `before` characters before it.
void TextReader::note_other(std::string_view piece, std::uint64_t before) {
  if (first_other_ != no_other) return;
  const auto found = std::find_if_not(piece.begin(), piece.end(), is_digit);
  if (found != piece.end()) first_other_ = before + static_cast<std::uint64_t>(found - piece.begin());
}

/// A batch of whole groups at most.
void TextReader::take_groups(std::string_view text, std::uint64_t before) {
  std::array<std::uint64_t, batch_groups> memory;
  const std::span<std::uint64_t> groups(memory.data(), text.size() / digits_per_group);
  if (!parse_in_use()(groups.data(), text.data(), groups.size())) {
    note_other(text, before);
    std::ranges::fill(groups, 0);  // a value of no meaning, but below 10^16 as the arithmetic needs it
  }
  for (Channel& channel : channels_) add_groups(channel, groups);
}

/// With w_k = 10^16k R below 2m, and v below 2m, v w_n + g_1 w_(n-1) + … + g_n w_0 stays below R m, as the reduction
/// needs it: n is at most 128, so the groups add less than 128·2·10^16 m < 2^62 m, and v w_n is below 4 m^2 < 2^63 m.
void TextReader::add_groups(Channel& channel, std::span<const std::uint64_t> groups) {
  const Montgomery form(channel.modulus);
  std::vector<std::uint64_t>& powers = channel.powers;
  if (powers.empty()) powers.push_back(form.one());
  for (const std::uint64_t radix = form.to_form(group_radix); powers.size() <= groups.size();)
    powers.push_back(form.multiply(powers.back(), radix));
  const std::uint64_t* power = powers.data() + groups.size();
  uint128 sum = uint128{channel.value} * *power;
  for (const std::uint64_t group : groups) sum += uint128{group} * *--power;
  channel.value = form.reduce(sum);
}

void TextReader::take_digit(char digit) {
  pending_ = pending_ * 10 + (is_digit(digit) ? static_cast<std::uint64_t>(digit - '0') : 0);
  if (++pending_digits_ < digits_per_group) return;
  for (Channel& channel : channels_) add_groups(channel, {&pending_, 1});
  pending_ = 0;
  pending_digits_ = 0;
}

Residue TextReader::residue(const Channel& channel) const {
  const Modulus m = channel.modulus;
  return (multiply_mod(channel.value % m, power_mod(10, pending_digits_, m), m) + pending_ % m) % m;
}

void TextReader::append(const TextReader& next) {
  if (next.digits_ == 0) return;
  assert(channels_.size() == next.channels_.size());
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    Channel& channel = channels_[i];
    const Modulus m = channel.modulus;
    const Residue shifted = multiply_mod(residue(channel), power_mod(10, next.digits_, m), m);
    channel.value = (shifted + next.residue(next.channels_[i])) % m;
  }
  pending_ = 0;
  pending_digits_ = 0;
  if (digits_ == 0) first_is_zero_ = next.first_is_zero_;
  if (first_other_ == no_other && next.first_other_ != no_other) first_other_ = digits_ + next.first_other_;
  trailing_zeros_ = next.trailing_zeros_ + (next.trailing_zeros_ == next.digits_ ? trailing_zeros_ : 0);
  digits_ += next.digits_;
}

bool TextReader::all_digits() const { return first_other_ == no_other && digits_ != 0; }
std::uint64_t TextReader::first_other() const { return std::min(first_other_, digits_); }
bool TextReader::leading_zero() const { return first_is_zero_ && digits_ > 1; }
std::uint64_t TextReader::digits() const { return digits_; }
std::uint64_t TextReader::trailing_zeros() const { return trailing_zeros_; }

std::vector<Residue> TextReader::residues() const {
  std::vector<Residue> all;
  all.reserve(channels_.size());
  for (const Channel& channel : channels_) all.push_back(residue(channel));
  return all;
}

}  // namespace decima::engine
