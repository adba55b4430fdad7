// Products column by column: the limb products of one weight are summed in 128 bits, as many as fit, and divided once.
// No carry is added to a sum: it is split into three digits of its own, and only these meet the carry, so that the
// columns do not wait for one another.
#include <algorithm>
#include <cassert>

#include "engine/limb.hpp"
#include "engine/natural.hpp"

namespace decima::engine {
namespace {

/// Products below 10^36 of which the sum fits 128 bits: 2^128 / 10^36 = 340.28.
constexpr std::size_t sum_most = 340;

struct Digits {
  std::uint64_t low, middle, high;
};

/// x = low + middle * 10^18 + high * 10^36, for any x.
Digits split_sum(uint128 x) {
  constexpr uint128 square = uint128{radix} * radix;
  // floor(x / 10^36) from the high words: their quotient is right or one too large, since the rounded-down divisor
  // is relatively 2^-55 too small and the quotient below 341.
  constexpr auto square_high = static_cast<std::uint64_t>(square >> 64);
  std::uint64_t high = static_cast<std::uint64_t>(x >> 64) / square_high;
  if (uint128{high} * square > x) --high;
  const Division rest = divide_by_radix(x - uint128{high} * square);
  return {rest.remainder, rest.quotient, high};
}

/// Sets limb after limb. What the sums so far leave for the current limb and the two behind it stands in three digits.
class Columns {
 public:
  explicit Columns(Limbs out) : out_(out) {}

  /// Adds to the current limb.
  void add(uint128 sum) {
    const Digits digits = split_sum(sum);
    low_ += digits.low;
    middle_ += digits.middle + carry_from(low_);
    high_ += digits.high + carry_from(middle_);
  }
  void advance() {
    out_[at_++] = low_;
    low_ = middle_;
    middle_ = high_;
    high_ = 0;
  }
  void finish() {
    while (at_ < out_.size()) advance();
    assert(low_ == 0 && middle_ == 0);
  }

 private:
  /// Brings a digit below 2 * 10^18 back into its range.
  static std::uint64_t carry_from(std::uint64_t& digit) {
    const std::uint64_t carry = digit >= radix ? 1 : 0;
    digit -= carry != 0 ? radix : 0;
    return carry;
  }

  Limbs out_;
  std::size_t at_ = 0;
  std::uint64_t low_ = 0, middle_ = 0, high_ = 0;
};

/// The sum of a[i] * b[weight - i] for i in [first, last).
inline uint128 sum_of_products(const std::uint64_t* a, const std::uint64_t* b, std::size_t weight, std::size_t first,
                               std::size_t last) {
  const std::uint64_t* from = a + first;
  const std::uint64_t* back = b + (weight - first);
  const std::uint64_t* const end = a + last;
  uint128 even = 0, odd = 0;
  for (; end - from >= 4; from += 4, back -= 4) {
    even += uint128{from[0]} * back[0];
    odd += uint128{from[1]} * back[-1];
    even += uint128{from[2]} * back[-2];
    odd += uint128{from[3]} * back[-3];
  }
  for (; from != end; ++from, --back) even += uint128{*from} * *back;
  return even + odd;
}

}  // namespace

void multiply_schoolbook(Limbs out, Natural a, Natural b) {
  assert(out.size() == a.size() + b.size());
  if (a.size() < b.size()) std::swap(a, b);
  if (b.empty()) {
    std::ranges::fill(out, 0);
    return;
  }
  if (b.size() == 1) {
    out.back() = multiply_word(out, a, b[0]);
    return;
  }
  Columns columns(out);
  for (std::size_t weight = 0; weight + 1 < out.size(); ++weight) {
    const std::size_t last = std::min(weight + 1, b.size());
    for (std::size_t i = weight < a.size() ? 0 : weight - a.size() + 1; i < last; i += sum_most)
      columns.add(sum_of_products(b.data(), a.data(), weight, i, std::min(i + sum_most, last)));
    columns.advance();
  }
  columns.finish();
}

void square_schoolbook(Limbs out, Natural a) {
  assert(out.size() == 2 * a.size());
  constexpr std::size_t pairs_most = (sum_most - 1) / 2;
  Columns columns(out);
  for (std::size_t weight = 0; weight + 1 < out.size(); ++weight) {
    const std::size_t first = weight < a.size() ? 0 : weight - a.size() + 1, middle = (weight + 1) / 2;
    uint128 sum = weight % 2 == 0 ? uint128{a[weight / 2]} * a[weight / 2] : 0;
    // Each product of two different limbs stands twice in its column.
    std::size_t i = first;
    for (; middle - i > pairs_most; i += pairs_most, sum = 0)
      columns.add(sum + 2 * sum_of_products(a.data(), a.data(), weight, i, i + pairs_most));
    columns.add(sum + 2 * sum_of_products(a.data(), a.data(), weight, i, middle));
    columns.advance();
  }
  columns.finish();
}

}  // namespace decima::engine
