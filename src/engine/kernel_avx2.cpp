// The kernel for AVX2 with FMA: four residues in a vector, as doubles.
//
// Residues are integers, negative ones too, held exactly in doubles: sums stay exact up to 2^53, which is 12p. A
// constant w is kept as a balanced residue, |w| <= 0.54p, with the companion w/p. For |x| <= X·p, X <= 9,
//
//   h = x·w rounded,  l = x·w − h,  q = x·companion rounded to an integer,  (h − q·p) + l ≡ x·w (mod p).
//
// l is exact by the fused multiply-add. q differs from x·w/p by 1/2 and three roundings of 2^−53 each, of which each
// is at most 0.54·X·p·2^−53 < 0.045·X: so the result is at most (0.5 + 0.135·X)·p, h − q·p is below 2^53 and exact, and
// so is the sum. The bounds below are in units of p.
#include <immintrin.h>

#include "engine/kernel.hpp"
#include "engine/kernel_passes.hpp"

namespace decima::engine {
namespace {

using Vector = __m256d;
using Words = __m256i;

double as_double(std::uint64_t word) { return __builtin_bit_cast(double, word); }
std::uint64_t as_word(double value) { return __builtin_bit_cast(std::uint64_t, value); }

Vector broadcast(double value) { return _mm256_set1_pd(value); }
Vector add(Vector a, Vector b) { return _mm256_add_pd(a, b); }
Vector subtract(Vector a, Vector b) { return _mm256_sub_pd(a, b); }
Vector rounded(Vector x) { return _mm256_round_pd(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }

struct Factor {
  Vector value;
  Vector companion;
};

Factor broadcast(const Root& root) { return {broadcast(as_double(root.value)), broadcast(as_double(root.companion))}; }

struct Lanes {
  using Vector = __m256d;
  static constexpr std::size_t width = 4;

  explicit Lanes(const Prime& prime)
      : p(broadcast(static_cast<double>(prime.modulus))), inverse(broadcast(1 / static_cast<double>(prime.modulus))) {}

  Vector load(const std::uint64_t* x) const { return _mm256_load_pd(reinterpret_cast<const double*>(x)); }
  void store(std::uint64_t* x, Vector v) const { _mm256_store_pd(reinterpret_cast<double*>(x), v); }
  Factor factor(const Root& root) const { return broadcast(root); }

  /// X → 0.5 + 0.135·X.
  Vector multiply(Vector x, Factor w) const {
    const Vector high = _mm256_mul_pd(x, w.value), low = _mm256_fmsub_pd(x, w.value, high);
    const Vector quotient = rounded(_mm256_mul_pd(x, w.companion));
    return add(_mm256_fnmadd_pd(quotient, p, high), low);
  }
  /// 12 → 0.51.
  Vector reduce(Vector x) const { return _mm256_fnmadd_pd(rounded(_mm256_mul_pd(x, inverse)), p, x); }
  /// From between −1 and 1 to [0, 1).
  Vector canonical(Vector x) const {
    return add(x, _mm256_and_pd(_mm256_cmp_pd(x, _mm256_setzero_pd(), _CMP_LT_OQ), p));
  }

  // Forward: in memory at most 2.25.

  void forward2(Vector& a, Vector& b, Factor w) const {
    const Vector base = reduce(a), t = multiply(b, w);  // 0.51, 0.81
    a = add(base, t);
    b = subtract(base, t);
  }

  void forward4(Vector& a, Vector& b, Vector& c, Vector& d, Factor u, Factor v, Factor w) const {
    const Vector base = reduce(a), s = multiply(c, u), t = multiply(d, u);     // 0.51, 0.81, 0.81
    const Vector left = add(base, s), right = subtract(base, s);               // 1.32
    const Vector x = multiply(add(b, t), v), y = multiply(subtract(b, t), w);  // of 3.06: 0.92
    a = add(left, x);                                                          // 2.24
    b = subtract(left, x);
    c = add(right, y);
    d = subtract(right, y);
  }

  // Inverse: in memory at most 2.2.

  void inverse2(Vector& a, Vector& b, Factor w) const {
    const Vector sum = add(a, b), difference = subtract(a, b);  // 4.4
    a = reduce(sum);
    b = multiply(difference, w);  // 1.1
  }

  void inverse4(Vector& a, Vector& b, Vector& c, Vector& d, Factor u, Factor v, Factor w) const {
    const Vector s = add(a, b), t = multiply(subtract(a, b), v);  // 4.4, 1.095
    const Vector x = add(c, d), y = multiply(subtract(c, d), w);
    a = reduce(add(s, x));
    b = add(t, y);                    // 2.19
    c = multiply(subtract(s, x), u);  // of 8.8: 1.69
    d = multiply(subtract(t, y), u);  // of 2.19: 0.8
  }

  // Odd lengths: of inputs of 0.51, sums and differences of two 1.02, and products of these at most 0.64.

  Vector odd_input(Vector x) const { return reduce(x); }
  Vector sum(Vector a, Vector b) const { return add(a, b); }
  template <unsigned Multiple>
  Vector difference(Vector a, Vector b) const {
    return subtract(a, b);
  }
  /// Of at most 0.51 + 6·0.64, or of a total of seven inputs.
  template <unsigned Size, bool Forward>
  Vector odd_output(Vector x) const {
    return reduce(x);
  }

  struct Dot {
    explicit Dot(const Lanes& lanes) : lanes(lanes), sum(_mm256_setzero_pd()) {}
    void add(Vector x, const Root& w) { sum = engine::add(sum, lanes.multiply(x, broadcast(w))); }
    Vector reduced() const { return sum; }
    const Lanes& lanes;
    Vector sum;
  };

  Vector p, inverse;
};

Root encode(std::uint64_t factor, const Prime& prime) {
  const auto p = static_cast<double>(prime.modulus), w = static_cast<double>(factor);
  const double balanced = 2 * factor > prime.modulus ? w - p : w;
  return {as_word(balanced), as_word(balanced / p)};
}

/// Takes the values apart from the companions, and puts them together again.
void scale_roots(Root* out, const Root* in, Root factor, std::size_t count, const Prime& prime) {
  const Lanes lanes(prime);
  const Factor w = broadcast(factor);
  for (std::size_t i = 0; i < count; i += Lanes::width) {
    const Vector first = _mm256_loadu_pd(reinterpret_cast<const double*>(in + i));
    const Vector second = _mm256_loadu_pd(reinterpret_cast<const double*>(in + i + 2));
    const Vector product = lanes.multiply(_mm256_unpacklo_pd(first, second), w);
    const Vector companion = _mm256_mul_pd(product, lanes.inverse);
    _mm256_storeu_pd(reinterpret_cast<double*>(out + i), _mm256_unpacklo_pd(product, companion));
    _mm256_storeu_pd(reinterpret_cast<double*>(out + i + 2), _mm256_unpackhi_pd(product, companion));
  }
}

/// 2^52 as a double: its low bits are an integer's, so that an integer below 2^52 becomes a double, or back, by setting
/// or clearing its high bits and one addition.
constexpr double two52 = 0x1p52;

Vector to_double(Words x) {
  return subtract(_mm256_castsi256_pd(_mm256_or_si256(x, _mm256_castpd_si256(broadcast(two52)))), broadcast(two52));
}
Words to_integer(Vector x) {
  return _mm256_xor_si256(_mm256_castpd_si256(add(x, broadcast(two52))), _mm256_castpd_si256(broadcast(two52)));
}

/// A limb is h·2^32 + l, h < 2^28, l < 2^32.
Vector residues(const Lanes& lanes, Words limbs, Factor two32) {
  const Vector high = to_double(_mm256_srli_epi64(limbs, 32));
  const Vector low = to_double(_mm256_blend_epi32(limbs, _mm256_setzero_si256(), 0xaa));
  return add(lanes.multiply(high, two32), low);
}

void load(std::uint64_t* x, const std::uint64_t* limbs, std::size_t count, const Prime& prime) {
  const Lanes lanes(prime);
  const Factor two32 = broadcast(encode(std::uint64_t{1} << 32, prime));
  std::size_t i = 0;
  for (; i + Lanes::width <= count; i += Lanes::width)
    lanes.store(x + i, residues(lanes, _mm256_loadu_si256(reinterpret_cast<const Words*>(limbs + i)), two32));
  for (const std::size_t end = (count + 7) / 8 * 8; i < end; i += Lanes::width) {
    alignas(32) std::uint64_t rest[Lanes::width] = {};
    for (std::size_t j = 0; j < Lanes::width && i + j < count; ++j) rest[j] = limbs[i + j];
    lanes.store(x + i, residues(lanes, _mm256_load_si256(reinterpret_cast<const Words*>(rest)), two32));
  }
}

/// The factors of a leaf's product modulo t^8 − z, each residue r cut into r = high·2^25 + low, so that products of
/// halves, and sums of sixteen of them, are exact: |low| <= 2^24, |high| <= 2^23.5 for x and 2^24.2 for y. The second
/// factor is z·y followed by y: what x_k meets for each coefficient of the product begins at leaf − k.
struct alignas(32) LeafFactors {
  double x_high[leaf], x_low[leaf];
  double y_high[2 * leaf], y_low[2 * leaf];
};

void cut(Vector r, double* high, double* low) {
  const Vector top = rounded(_mm256_mul_pd(r, broadcast(0x1p-25)));
  _mm256_store_pd(high, top);
  _mm256_store_pd(low, _mm256_fnmadd_pd(top, broadcast(0x1p25), r));
}

void prepare(const Lanes& lanes, LeafFactors& leaf_factors, const std::uint64_t* x, const std::uint64_t* y, Factor z,
             Factor scaling) {
  for (std::size_t i = 0; i < leaf; i += Lanes::width) {
    const Vector scaled = lanes.multiply(lanes.load(y + i), scaling);  // 0.81
    cut(lanes.reduce(lanes.load(x + i)), leaf_factors.x_high + i, leaf_factors.x_low + i);
    cut(lanes.multiply(scaled, z), leaf_factors.y_high + i, leaf_factors.y_low + i);
    cut(scaled, leaf_factors.y_high + leaf + i, leaf_factors.y_low + leaf + i);
  }
}

/// Sums of eight products high·high, high·low, low·high and low·low: at most 2.3, 5.4 for the middle two together, and
/// 3.
struct LeafSums {
  Vector high = _mm256_setzero_pd(), upper = high, lower = high, low = high;

  void add(Vector x_high, Vector x_low, const double* y_high, const double* y_low) {
    const Vector top = _mm256_loadu_pd(y_high), bottom = _mm256_loadu_pd(y_low);
    high = _mm256_fmadd_pd(x_high, top, high);
    upper = _mm256_fmadd_pd(x_high, bottom, upper);
    lower = _mm256_fmadd_pd(x_low, top, lower);
    low = _mm256_fmadd_pd(x_low, bottom, low);
  }
  Vector reduced(const Lanes& lanes, Factor two50, Factor two25) const {
    const Vector middle = engine::add(upper, lower);
    return lanes.reduce(engine::add(engine::add(lanes.multiply(high, two50), lanes.multiply(middle, two25)), low));
  }
};

void multiply_leaf(const Lanes& lanes, std::uint64_t* out, const LeafFactors& f, Factor two50, Factor two25) {
  constexpr std::size_t half = Lanes::width;
  LeafSums first, second;
  for (std::size_t k = 0; k < leaf; ++k) {
    const Vector x_high = broadcast(f.x_high[k]), x_low = broadcast(f.x_low[k]);
    first.add(x_high, x_low, f.y_high + leaf - k, f.y_low + leaf - k);
    second.add(x_high, x_low, f.y_high + leaf + half - k, f.y_low + leaf + half - k);
  }
  lanes.store(out, first.reduced(lanes, two50, two25));
  lanes.store(out + half, second.reduced(lanes, two50, two25));
}

/// A batch of leaves is prepared before it is multiplied: what is read from the factors straddles what was written,
/// and would have to wait for it.
void multiply_leaves(std::uint64_t* x, const std::uint64_t* y, std::size_t leaves, RootTree roots, Root scale,
                     const Prime& prime) {
  constexpr std::size_t batch = 4;
  static_assert((std::size_t{1} << 2) % batch == 0, "there are at least four leaves, a power of two");
  const Lanes lanes(prime);
  const Factor scaling = broadcast(scale);
  const Factor two25 = broadcast(encode(std::uint64_t{1} << 25, prime));
  const Factor two50 = broadcast(encode((std::uint64_t{1} << 50) % prime.modulus, prime));
  LeafFactors factors[batch];
  for (std::size_t first = 0; first < leaves; first += batch, x += batch * leaf, y += batch * leaf) {
    for (std::size_t i = 0; i < batch; ++i) {
      Factor z = broadcast(roots[(leaves + first + i) / 2]);
      if (i % 2 == 1) z = {subtract(_mm256_setzero_pd(), z.value), subtract(_mm256_setzero_pd(), z.companion)};
      prepare(lanes, factors[i], x + i * leaf, y + i * leaf, z, scaling);
    }
    for (std::size_t i = 0; i < batch; ++i) multiply_leaf(lanes, x + i * leaf, factors[i], two50, two25);
  }
}

/// Coefficients v = x1 + p1·v2 + p1·p2·v3 by Garner's method, each digit below its prime, and the quotients by which
/// `recover` takes 10^18 out: all as integers. A batch of them, so that the processor finds enough to do at once.
struct alignas(32) Digits {
  static constexpr std::size_t batch = 32;
  std::uint64_t x1[batch], v2[batch], v3[batch], quotient[batch], high_quotient[batch];
};

void put(std::uint64_t* to, Vector x) { _mm256_store_si256(reinterpret_cast<Words*>(to), to_integer(x)); }

/// Quotients are estimated as kernel_avx512ifma_recover.cpp derives (Splitter): right or one too small.
struct Garner {
  explicit Garner(const Recovery& r)
      : one(r.primes[0]),
        two(r.primes[1]),
        three(r.primes[2]),
        inverse_1_mod_2(broadcast(r.inverse_1_mod_2)),
        inverse_12_mod_3(broadcast(r.inverse_12_mod_3)),
        minus_inverse_2_mod_3(broadcast(r.minus_inverse_2_mod_3)),
        p1_ratio(broadcast(static_cast<double>(r.primes[0].modulus) / 1e18)),
        low_ratio(broadcast(static_cast<double>(r.product_low) / 1e18)),
        high_ratio(broadcast(static_cast<double>(r.product_high) / 1e18)) {}

  /// Differences are below 3.2, so that their products are below 0.94; the sum of two below 1.6.
  void digits(const std::uint64_t* const residues[3], std::size_t i, Digits& out, std::size_t at) const {
    const Vector x1 = one.canonical(one.reduce(one.load(residues[0] + i)));
    const Vector v2 = two.canonical(two.multiply(subtract(two.load(residues[1] + i), x1), inverse_1_mod_2));
    const Vector sum = add(three.multiply(subtract(three.load(residues[2] + i), x1), inverse_12_mod_3),
                           three.multiply(v2, minus_inverse_2_mod_3));
    const Vector v3 = three.canonical(three.reduce(sum));
    const Vector low_estimate = _mm256_fmadd_pd(v3, low_ratio, _mm256_fmadd_pd(v2, p1_ratio, broadcast(-0.25)));
    const Vector high_estimate = _mm256_fmadd_pd(v3, high_ratio, broadcast(-0x1p-20));
    put(out.x1 + at, x1);
    put(out.v2 + at, v2);
    put(out.v3 + at, v3);
    put(out.quotient + at, truncated(low_estimate));
    put(out.high_quotient + at, truncated(high_estimate));
  }

  static Vector truncated(Vector x) { return _mm256_round_pd(x, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC); }

  Lanes one, two, three;
  Factor inverse_1_mod_2, inverse_12_mod_3, minus_inverse_2_mod_3;
  Vector p1_ratio, low_ratio, high_ratio;
};

/// The last steps are exact in 64-bit words, and there one at a time: this instruction set has no product of such.
/// With p1·p2 = A·10^18 + B a coefficient is S + T·10^18, S = x1 + v2·p1 + v3·B and T = v3·A; remainders by 10^18 are
/// below 2·10^18 (see Splitter), and computed modulo 2^64.
void recover(std::uint64_t* out, const std::uint64_t* const residues[3], std::size_t count, const Recovery& r,
             Carry& state) {
  constexpr std::uint64_t radix = 1'000'000'000'000'000'000;
  const Garner garner(r);
  const std::uint64_t p1 = r.primes[0].modulus;
  Carry carry = state;
  Digits d;
  for (std::size_t i = 0; i < count; i += Digits::batch) {
    const std::size_t size = count - i < Digits::batch ? count - i : Digits::batch;
    for (std::size_t j = 0; j < size; j += Lanes::width) garner.digits(residues, i + j, d, j);
    for (std::size_t j = 0; j < size; ++j) {
      const std::uint64_t first = d.x1[j] + d.v2[j] * p1 + d.v3[j] * r.product_low - d.quotient[j] * radix;
      const std::uint64_t second = d.quotient[j] + d.v3[j] * r.product_high - d.high_quotient[j] * radix;
      const std::uint64_t sum = first + carry.next;
      out[i + j] = sum % radix;
      carry = {second + carry.after + sum / radix, d.high_quotient[j]};
    }
  }
  state = carry;
}

}  // namespace

const Kernel avx2_kernel = {
    .name = "avx2",
    .summary = "AVX2 with fused multiply-add, four residues at once as doubles",
    .threshold = 104,
    .encode = encode,
    .scale_roots = scale_roots,
    .load = load,
    .forward_tree = passes::Entries<Lanes>::forward_tree,
    .inverse_tree = passes::Entries<Lanes>::inverse_tree,
    .forward_odd = passes::Entries<Lanes>::forward_odd,
    .inverse_odd = passes::Entries<Lanes>::inverse_odd,
    .multiply_leaves = multiply_leaves,
    .recover = recover,
};

}  // namespace decima::engine
