#pragma once
#include <cstddef>
#include <cstdint>

namespace decima::engine {

/// What the levels of a prime swing compute, and how large that is. Level 0 is the result, level k + 1 the number whose
/// square level k starts from:
///   X(k) = R(n >> k) * 2^(twos >> k), where R(m) is m! without its factors 2 and 5.
/// So X(k) = X(k+1)^2 * swing(n >> k) without 2 and 5, times 2 where bit k of `twos` is set, and with
/// twos = (exponent of 2) - (exponent of 5) in n!, X(0) = n! / 10^(exponent of 5).
class FactorialPlan {
 public:
  explicit FactorialPlan(std::uint64_t n);

  /// The level that is computed directly, since its argument is small; 0 where n itself is.
  unsigned last_level() const { return last_level_; }
  std::uint64_t argument(unsigned level) const { return n_ >> level; }
  std::uint64_t twos(unsigned level) const { return twos_ >> level; }
  std::uint64_t zeros() const { return zeros_; }

  /// An upper bound of the limbs of X(level), at most two too large while n < 2^40.
  double limbs(unsigned level) const;

  /// Whether its numbers are short enough to be multiplied; they need less than 100 GB then.
  bool feasible() const;
  /// Words that the number of the levels takes, which each level changes in its place.
  std::size_t room() const;
  /// The most bytes in use at once; a rough figure where it is not feasible.
  double bytes(unsigned threads) const;

  /// The work of the steps that end with X(level), in the units of the progress. The last level has only the first.
  struct Work {
    std::uint64_t square, swing, product;
    std::uint64_t sum() const { return square + swing + product; }
  };
  Work work(unsigned level) const;
  std::uint64_t total_work() const;

 private:
  std::size_t whole_limbs(unsigned level) const { return static_cast<std::size_t>(limbs(level)); }
  /// Words of the arena above the number that the two halves of a level take.
  std::size_t squaring_words(unsigned level, unsigned threads) const;
  std::size_t swinging_words(unsigned level, unsigned threads) const;

  std::uint64_t n_, zeros_, twos_;
  unsigned last_level_ = 0;
};

}  // namespace decima::engine
