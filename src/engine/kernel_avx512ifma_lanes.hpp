#pragma once
// Arithmetic on eight residues, shared by the files of the AVX-512 IFMA kernel, which are compiled with the same flags.
// Everything is in an anonymous namespace, so that no other file's code can be replaced by it.
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

namespace decima::engine {

/// Kernel::recover of this kernel.
void recover_avx512ifma(std::uint64_t* out, const std::uint64_t* const residues[3], std::size_t count,
                        const Recovery& recovery, Carry& carry);

namespace {

using Vector = __m512i;

inline Vector broadcast(std::uint64_t word) { return _mm512_set1_epi64(static_cast<long long>(word)); }
inline Vector add(Vector a, Vector b) { return _mm512_add_epi64(a, b); }
inline Vector subtract(Vector a, Vector b) { return _mm512_sub_epi64(a, b); }
/// accumulator + the low or high 52 bits of the product of the low 52 bits of a and b.
inline Vector low(Vector accumulator, Vector a, Vector b) { return _mm512_madd52lo_epu64(accumulator, a, b); }
inline Vector high(Vector accumulator, Vector a, Vector b) { return _mm512_madd52hi_epu64(accumulator, a, b); }
/// x − m where that is not negative, else x.
inline Vector reduce(Vector x, Vector m) { return _mm512_min_epu64(x, subtract(x, m)); }
inline Vector load_any(const std::uint64_t* p) { return _mm512_loadu_si512(p); }
inline void store_any(std::uint64_t* p, Vector x) { _mm512_storeu_si512(p, x); }

struct Factor {
  Vector value;
  Vector companion;
};

inline Factor broadcast(const Root& root) { return {broadcast(root.value), broadcast(root.companion)}; }

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

}  // namespace
}  // namespace decima::engine
