#include "engine/ntt_roots.hpp"

#include <algorithm>
#include <bit>
#include <memory>
#include <mutex>

#include "engine/kernels.hpp"

namespace decima::engine {
namespace {

using Wide = unsigned __int128;

std::uint64_t multiply(std::uint64_t a, std::uint64_t b, const Prime& p) {
  return static_cast<std::uint64_t>(Wide{a} * b % p.modulus);
}

std::uint64_t power(std::uint64_t base, std::uint64_t exponent, const Prime& p) {
  std::uint64_t result = 1;
  for (; exponent != 0; exponent >>= 1, base = multiply(base, base, p))
    if (exponent & 1) result = multiply(result, base, p);
  return result;
}

std::uint64_t inverse(std::uint64_t a, const Prime& p) { return power(a, p.modulus - 2, p); }

constexpr unsigned odd_sizes[] = {3, 5, 7};

}  // namespace

PrimeRoots::PrimeRoots(const Kernel& kernel, unsigned prime) : kernel_(kernel), prime_(ntt_primes[prime]) {
  fill(forward_, ntt_generators[prime]);
  fill(inverse_, inverse(ntt_generators[prime], prime_));
}

/// With the inverse generator all roots come out inverted.
void PrimeRoots::fill(Side& side, std::uint64_t generator) {
  const std::uint64_t order = prime_.modulus - 1;
  for (unsigned k = 0; k <= ntt_two_adicity; ++k) side.two[k] = power(generator, order >> k, prime_);

  // The base tree's row at depth d is the start of one sequence W: W[0] = 1, and the bit 2^i in an index multiplies by
  // the root of order 2^(i+2). So W[2j]² = W[j] and W[2j+1] = √−1·W[2j], as the tree wants.
  std::vector<std::uint64_t> sequence{1};
  for (unsigned i = 0; i + 1 < base_levels; ++i)
    for (std::size_t j = 0, n = sequence.size(); j < n; ++j)
      sequence.push_back(multiply(sequence[j], side.two[i + 2], prime_));
  side.values.resize(std::size_t{1} << base_levels);
  side.companions.resize(side.values.size());
  for (std::size_t v = 1; v < side.values.size(); ++v) {
    const Root root = kernel_.encode(sequence[v - std::bit_floor(v)], prime_);
    side.values[v] = root.value;
    side.companions[v] = root.companion;
  }

  const std::uint64_t half = inverse(2, prime_);
  for (unsigned m : odd_sizes) {
    const std::uint64_t omega = power(generator, order / m, prime_);
    for (unsigned e = 0; e < m; ++e) side.odd[m][e] = power(omega, e, prime_);
    for (unsigned e = 0; e < m; ++e) {
      const std::uint64_t up = side.odd[m][e], down = side.odd[m][(m - e) % m];
      side.sum[m][e] = kernel_.encode(multiply(up + down, half, prime_), prime_);
      side.difference[m][e] = kernel_.encode(multiply(up + prime_.modulus - down, half, prime_), prime_);
    }
  }
  side.odd[1][0] = 1;
}

RootTree PrimeRoots::base(Direction direction) const {
  return {side(direction).values.data(), side(direction).companions.data()};
}

OddRoots PrimeRoots::odd(unsigned size, Direction direction) const {
  return {size, side(direction).sum[size].data(), side(direction).difference[size].data()};
}

Root PrimeRoots::inverse_of(std::uint64_t n) const {
  return kernel_.encode(inverse(n % prime_.modulus, prime_), prime_);
}

std::size_t PrimeRoots::tree_words(unsigned levels) { return std::max<std::size_t>(std::size_t{2} << levels, 32); }

/// Row d of the subtree is W (see fill) times the root at its left end, which is row `depth` + d of the whole tree at
/// index · 2^d. That one is a product over the bits of the index, as in W, and ω^branch taken the 2^(depth+d+1)-th root
/// of: as 2 is invertible modulo the odd order, a root of a power of ω is again one.
RootTree PrimeRoots::write_tree(std::uint64_t* memory, unsigned levels, const Place& place, Direction direction) const {
  const Side& s = side(direction);
  std::uint64_t* values = memory;
  std::uint64_t* companions = memory + tree_words(levels) / 2;
  const std::uint64_t* base_row = s.values.data() + s.values.size() / 2;
  const unsigned half = (place.odd + 1) / 2;
  unsigned exponent = place.branch;
  for (unsigned d = 0; d <= place.depth; ++d) exponent = exponent * half % place.odd;
  for (unsigned d = 0; d < levels; ++d, exponent = exponent * half % place.odd) {
    std::uint64_t factor = s.odd[place.odd][exponent];
    for (std::size_t bits = place.index; bits != 0; bits &= bits - 1)
      factor = multiply(factor, s.two[static_cast<unsigned>(std::countr_zero(bits)) + d + 2], prime_);
    const std::size_t row = std::size_t{1} << d;
    kernel_.scale_roots(values + row, companions + row, base_row, kernel_.encode(factor, prime_), row, prime_);
  }
  return {values, companions};
}

KernelRoots::KernelRoots(const Kernel& kernel) : primes{{{kernel, 0}, {kernel, 1}, {kernel, 2}}} {
  const auto& [p1, p2, p3] = ntt_primes;
  constexpr std::uint64_t radix = 1'000'000'000'000'000'000;
  const Wide product = Wide{p1.modulus} * p2.modulus;
  recovery = {
      .primes = {p1, p2, p3},
      .inverse_1_mod_2 = kernel.encode(inverse(p1.modulus, p2), p2),
      .inverse_12_mod_3 = kernel.encode(inverse(static_cast<std::uint64_t>(product % p3.modulus), p3), p3),
      .minus_inverse_2_mod_3 = kernel.encode(p3.modulus - inverse(p2.modulus, p3), p3),
      .product_low = static_cast<std::uint64_t>(product % radix),
      .product_high = static_cast<std::uint64_t>(product / radix),
  };
}

const KernelRoots& roots_of(const Kernel& kernel) {
  struct Slot {
    std::once_flag once;
    std::unique_ptr<const KernelRoots> roots;
  };
  static Slot slots[max_kernels];
  Slot& slot = slots[kernel_index(kernel)];
  std::call_once(slot.once, [&] { slot.roots = std::make_unique<const KernelRoots>(kernel); });
  return *slot.roots;
}

}  // namespace decima::engine
