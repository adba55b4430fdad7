// The kernel for AVX-512 with IFMA: eight residues in a vector, products by the 52-bit multiply-add.
//
// Residues lie in [0, 2^52) between passes, where 6p < 2^52 for each of our primes. A constant w is kept in
// Montgomery's form with R = 2^52: value W = w·R mod p, companion W·p⁻¹ mod R. For 0 <= x < R
//
//   r = ⌊x·W / R⌋ − ⌊(x·companion mod R)·p / R⌋ ≡ x·w (mod p),  −p < r < p,
//
// because both products agree modulo R, so the difference of their high halves is exact, and both halves are below p.
// That is three multiply-adds and a subtraction. The bounds below name ranges in units of p; an addend such as 2p
// keeps differences from falling below zero, because the multiply-add reads its factors as unsigned.
#include <immintrin.h>

#include "engine/kernel.hpp"
#include "engine/kernel_passes.hpp"

namespace decima::engine {
namespace {

using Vector = __m512i;

Vector broadcast(std::uint64_t word) { return _mm512_set1_epi64(static_cast<long long>(word)); }
Vector add(Vector a, Vector b) { return _mm512_add_epi64(a, b); }
Vector subtract(Vector a, Vector b) { return _mm512_sub_epi64(a, b); }
/// accumulator + the low or high 52 bits of the product of the low 52 bits of a and b.
Vector low(Vector accumulator, Vector a, Vector b) { return _mm512_madd52lo_epu64(accumulator, a, b); }
Vector high(Vector accumulator, Vector a, Vector b) { return _mm512_madd52hi_epu64(accumulator, a, b); }
/// x − m where that is not negative, else x.
Vector reduce(Vector x, Vector m) { return _mm512_min_epu64(x, subtract(x, m)); }
Vector load_any(const std::uint64_t* p) { return _mm512_loadu_si512(p); }
void store_any(std::uint64_t* p, Vector x) { _mm512_storeu_si512(p, x); }

struct Factor {
  Vector value;
  Vector companion;
};

Factor broadcast(const Root& root) { return {broadcast(root.value), broadcast(root.companion)}; }

struct Lanes {
  using Vector = __m512i;
  static constexpr std::size_t width = 8;

  explicit Lanes(const Prime& prime)
      : p(broadcast(prime.modulus)),
        p2(add(p, p)),
        p3(add(p2, p)),
        p4(add(p2, p2)),
        inverse(broadcast(prime.inverse)),
        zero(_mm512_setzero_si512()) {}

  Vector load(const std::uint64_t* x) const { return _mm512_load_si512(x); }
  void store(std::uint64_t* x, Vector v) const { _mm512_store_si512(x, v); }
  Factor factor(const Root& root) const { return broadcast(root); }

  /// x·w + `onto` − ⌊…⌋·p as above: in onto + (−p, p).
  Vector multiply(Vector x, Factor w, Vector onto) const {
    return subtract(high(onto, x, w.value), high(zero, low(zero, x, w.companion), p));
  }
  Vector multiply(Vector x, Factor w) const { return multiply(x, w, zero); }

  /// [0, 2^52) → [0, 2p).
  Vector to_two(Vector x) const { return reduce(reduce(x, p4), p2); }
  /// [0, 3p) → [0, p).
  Vector to_one(Vector x) const { return reduce(reduce(x, p2), p); }

  // Forward: in memory [0, 2^52); each butterfly leaves [0, 6p).

  void forward2(Vector& a, Vector& b, Factor w) const {
    const Vector base = add(reduce(a, p4), p), t = multiply(b, w);  // [p, 5p), (−p, p)
    a = add(base, t);
    b = subtract(base, t);
  }

  void forward4(Vector& a, Vector& b, Vector& c, Vector& d, Factor u, Factor v, Factor w) const {
    const Vector base = add(to_two(a), p2), turned = add(reduce(b, p4), p);              // [2p, 4p), [p, 5p)
    const Vector s = multiply(c, u), t = multiply(d, u);                                 // (−p, p)
    const Vector left = add(base, s), right = subtract(base, s);                         // (p, 5p)
    const Vector x = multiply(add(turned, t), v), y = multiply(subtract(turned, t), w);  // of (0, 6p)
    a = add(left, x);
    b = subtract(left, x);
    c = add(right, y);
    d = subtract(right, y);
  }

  // Inverse: in memory [0, 3p).

  void inverse2(Vector& a, Vector& b, Factor w) const {
    const Vector sum = add(a, b), difference = add(subtract(a, b), p3);  // [0, 6p), (0, 6p)
    a = reduce(sum, p3);
    b = multiply(difference, w, p);  // (0, 2p)
  }

  void inverse4(Vector& a, Vector& b, Vector& c, Vector& d, Factor u, Factor v, Factor w) const {
    const Vector s = reduce(add(a, b), p3), t = multiply(add(subtract(a, b), p3), v, p);  // [0, 3p), (0, 2p)
    const Vector x = reduce(add(c, d), p3), y = multiply(add(subtract(c, d), p3), w, p);
    a = reduce(add(s, x), p3);
    b = reduce(add(t, y), p3);
    c = multiply(add(subtract(s, x), p3), u, p);
    d = multiply(add(subtract(t, y), p3), u, p);
  }

  // Odd lengths. Inputs, in [0, 4p) from `load` or in [0, 3p), become less than 2p, and S and D less than 4p. A Dot of
  // n of these is in (0, (1 + 2n/3)·p): (0, 2p) for length 3, (0, 3p) for 5 and 7. So an output is below 6p for length
  // 3, and below 8p for the others, but for the total, which is below 10p or 14p.

  Vector odd_input(Vector x) const { return reduce(x, p2); }
  Vector sum(Vector a, Vector b) const { return add(a, b); }
  template <unsigned Multiple>
  Vector difference(Vector a, Vector b) const {
    return add(subtract(a, b), Multiple == 2 ? p2 : p3);
  }
  /// → [0, 2^52) or [0, 3p).
  template <unsigned Size, bool Forward>
  Vector odd_output(Vector x) const {
    if constexpr (Size == 3) return Forward ? x : reduce(x, p3);
    if constexpr (Size == 7) x = reduce(x, add(p4, p4));
    x = reduce(x, p4);
    if constexpr (Size == 5 && !Forward) x = reduce(x, p4);
    return Forward ? x : reduce(x, p2);
  }

  /// Up to three products of S or D by constants, reduced together. The high half of each is below 4p·p/2^52 < 2/3·p;
  /// the sum begins with p.
  struct Dot {
    explicit Dot(const Lanes& lanes) : lanes(lanes), low_sum(lanes.zero), high_sum(lanes.p) {}
    void add(Vector x, Root w) {
      const Vector value = broadcast(w.value);
      low_sum = low(low_sum, x, value);
      high_sum = high(high_sum, x, value);
    }
    Vector reduced() const {
      const Vector q = low(lanes.zero, low_sum, lanes.inverse);
      return subtract(engine::add(high_sum, _mm512_srli_epi64(low_sum, 52)), high(lanes.zero, q, lanes.p));
    }
    const Lanes& lanes;
    Vector low_sum, high_sum;
  };

  Vector p, p2, p3, p4, inverse, zero;
};

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

void forward_tree(std::uint64_t* x, std::size_t stride, std::size_t columns, unsigned levels, RootTree roots,
                  std::size_t node, const Prime& prime) {
  passes::forward_tree(Lanes(prime), x, stride, columns, levels, roots, node);
}

void inverse_tree(std::uint64_t* x, std::size_t stride, std::size_t columns, unsigned levels, RootTree roots,
                  std::size_t node, const Prime& prime) {
  passes::inverse_tree(Lanes(prime), x, stride, columns, levels, roots, node);
}

void forward_odd(std::uint64_t* x, std::size_t leg, std::size_t columns, const OddRoots& roots, const Prime& prime) {
  passes::odd_pass_of<true>(Lanes(prime), x, leg, columns, roots);
}

void inverse_odd(std::uint64_t* x, std::size_t leg, std::size_t columns, const OddRoots& roots, const Prime& prime) {
  passes::odd_pass_of<false>(Lanes(prime), x, leg, columns, roots);
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

/// A coefficient v = x1 + p1·v2 + p1·p2·v3, each digit below its prime, by Garner's method.
struct MixedRadix {
  Vector x1, v2, v3;
};

struct Garner {
  explicit Garner(const Recovery& r)
      : one(r.primes[0]),
        two(r.primes[1]),
        three(r.primes[2]),
        inverse_1_mod_2(broadcast(r.inverse_1_mod_2)),
        inverse_12_mod_3(r.inverse_12_mod_3),
        minus_inverse_2_mod_3(r.minus_inverse_2_mod_3) {}

  /// v2 = (x2 − x1)/p1 mod p2 and v3 = (x3 − x1)/(p1·p2) − v2/p2 mod p3. As p1 < p2 < p3, adding p2 or p3 keeps the
  /// differences positive, and below 4p.
  MixedRadix digits(Vector x1, Vector x2, Vector x3) const {
    x1 = one.to_one(x1);
    const Vector v2 = two.multiply(subtract(add(x2, two.p), x1), inverse_1_mod_2);
    const Vector v2_canonical = _mm512_min_epu64(v2, add(v2, two.p));
    Lanes::Dot dot(three);
    dot.add(subtract(add(x3, three.p), x1), inverse_12_mod_3);
    dot.add(v2_canonical, minus_inverse_2_mod_3);
    return {x1, v2_canonical, three.to_one(dot.reduced())};
  }

  Lanes one, two, three;
  Factor inverse_1_mod_2;
  Root inverse_12_mod_3, minus_inverse_2_mod_3;
};

/// The coefficient in radix 10^18: first + second·10^18 + third·10^36, first and second below 2·10^18.
struct Digits {
  Vector first, second, third;
};

/// With p1·p2 = A·10^18 + B the coefficient is S + T·10^18, S = x1 + v2·p1 + v3·B and T = v3·A. Quotients by 10^18 are
/// taken from doubles, a little too small on purpose so that remainders never fall below zero:
///
/// ⌊S/10^18⌋: v3·(B/10^18) < 2^50 has an error below 2^50·2^−52 from its constant, which is rounded twice, and 2^−4
/// from the rounding of the sum; the other term is below 2^40 and its error below 2^−12. So with 1/4 subtracted the
/// estimate is below S/10^18 (whose x1/10^18 was left out as well), by less than 0.6; the quotient is right or one too
/// small, and what is left of S is in [0, 2·10^18).
///
/// ⌊(T + ⌊S/10^18⌋)/10^18⌋: T/10^18 < 2^29 has an error below 2^−22, and the part left out is below 2^−10. With 2^−20
/// subtracted the quotient is again right or one too small.
///
/// Remainders are below 2^63, so that they may be computed modulo 2^64.
struct Splitter {
  explicit Splitter(const Recovery& r)
      : radix(broadcast(1'000'000'000'000'000'000)),
        p1(broadcast(r.primes[0].modulus)),
        low_part(broadcast(r.product_low)),
        high_part(broadcast(r.product_high)),
        p1_ratio(_mm512_set1_pd(static_cast<double>(r.primes[0].modulus) / 1e18)),
        low_ratio(_mm512_set1_pd(static_cast<double>(r.product_low) / 1e18)),
        high_ratio(_mm512_set1_pd(static_cast<double>(r.product_high) / 1e18)) {}

  Digits split(const MixedRadix& m) const {
    const __m512d v2 = _mm512_cvtepi64_pd(m.v2), v3 = _mm512_cvtepi64_pd(m.v3);
    const __m512d low_estimate = _mm512_fmadd_pd(v3, low_ratio, _mm512_fmadd_pd(v2, p1_ratio, _mm512_set1_pd(-0.25)));
    const __m512d high_estimate = _mm512_fmadd_pd(v3, high_ratio, _mm512_set1_pd(-0x1p-20));
    const Vector q = _mm512_cvttpd_epi64(low_estimate), third = _mm512_cvttpd_epi64(high_estimate);
    const Vector sum = add(m.x1, add(times(m.v2, p1), times(m.v3, low_part)));
    return {subtract(sum, times(q, radix)), subtract(add(q, times(m.v3, high_part)), times(third, radix)), third};
  }

  static Vector times(Vector a, Vector b) { return _mm512_mullo_epi64(a, b); }

  Vector radix, p1, low_part, high_part;
  __m512d p1_ratio, low_ratio, high_ratio;
};

/// Adds up the digits that fall on the same limb, and carries.
///
/// A sum is below 2·10^18 + 2·10^18 + 10^9 and its quotient by 10^18, again not overestimated, at most 4; the remainder
/// may exceed 10^18 by a few thousand. What a limb then hands to the next as a quotient is added without looking; a
/// second carry, of one, happens only where a limb reaches 10^18 by that, and runs on through limbs of all nines. It is
/// found for eight limbs at once by adding the mask of those that overflow to the mask of nines, as in an adder.
class Carrier {
 public:
  explicit Carrier(const Carry& carry)
      : second_(_mm512_maskz_set1_epi64(0x80, static_cast<long long>(carry.next))),
        third_(_mm512_maskz_set1_epi64(0x80, static_cast<long long>(carry.after))) {}

  Vector limbs(const Digits& d) {
    const Vector sum =
        add(d.first, add(_mm512_alignr_epi64(d.second, second_, 7), _mm512_alignr_epi64(d.third, third_, 6)));
    const Vector quotient =
        _mm512_cvttpd_epi64(_mm512_mul_pd(_mm512_cvtepi64_pd(sum), _mm512_set1_pd(1e-18 * (1 - 0x1p-50))));
    const Vector limb =
        add(subtract(sum, Splitter::times(quotient, radix_)), _mm512_alignr_epi64(quotient, quotient_, 7));
    second_ = d.second;
    third_ = d.third;
    quotient_ = quotient;
    const unsigned overflows = _mm512_cmpge_epu64_mask(limb, radix_);
    if ((overflows | ripple_) == 0) [[likely]]
      return limb;
    return rippled(limb, overflows);
  }

  Carry rest() const {
    alignas(64) std::uint64_t second[8], third[8], quotient[8];
    _mm512_store_si512(second, second_);
    _mm512_store_si512(third, third_);
    _mm512_store_si512(quotient, quotient_);
    return {second[7] + third[6] + quotient[7] + ripple_, third[7]};
  }

 private:
  Vector rippled(Vector limb, unsigned overflows) {
    const Vector one = broadcast(std::uint64_t{1});
    const unsigned nines = _mm512_cmpeq_epi64_mask(limb, subtract(radix_, one));
    const unsigned sum = (overflows << 1 | ripple_) + nines;
    ripple_ = sum >> 8;
    limb = _mm512_mask_add_epi64(limb, static_cast<__mmask8>(sum ^ nines), limb, one);
    return reduce(limb, radix_);
  }

  const Vector radix_ = broadcast(std::uint64_t{1'000'000'000'000'000'000});
  Vector second_, third_;
  Vector quotient_ = _mm512_setzero_si512();
  unsigned ripple_ = 0;
};

void recover(std::uint64_t* out, const std::uint64_t* const residues[3], std::size_t count, const Recovery& recovery,
             Carry& carry) {
  const Garner garner(recovery);
  const Splitter splitter(recovery);
  Carrier carrier(carry);
  for (std::size_t i = 0; i < count; i += Lanes::width) {
    const MixedRadix digits =
        garner.digits(load_any(residues[0] + i), load_any(residues[1] + i), load_any(residues[2] + i));
    store_any(out + i, carrier.limbs(splitter.split(digits)));
  }
  carry = carrier.rest();
}

}  // namespace

const Kernel avx512ifma_kernel = {
    .name = "avx512ifma",
    .summary = "AVX-512 with 52-bit multiply-add, eight residues at once",
    .threshold = 44,
    .encode = encode,
    .scale_roots = scale_roots,
    .load = load,
    .forward_tree = forward_tree,
    .inverse_tree = inverse_tree,
    .forward_odd = forward_odd,
    .inverse_odd = inverse_odd,
    .multiply_leaves = multiply_leaves,
    .recover = recover,
};

}  // namespace decima::engine
