#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/kernel.hpp"
#include "engine/ntt_primes.hpp"

namespace decima::engine {

enum class Direction { forward, inverse };

/// The constants of one prime, encoded for one kernel.
///
/// The tables are of a fixed size (2^base_levels roots each way, 1.2 MiB for three primes), however long the
/// transform: every subtree has the roots of the base tree times one factor for each level, so that the roots of a
/// block are computed where and when they are needed (`write_tree`).
class PrimeRoots {
 public:
  static constexpr unsigned base_levels = 12;

  PrimeRoots(const Kernel& kernel, unsigned prime);

  const Prime& prime() const { return prime_; }
  /// The tree for x^n − 1.
  RootTree base(Direction direction) const;
  OddRoots odd(unsigned size, Direction direction) const;

  /// 1/(odd·2^bits) mod p.
  Root scale(unsigned odd, unsigned bits) const { return scale_[odd][bits]; }

  /// Which subtree: below the node at `depth` levels under, and `index` from the left in, the tree of x^n − ω^branch,
  /// where ω is the root of order `odd` in use.
  struct Place {
    unsigned odd;
    unsigned branch;
    unsigned depth;
    std::size_t index;
  };
  /// Writes the tree of `levels` levels at that place into `tree`, which has tree_size(levels) roots.
  void write_tree(Root* tree, unsigned levels, const Place& place, Direction direction) const;
  static std::size_t tree_size(unsigned levels);

 private:
  struct Side {
    std::vector<Root> tree;                              // the base tree
    std::array<std::uint64_t, ntt_two_adicity + 1> two;  // two[k]: of order 2^k, times 2^64; two[k]² = two[k−1]
    std::array<std::array<std::uint64_t, 7>, 8> odd;     // odd[m][e]: ω_m^e
    std::array<std::array<Root, 7>, 8> encoded;          // the same, for the kernel
    std::array<std::array<Root, 7>, 8> sum, difference;  // as in OddRoots, for m = 3, 5, 7
  };
  void fill(Side& side, std::uint64_t generator);
  const Side& side(Direction direction) const { return direction == Direction::forward ? forward_ : inverse_; }

  const Kernel& kernel_;
  Prime prime_;
  Side forward_, inverse_;
  std::array<std::array<Root, ntt_two_adicity + 1>, 8> scale_;
};

/// All constants for one kernel.
struct KernelRoots {
  explicit KernelRoots(const Kernel& kernel);
  std::array<PrimeRoots, 3> primes;
  Recovery recovery;
};

/// Built at a kernel's first use and kept; from any thread.
const KernelRoots& roots_of(const Kernel& kernel);

}  // namespace decima::engine
