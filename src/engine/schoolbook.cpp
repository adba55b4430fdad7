// Products column by column: all limb products of one weight are summed in 128 bits and divided once. 10^36 fits
// 2^128 / 10^36 = 340.28 times, which schoolbook_most = 339 stays below. No carry is added to a column: it is split
// into three digits of its own, and only these meet the carry, so that the columns do not wait for one another.
#include <algorithm>
#include <cassert>

#include "engine/limb.hpp"
#include "engine/natural.hpp"

namespace decima::engine {
namespace {

struct Digits {
  std::uint64_t low, middle, high;
};

/// x = low + middle * 10^18 + high * 10^36, for any x.
Digits split_column(uint128 x) {
  constexpr uint128 square = uint128{radix} * radix;
  // floor(x / 10^36) from the high words: their quotient is right or one too large, since the rounded-down divisor
  // is relatively 2^-55 too small and the quotient below 341.
  constexpr auto square_high = static_cast<std::uint64_t>(square >> 64);
  std::uint64_t high = static_cast<std::uint64_t>(x >> 64) / square_high;
  if (uint128{high} * square > x) --high;
  const Division rest = divide_by_radix(x - uint128{high} * square);
  return {rest.remainder, rest.quotient, high};
}

/// Sets limb after limb from columns. Between two calls less than 10^18 + 342 stands in `next_`, so a sum stays below
/// 2 * 10^18 + 342 and reaches 2 * 10^18 hardly ever.
class Columns {
 public:
  explicit Columns(Limbs out) : out_(out) {}

  void add(uint128 column) {
    const Digits digits = split_column(column);
    std::uint64_t sum = digits.low + next_;
    std::uint64_t over = sum >= radix ? 1 : 0;
    sum -= over != 0 ? radix : 0;
    if (sum >= radix) [[unlikely]] {
      sum -= radix;
      ++over;
    }
    out_[at_++] = sum;
    next_ = digits.middle + later_ + over;
    later_ = digits.high;
  }

  void finish() {
    while (at_ < out_.size()) add(0);
    assert(next_ == 0 && later_ == 0);
  }

 private:
  Limbs out_;
  std::size_t at_ = 0;
  std::uint64_t next_ = 0, later_ = 0;
};

/// The sum of a[i] * b[weight - i] for i in [first, last).
uint128 column(const std::uint64_t* a, const std::uint64_t* b, std::size_t weight, std::size_t first,
               std::size_t last) {
  uint128 even = 0, odd = 0;
  std::size_t i = first;
  for (; i + 1 < last; i += 2) {
    even += uint128{a[i]} * b[weight - i];
    odd += uint128{a[i + 1]} * b[weight - i - 1];
  }
  if (i < last) even += uint128{a[i]} * b[weight - i];
  return even + odd;
}

/// out = a * b for b of at most schoolbook_most limbs.
void multiply_strip(Limbs out, Natural a, Natural b) {
  Columns columns(out);
  const std::size_t weights = a.size() + b.size() - 1;
  for (std::size_t weight = 0; weight < weights; ++weight) {
    const std::size_t first = weight < a.size() ? 0 : weight - a.size() + 1;
    const std::size_t last = std::min(weight + 1, b.size());
    columns.add(column(b.data(), a.data(), weight, first, last));
  }
  columns.finish();
}

}  // namespace

void multiply_schoolbook(Limbs out, Natural a, Natural b) {
  assert(out.size() == a.size() + b.size());
  if (a.size() < b.size()) std::swap(a, b);
  if (b.empty()) {
    std::ranges::fill(out, 0);
    return;
  }
  assert(b.size() <= schoolbook_most);
  if (b.size() == 1) {
    out.back() = multiply_word(out, a, b[0]);
    return;
  }
  multiply_strip(out, a, b);
}

void square_schoolbook(Limbs out, Natural a) {
  assert(out.size() == 2 * a.size() && a.size() <= schoolbook_most);
  if (a.empty()) return;
  Columns columns(out);
  const std::size_t weights = 2 * a.size() - 1;
  for (std::size_t weight = 0; weight < weights; ++weight) {
    const std::size_t first = weight < a.size() ? 0 : weight - a.size() + 1;
    // Each product of two different limbs stands twice in the column.
    uint128 sum = 2 * column(a.data(), a.data(), weight, first, (weight + 1) / 2);
    if (weight % 2 == 0) sum += uint128{a[weight / 2]} * a[weight / 2];
    columns.add(sum);
  }
  columns.finish();
}

}  // namespace decima::engine
