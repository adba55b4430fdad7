// The kernel in plain C++: one residue at a time, 64-bit words. It is written to be read, and judges the others.
//
// Residues are multiples of no particular range below 2^63. A constant w is kept in Montgomery's form with R = 2^64:
// value W = w·R mod p, companion W·p⁻¹ mod R; then for any word x
//
//   ⌊x·W / R⌋ − ⌊(x·companion mod R)·p / R⌋ ≡ x·w (mod p),  between −p and p.
#include "engine/kernel.hpp"
#include "engine/kernel_passes.hpp"

namespace decima::engine {
namespace {

using Word = std::uint64_t;
using Wide = unsigned __int128;

constexpr Word radix = 1'000'000'000'000'000'000;

Word high(Word a, Word b) { return static_cast<Word>(Wide{a} * b >> 64); }

struct Lanes {
  using Vector = Word;
  static constexpr std::size_t width = 1;

  explicit Lanes(const Prime& prime) : p(prime.modulus), inverse(prime.inverse) {}

  Word load(const Word* x) const { return *x; }
  void store(Word* x, Word v) const { *x = v; }
  Root factor(Root root) const { return root; }

  /// x·w mod p, in (0, 2p).
  Word multiply(Word x, Root w) const { return p + high(x, w.value) - high(x * w.companion, p); }
  Word reduce(Word x, Word m) const { return x < m ? x : x - m; }
  /// A sum of products, below 2^64·p: in (0, 2p) too.
  Word montgomery(Wide sum) const {
    return p + static_cast<Word>(sum >> 64) - high(static_cast<Word>(sum) * inverse, p);
  }
  Word canonical(Word x) const { return x % p; }

  // Forward: each level adds at most 2p. From below 16p after the load or the odd pass, 27 levels stay below 70p,
  // which is below 2^56.

  void forward2(Word& a, Word& b, Root w) const {
    const Word t = multiply(b, w);
    b = a + 2 * p - t;
    a = a + t;
  }

  void forward4(Word& a, Word& b, Word& c, Word& d, Root u, Root v, Root w) const {
    forward2(a, c, u);
    forward2(b, d, u);
    forward2(a, b, v);
    forward2(c, d, w);
  }

  // Inverse: in memory [0, 2p).

  void inverse2(Word& a, Word& b, Root w) const {
    const Word difference = a + 2 * p - b;
    a = reduce(a + b, 2 * p);
    b = multiply(difference, w);
  }

  void inverse4(Word& a, Word& b, Word& c, Word& d, Root u, Root v, Root w) const {
    inverse2(a, b, v);
    inverse2(c, d, w);
    inverse2(a, c, u);
    inverse2(b, d, u);
  }

  // Odd lengths: inputs and products below 2p, outputs below 14p.

  Word odd_input(Word x) const { return x; }
  Word sum(Word a, Word b) const { return a + b; }
  template <unsigned Multiple>
  Word difference(Word a, Word b) const {
    return a + Multiple * p - b;
  }
  template <unsigned Size, bool Forward>
  Word odd_output(Word x) const {
    return Forward ? x : canonical(x);
  }

  struct Dot {
    explicit Dot(const Lanes& lanes) : lanes(lanes) {}
    void add(Word x, Root w) { sum += Wide{x} * w.value; }
    Word reduced() const { return lanes.montgomery(sum); }
    const Lanes& lanes;
    Wide sum = 0;
  };

  Word p, inverse;
};

Root encode(Word factor, const Prime& prime) {
  const auto value = static_cast<Word>((Wide{factor} << 64) % prime.modulus);
  return {value, value * prime.inverse};
}

void scale_roots(Root* out, const Root* in, Root factor, std::size_t count, const Prime& prime) {
  const Lanes lanes(prime);
  for (std::size_t i = 0; i < count; ++i) {
    const Word value = lanes.reduce(lanes.multiply(in[i].value, factor), lanes.p);
    out[i] = {value, value * lanes.inverse};
  }
}

void load(Word* x, const Word* limbs, std::size_t count, const Prime& prime) {
  std::size_t i = 0;
  for (; i < count; ++i) x[i] = limbs[i] % prime.modulus;
  for (; i % 8 != 0; ++i) x[i] = 0;
}

/// x = x·y modulo t^8 − z. With residues below 2^56 times ones below 2p a product is below 2^107, so eight fit.
void multiply_leaf(const Lanes& lanes, Word* x, const Word* y, Root z, bool minus, Root scaling) {
  Word shifted[2 * leaf];  // z·y, then y: what x_k meets for each coefficient of the product begins at leaf − k
  for (std::size_t i = 0; i < leaf; ++i) {
    shifted[leaf + i] = lanes.multiply(y[i], scaling);
    const Word wrapped = lanes.multiply(shifted[leaf + i], z);
    shifted[i] = minus ? 2 * lanes.p - wrapped : wrapped;
  }
  Word product[leaf];
  for (std::size_t i = 0; i < leaf; ++i) {
    Wide sum = 0;
    for (std::size_t k = 0; k < leaf; ++k) sum += Wide{x[k]} * shifted[leaf + i - k];
    product[i] = lanes.canonical(lanes.montgomery(sum));
  }
  for (std::size_t i = 0; i < leaf; ++i) x[i] = product[i];
}

/// The product of residues loses a factor R in Montgomery's reduction, which `scale` restores (encoded twice).
void multiply_leaves(Word* x, const Word* y, std::size_t leaves, RootTree roots, Root scale, const Prime& prime) {
  const Lanes lanes(prime);
  const Root scaling = encode(scale.value, prime);
  for (std::size_t i = 0; i < leaves; ++i) {
    const Root z = roots[(leaves + i) / 2];
    multiply_leaf(lanes, x + leaf * i, y + leaf * i, z, i % 2 == 1, scaling);
  }
}

void recover(Word* out, const Word* const residues[3], std::size_t count, const Recovery& r, Carry& carry) {
  const Lanes one(r.primes[0]), two(r.primes[1]), three(r.primes[2]);
  for (std::size_t i = 0; i < count; ++i) {
    // Garner: the coefficient is x1 + p1·v2 + p1·p2·v3, each digit below its prime.
    const Word x1 = one.canonical(residues[0][i]);
    const Word v2 = two.canonical(two.multiply(residues[1][i] + two.p - x1, r.inverse_1_mod_2));
    const Word v3 = three.canonical(three.multiply(residues[2][i] + three.p - x1, r.inverse_12_mod_3) +
                                    three.multiply(v2, r.minus_inverse_2_mod_3));
    // p1·p2 = high·10^18 + low, so that this is `least` + `upper`·10^18.
    const Wide least = x1 + Wide{v2} * one.p + Wide{v3} * r.product_low;
    const Wide upper = least / radix + Wide{v3} * r.product_high;
    const Word first = static_cast<Word>(least % radix) + carry.next;
    const Word second = static_cast<Word>(upper % radix) + carry.after + first / radix;
    out[i] = first % radix;
    carry = {second, static_cast<Word>(upper / radix)};
  }
}

}  // namespace

const Kernel generic_kernel = {
    .name = "generic",
    .summary = "plain C++, one residue at a time",
    .threshold = 512,
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
