#pragma once
#include <cstdint>
#include <vector>

#include "engine/decimal.hpp"

namespace decima::engine {

/// Factorials one after another, for filling a store in order: each step is one multiplication by a word, a single pass
/// over the number. Keeps its number in memory of its own, apart from any arena.
class FactorialSequence {
 public:
  /// Stands at n!, which `value` is; copies it.
  FactorialSequence(std::uint64_t n, const Decimal& value);

  std::uint64_t n() const { return n_; }
  /// n!, until the next step.
  Decimal value() const { return {std::span(limbs_).subspan(first_), zeros_}; }
  /// From n! to (n+1)!. n + 1 is at most 10^18.
  void step();

 private:
  std::vector<std::uint64_t> limbs_;
  std::size_t first_ = 0;  // limbs below are zeros, which `zeros_` counts
  std::uint64_t n_, zeros_;
};

}  // namespace decima::engine
