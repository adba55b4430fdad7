#include "engine/ntt_roots.hpp"

#include <algorithm>
#include <bit>
#include <memory>
#include <mutex>

#include "engine/decimal.hpp"
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

/// a·b mod p where b_scaled = b·2^64 mod p: Montgomery's product, which takes no division.
std::uint64_t multiply_scaled(std::uint64_t a, std::uint64_t b_scaled, const Prime& p) {
  const Wide product = Wide{a} * b_scaled;
  const std::uint64_t quotient = static_cast<std::uint64_t>(product) * p.inverse;
  const auto high = static_cast<std::uint64_t>(product >> 64);
  const auto subtrahend = static_cast<std::uint64_t>(Wide{quotient} * p.modulus >> 64);
  return high >= subtrahend ? high - subtrahend : high + p.modulus - subtrahend;
}

std::uint64_t scaled(std::uint64_t a, const Prime& p) {
  return static_cast<std::uint64_t>((Wide{a} << 64) % p.modulus);
}

constexpr unsigned odd_sizes[] = {1, 3, 5, 7};

}  // namespace

PrimeRoots::PrimeRoots(const Kernel& kernel, unsigned prime) : kernel_(kernel), prime_(ntt_primes[prime]) {
  fill(forward_, ntt_generators[prime]);
  fill(inverse_, inverse(ntt_generators[prime], prime_));
  for (unsigned odd : odd_sizes)
    for (unsigned bits = 0; bits <= ntt_two_adicity; ++bits)
      scale_[odd][bits] = kernel.encode(inverse(std::uint64_t{odd} << bits, prime_), prime_);
}

/// With the inverse generator all roots come out inverted.
void PrimeRoots::fill(Side& side, std::uint64_t generator) {
  const std::uint64_t order = prime_.modulus - 1;
  for (unsigned k = 0; k <= ntt_two_adicity; ++k) side.two[k] = scaled(power(generator, order >> k, prime_), prime_);

  // The base tree's row at depth d is the start of one sequence W: W[0] = 1, and the bit 2^i in an index multiplies by
  // the root of order 2^(i+2). So W[2j]² = W[j] and W[2j+1] = √−1·W[2j], as the tree wants.
  std::vector<std::uint64_t> sequence{1};
  for (unsigned i = 0; i + 1 < base_levels; ++i)
    for (std::size_t j = 0, n = sequence.size(); j < n; ++j)
      sequence.push_back(multiply_scaled(sequence[j], side.two[i + 2], prime_));
  side.tree.resize(std::size_t{1} << base_levels);
  for (std::size_t v = 1; v < side.tree.size(); ++v)
    side.tree[v] = kernel_.encode(sequence[v - std::bit_floor(v)], prime_);

  const std::uint64_t half = inverse(2, prime_);
  for (unsigned m : odd_sizes) {
    const std::uint64_t omega = power(generator, order / m, prime_);
    for (unsigned e = 0; e < m; ++e) {
      side.odd[m][e] = power(omega, e, prime_);
      side.encoded[m][e] = kernel_.encode(side.odd[m][e], prime_);
    }
    for (unsigned e = 0; e < m; ++e) {
      const std::uint64_t up = side.odd[m][e], down = side.odd[m][(m - e) % m];
      side.sum[m][e] = kernel_.encode(multiply(up + down, half, prime_), prime_);
      side.difference[m][e] = kernel_.encode(multiply(up + prime_.modulus - down, half, prime_), prime_);
    }
  }
}

RootTree PrimeRoots::base(Direction direction) const { return side(direction).tree.data(); }

OddRoots PrimeRoots::odd(unsigned size, Direction direction) const {
  return {size, side(direction).sum[size].data(), side(direction).difference[size].data()};
}

/// scale_roots may write eight roots from the start of any row, the longest of which is the last.
std::size_t PrimeRoots::tree_size(unsigned levels) { return std::max<std::size_t>(std::size_t{1} << levels, 16); }

/// Row d of the subtree is W (see fill) times the root at its left end, which is row `depth` + d of the whole tree at
/// index · 2^d. That one is a product over the bits of the index, as in W, and ω^branch taken the 2^(depth+d+1)-th root
/// of: as 2 is invertible modulo the odd order, a root of a power of ω is again one.
void PrimeRoots::write_tree(Root* tree, unsigned levels, const Place& place, Direction direction) const {
  const Side& s = side(direction);
  const Root* base_row = s.tree.data() + s.tree.size() / 2;
  const unsigned half = (place.odd + 1) / 2;
  unsigned exponent = place.branch;
  for (unsigned d = 0; d <= place.depth; ++d) exponent = exponent * half % place.odd;
  for (unsigned d = 0; d < levels; ++d, exponent = exponent * half % place.odd) {
    Root factor = s.encoded[place.odd][exponent];
    if (place.index != 0) {
      std::uint64_t product = s.odd[place.odd][exponent];
      for (std::size_t bits = place.index; bits != 0; bits &= bits - 1)
        product = multiply_scaled(product, s.two[static_cast<unsigned>(std::countr_zero(bits)) + d + 2], prime_);
      factor = kernel_.encode(product, prime_);
    }
    const std::size_t row = std::size_t{1} << d;
    kernel_.scale_roots(tree + row, base_row, factor, row, prime_);
  }
}

KernelRoots::KernelRoots(const Kernel& kernel) : primes{{{kernel, 0}, {kernel, 1}, {kernel, 2}}} {
  const auto& [p1, p2, p3] = ntt_primes;
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
