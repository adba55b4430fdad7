// Karatsuba and Ofman (1962) in the form with differences: with a = a0 + a1 B, b = b0 + b1 B,
//   a b = a0 b0 + (a0 b0 + a1 b1 - (a0 - a1)(b0 - b1)) B + a1 b1 B^2.
// Differences, unlike sums, do not outgrow the limbs. For an odd length the lower half is the longer one.
#include <algorithm>
#include <cassert>

#include "engine/natural.hpp"

namespace decima::engine {
namespace {

/// out = |low - high|, high at most as long as low; says whether low < high.
bool difference(Limbs out, Natural low, Natural high) {
  const bool longer = low.size() > high.size() && low.back() != 0;
  const bool less = !longer && compare(low.first(high.size()), high) < 0;
  const Natural greater = less ? high : low, smaller = less ? low.first(high.size()) : high;
  std::ranges::copy(greater, out.begin());
  std::ranges::fill(out.subspan(greater.size()), 0);
  subtract_from(out, smaller);
  return less;
}

/// out holds a0 b0 and a1 b1 side by side, `cross` = |a0 - a1| |b0 - b1|. Puts the middle in place.
void combine(Limbs out, std::size_t low, Limbs cross, bool cross_negative, Limbs sum) {
  const Limbs product_low = out.first(2 * low), product_high = out.subspan(2 * low);
  std::ranges::copy(product_low, sum.begin());
  sum[2 * low] = add_to(sum.first(2 * low), product_high);
  if (cross_negative)
    add_to(sum, cross);
  else
    subtract_from(sum, cross);
  add_to(out.subspan(low), trimmed(sum));
}

}  // namespace

// A level keeps the cross product and the sum, 4 ceil(n/2) + 1 words, and hands the rest down.
std::size_t karatsuba_scratch(std::size_t n) {
  std::size_t words = 0;
  for (; n >= karatsuba_multiply_least; n = (n + 1) / 2) words += 4 * ((n + 1) / 2) + 1;
  return words;
}

void multiply_karatsuba(Limbs out, Natural a, Natural b, Limbs scratch) {
  assert(a.size() == b.size() && out.size() == 2 * a.size());
  const std::size_t n = a.size(), low = (n + 1) / 2;
  if (n < karatsuba_multiply_least) return multiply_schoolbook(out, a, b);
  const Limbs cross = scratch.first(2 * low), sum = scratch.subspan(2 * low, 2 * low + 1);
  const Limbs rest = scratch.subspan(4 * low + 1);
  const Limbs difference_a = out.first(low), difference_b = out.subspan(low, low);
  const bool negative_a = difference(difference_a, a.first(low), a.subspan(low));
  const bool negative_b = difference(difference_b, b.first(low), b.subspan(low));
  multiply_karatsuba(cross, difference_a, difference_b, rest);
  multiply_karatsuba(out.first(2 * low), a.first(low), b.first(low), rest);
  multiply_karatsuba(out.subspan(2 * low), a.subspan(low), b.subspan(low), rest);
  combine(out, low, cross, negative_a != negative_b, sum);
}

void square_karatsuba(Limbs out, Natural a, Limbs scratch) {
  assert(out.size() == 2 * a.size());
  const std::size_t n = a.size(), low = (n + 1) / 2;
  if (n < karatsuba_square_least) return square_schoolbook(out, a);
  const Limbs cross = scratch.first(2 * low), sum = scratch.subspan(2 * low, 2 * low + 1);
  const Limbs rest = scratch.subspan(4 * low + 1);
  const Limbs half_difference = out.first(low);
  difference(half_difference, a.first(low), a.subspan(low));
  square_karatsuba(cross, half_difference, rest);
  square_karatsuba(out.first(2 * low), a.first(low), rest);
  square_karatsuba(out.subspan(2 * low), a.subspan(low), rest);
  combine(out, low, cross, false, sum);
}

}  // namespace decima::engine
