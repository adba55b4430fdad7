#pragma once
#include <cstddef>
#include <cstdint>

namespace decima::engine {

/// A prime of the transform (ntt_primes.hpp says which) and its inverse modulo 2^64, which Montgomery's reduction
/// takes.
struct Prime {
  std::uint64_t modulus;
  std::uint64_t inverse;
};

/// A constant factor as a kernel wants it: two words whose meaning is the kernel's own (for the integer kernels
/// w·R mod p, and that times p⁻¹ mod R).
struct Root {
  std::uint64_t value;
  std::uint64_t companion;
};

/// Roots in heap order: the children of node v are 2v and 2v+1, and node v splits x^2h − w² into x^h − w (child 2v)
/// and x^h + w (child 2v+1), where w is the root at index v. Index 0 is unused.
using RootTree = const Root*;

/// For the transform of odd length `size` with root ω: sum[e] = (ω^e + ω^−e)/2 and difference[e] = (ω^e − ω^−e)/2,
/// 0 <= e < size.
struct OddRoots {
  unsigned size;
  const Root* sum;
  const Root* difference;
};

/// What the recovery of a coefficient from its residues x1, x2, x3 modulo p1 < p2 < p3 takes.
struct Recovery {
  Prime primes[3];
  Root inverse_1_mod_2;        ///< 1/p1 mod p2
  Root inverse_12_mod_3;       ///< 1/(p1·p2) mod p3
  Root minus_inverse_2_mod_3;  ///< −1/p2 mod p3
  std::uint64_t product_low;   ///< p1·p2 = product_high·10^18 + product_low
  std::uint64_t product_high;
};

/// What the coefficients so far have to add to the limbs to come: `next` to the next one, `after` to the one behind
/// it. Both stay below 2^63.
struct Carry {
  std::uint64_t next = 0;
  std::uint64_t after = 0;
};

/// The coefficients that the transform does not split any further: it ends with polynomials of this many, modulo
/// x^leaf − z, which multiply_leaves multiplies out.
inline constexpr std::size_t leaf = 8;

/// The inner loops of the transform for one instruction set; ntt.cpp puts them together. A kernel is a record of plain
/// functions, chosen once (kernels.hpp). All work on arrays of residues, whose words only the kernel understands: they
/// may be lazily reduced, and a forward and an inverse form may differ in range. Arrays are aligned to 64 bytes, and
/// strides and column counts are multiples of 8, unless said otherwise.
///
/// A *tree* is the transform of `columns` interleaved polynomials at once: a matrix of 2^levels rows, `stride` words
/// apart, each column of which is multiplied out down the tree of roots that begins at `node`.
struct Kernel {
  const char* name;
  const char* summary;
  /// Operands with fewer limbs are multiplied faster by Karatsuba's method or schoolbook.
  std::size_t threshold;

  Root (*encode)(std::uint64_t factor, const Prime& prime);
  /// out[i] = in[i]·factor for `count` roots. May write up to index 7 whatever the count.
  void (*scale_roots)(Root* out, const Root* in, Root factor, std::size_t count, const Prime& prime);

  /// x = limbs of radix 10^18 mod p. Neither count nor alignment of the limbs is restricted; x is filled with zeros up
  /// to a multiple of 8.
  void (*load)(std::uint64_t* x, const std::uint64_t* limbs, std::size_t count, const Prime& prime);

  void (*forward_tree)(std::uint64_t* x, std::size_t stride, std::size_t columns, unsigned levels, RootTree roots,
                       std::size_t node, const Prime& prime);
  /// Undoes forward_tree up to the factor 2^levels; takes the tree of the inverse roots.
  void (*inverse_tree)(std::uint64_t* x, std::size_t stride, std::size_t columns, unsigned levels, RootTree roots,
                       std::size_t node, const Prime& prime);
  /// The transform of length roots.size over rows `leg` words apart, of residues as `load` leaves them: row i becomes
  /// the value at ω^i, for each of the columns.
  void (*forward_odd)(std::uint64_t* x, std::size_t leg, std::size_t columns, const OddRoots& roots,
                      const Prime& prime);
  /// The inverse of it, up to the factor roots.size, given the inverse roots; from and to the inverse form.
  void (*inverse_odd)(std::uint64_t* x, std::size_t leg, std::size_t columns, const OddRoots& roots,
                      const Prime& prime);

  /// x = x·y·scale, leaf by leaf, from the forward to the inverse form; y may be x. Leaves 2v and 2v+1 are modulo
  /// x^8 ∓ root[v], v from leaves/2 to leaves − 1; so there are at least two.
  void (*multiply_leaves)(std::uint64_t* x, const std::uint64_t* y, std::size_t leaves, RootTree roots, Root scale,
                          const Prime& prime);

  /// The limbs of Σ c_i·10^18i, where the coefficients 0 <= c_i < p1·p2·p3 are given by their residues in inverse
  /// form; takes the carry of the coefficients before and leaves that for those behind. Count is a multiple of 8; out
  /// needs no alignment.
  void (*recover)(std::uint64_t* out, const std::uint64_t* const residues[3], std::size_t count,
                  const Recovery& recovery, Carry& carry);
};

extern const Kernel generic_kernel;
extern const Kernel avx2_kernel;
extern const Kernel avx512ifma_kernel;

}  // namespace decima::engine
