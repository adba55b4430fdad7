#include "engine/natural.hpp"

#include <algorithm>
#include <cassert>

#include "engine/limb.hpp"

namespace decima::engine {

int compare(Natural a, Natural b) {
  assert(a.size() == b.size());
  for (std::size_t i = a.size(); i-- > 0;)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

std::uint64_t add_to(Limbs a, Natural b) {
  assert(b.size() <= a.size());
  std::uint64_t carry = 0;
  std::size_t i = 0;
  for (; i < b.size(); ++i) {
    const std::uint64_t sum = a[i] + b[i] + carry;
    carry = sum >= radix ? 1 : 0;
    a[i] = sum - (carry != 0 ? radix : 0);
  }
  for (; carry != 0 && i < a.size(); ++i) {
    carry = a[i] == radix - 1 ? 1 : 0;
    a[i] = carry != 0 ? 0 : a[i] + 1;
  }
  return carry;
}

std::uint64_t subtract_from(Limbs a, Natural b) {
  assert(b.size() <= a.size());
  std::uint64_t borrow = 0;
  std::size_t i = 0;
  for (; i < b.size(); ++i) {
    const std::uint64_t less = b[i] + borrow;
    borrow = a[i] < less ? 1 : 0;
    a[i] = a[i] - less + (borrow != 0 ? radix : 0);
  }
  for (; borrow != 0 && i < a.size(); ++i) {
    borrow = a[i] == 0 ? 1 : 0;
    a[i] = borrow != 0 ? radix - 1 : a[i] - 1;
  }
  return borrow;
}

// The division of each product is apart from the carry, so that the chain from limb to limb is one addition and one
// comparison. With word <= 10^18 a quotient is at most 10^18 - 1 and the sum below 2 * 10^18.
std::uint64_t multiply_word(Limbs out, Natural a, std::uint64_t word, std::uint64_t carry) {
  assert(word <= radix && carry <= radix && out.size() >= a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Division product = divide_by_radix(uint128{a[i]} * word);
    const std::uint64_t sum = product.remainder + carry;
    const std::uint64_t over = sum >= radix ? 1 : 0;
    out[i] = sum - (over != 0 ? radix : 0);
    carry = product.quotient + over;
  }
  return carry;
}

}  // namespace decima::engine
