#pragma once
#include <array>
#include <cstdint>

#include "engine/arena.hpp"
#include "engine/meter.hpp"
#include "engine/natural.hpp"
#include "engine/outcome.hpp"

namespace decima::engine {

struct Context;

/// The product of factors that come one after another, none of which is kept: they are multiplied to leaves of a few
/// dozen limbs, and any two products of as many leaves become one. Lies at the top of the arena; nothing else is taken
/// from it meanwhile.
class RunningProduct {
 public:
  /// `limbs` says how long the product will be, at least. The leaves get such a length that a power of two of them is
  /// the whole, or the last products would be of a long number and a short one.
  RunningProduct(double limbs, Context& context);

  /// `factor` is from 1 to 10^18 - 1.
  Status times(std::uint64_t factor);
  Status times_power(std::uint64_t base, std::uint64_t exponent);
  /// The product, where the arena's top was; nothing is multiplied afterwards.
  Outcome<Natural> finish();

  /// The most bytes in use at once, within 10 % for long products.
  static double bytes(double limbs, unsigned threads);
  /// What it adds to the progress.
  static std::uint64_t work(double limbs);

 private:
  struct Part {
    Natural number;
    unsigned rank = 0;  // of 2^rank leaves
    Arena::Mark place = 0;
  };

  Status start_leaf();
  Status add_word();
  Status close_leaf();
  Status join_last();

  Context& context_;
  Meter meter_;
  std::size_t leaf_limbs_;
  std::array<Part, 64> parts_;
  std::size_t count_ = 0;
  Limbs leaf_;
  Arena::Mark leaf_place_ = 0;
  std::size_t leaf_length_ = 0;
  std::uint64_t word_ = 1;
};

}  // namespace decima::engine
