// The kernel for AVX-512 with IFMA: eight residues in a vector, products by the 52-bit multiply-add. How that works,
// and within which ranges, is in kernel_avx512ifma_lanes.hpp.
#include "engine/kernel.hpp"
#include "engine/kernel_avx512ifma_lanes.hpp"
#include "engine/kernel_passes.hpp"

namespace decima::engine {
namespace {

constexpr std::uint64_t mask52 = (std::uint64_t{1} << 52) - 1;

Root encode(std::uint64_t factor, const Prime& prime) {
  const auto value = static_cast<std::uint64_t>((static_cast<unsigned __int128>(factor) << 52) % prime.modulus);
  return {value, value * prime.inverse & mask52};
}

/// Takes the values apart from the companions, and puts them together again.
void scale_roots(Root* out, const Root* in, Root factor, std::size_t count, const Prime& prime) {
  const Lanes lanes(prime);
  const Factor w = broadcast(factor);
  const Vector evens = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
  const Vector first = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11),
               second = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
  for (std::size_t i = 0; i < count; i += Lanes::width) {
    const std::uint64_t* from = &in[i].value;
    const Vector values = _mm512_permutex2var_epi64(load_any(from), evens, load_any(from + 8));
    const Vector product = lanes.multiply(values, w);
    const Vector canonical = _mm512_min_epu64(product, add(product, lanes.p));
    const Vector companion = low(lanes.zero, canonical, lanes.inverse);
    std::uint64_t* to = &out[i].value;
    store_any(to, _mm512_permutex2var_epi64(canonical, first, companion));
    store_any(to + 8, _mm512_permutex2var_epi64(canonical, second, companion));
  }
}

/// A limb is h·2^52 + l with h <= 222, and 2^52 ≡ δ = 2^52 − 6p < 2^41: so l + h·δ < 2^52 + 2^49, which one
/// subtraction of 4p brings below 4p.
void load(std::uint64_t* x, const std::uint64_t* limbs, std::size_t count, const Prime& prime) {
  const Lanes lanes(prime);
  const Vector mask = broadcast(mask52), delta = broadcast((std::uint64_t{1} << 52) - 6 * prime.modulus);
  auto residues = [&](Vector limb) {
    const Vector folded = low(_mm512_and_si512(limb, mask), _mm512_srli_epi64(limb, 52), delta);
    return reduce(folded, lanes.p4);
  };
  std::size_t i = 0;
  for (; i + Lanes::width <= count; i += Lanes::width) lanes.store(x + i, residues(load_any(limbs + i)));
  if (i < count) {
    const auto left = static_cast<__mmask8>((1U << (count - i)) - 1);
    lanes.store(x + i, residues(_mm512_maskz_loadu_epi64(left, limbs + i)));
  }
}

/// The second factor of a leaf's product modulo x^8 − z: y, and z·y, both in [0, 2p).
struct LeafFactor {
  Vector y, wrapped;

  /// x^shift·y: y moved up, into whose low lanes the top of z·y comes back in.
  template <int Shift>
  Vector shifted() const {
    return Shift == 0 ? y : _mm512_alignr_epi64(y, wrapped, (8 - Shift) % 8);
  }
};

struct LeafSum {
  Vector low_sum, high_sum;

  void add(std::uint64_t coefficient, Vector shifted) {
    const Vector factor = broadcast(coefficient);
    low_sum = low(low_sum, factor, shifted);
    high_sum = high(high_sum, factor, shifted);
  }

  /// With coefficients of x below 2^52 the eight high halves add up to less than 16p; they begin with p, so that the
  /// sum is in (0, 17p), which three reductions bring to [0, 3p).
  Vector reduced(const Lanes& lanes) const {
    const Vector q = low(lanes.zero, low_sum, lanes.inverse);
    const Vector sum = subtract(engine::add(high_sum, _mm512_srli_epi64(low_sum, 52)), high(lanes.zero, q, lanes.p));
    return reduce(reduce(reduce(sum, engine::add(lanes.p4, lanes.p4)), lanes.p4), lanes.p2);
  }
};

/// The sums over k of x_k·(x^k·y) for two leaves at once: a sum is a chain of eight steps that wait for each other, and
/// the processor does not look far enough ahead to find the other leaf by itself.
template <int K>
void add_products(const std::uint64_t* x, const LeafFactor* y, LeafSum* sums) {
  if constexpr (K < leaf) {
    sums[0].add(x[K], y[0].shifted<K>());
    sums[1].add(x[leaf + K], y[1].shifted<K>());
    add_products<K + 1>(x, y, sums);
  }
}

/// No lane crosses to another but by the shift, so nothing is transposed. The product of residues loses a factor R in
/// Montgomery's reduction, which `scale` restores (encoded twice).
void multiply_leaves(std::uint64_t* x, const std::uint64_t* y, std::size_t leaves, RootTree roots, Root scale,
                     const Prime& prime) {
  const Lanes lanes(prime);
  const Factor scaling = broadcast(encode(scale.value, prime));
  for (std::size_t v = leaves / 2; v < leaves; ++v, x += 2 * leaf, y += 2 * leaf) {
    const Factor z = broadcast(roots[v]);
    const Vector a = lanes.multiply(lanes.load(y), scaling, lanes.p);
    const Vector b = lanes.multiply(lanes.load(y + leaf), scaling, lanes.p);
    const LeafFactor factors[2] = {{a, lanes.multiply(a, z, lanes.p)}, {b, subtract(lanes.p, lanes.multiply(b, z))}};
    LeafSum sums[2] = {{lanes.zero, lanes.p}, {lanes.zero, lanes.p}};
    add_products<0>(x, factors, sums);
    lanes.store(x, sums[0].reduced(lanes));
    lanes.store(x + leaf, sums[1].reduced(lanes));
  }
}

}  // namespace

const Kernel avx512ifma_kernel = {
    .name = "avx512ifma",
    .summary = "AVX-512 with 52-bit multiply-add, eight residues at once",
    .threshold = 44,
    .encode = encode,
    .scale_roots = scale_roots,
    .load = load,
    .forward_tree = passes::Entries<Lanes>::forward_tree,
    .inverse_tree = passes::Entries<Lanes>::inverse_tree,
    .forward_odd = passes::Entries<Lanes>::forward_odd,
    .inverse_odd = passes::Entries<Lanes>::inverse_odd,
    .multiply_leaves = multiply_leaves,
    .recover = recover_avx512ifma,
};

}  // namespace decima::engine
