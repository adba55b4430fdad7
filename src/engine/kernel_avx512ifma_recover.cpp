// Recovery of the AVX-512 IFMA kernel: from three residues of each coefficient to limbs and carries.
#include "engine/kernel.hpp"
#include "engine/kernel_avx512ifma_lanes.hpp"

namespace decima::engine {
namespace {

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

}  // namespace

void recover_avx512ifma(std::uint64_t* out, const std::uint64_t* const residues[3], std::size_t count,
                        const Recovery& recovery, Carry& carry) {
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

}  // namespace decima::engine
