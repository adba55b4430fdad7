#pragma once
#include <cstddef>
#include <cstdint>

#include "engine/limb.hpp"
#include "engine/natural.hpp"

namespace decima::engine {

/// Joins factors into words as long as a word stays below 10^18.
class WordPacker {
 public:
  /// `first`, from 1 to 10^18 - 1, is the first factor.
  explicit WordPacker(Limbs words, std::uint64_t first = 1) : words_(words), word_(first) {}

  /// `factor` is from 1 to 10^18 - 1.
  void add(std::uint64_t factor) {
    const uint128 product = uint128{word_} * factor;
    if (product < radix) {
      word_ = static_cast<std::uint64_t>(product);
    } else {
      words_[count_++] = word_;
      word_ = factor;
    }
  }

  /// Says how many words there are; nothing is added afterwards.
  std::size_t finish() {
    words_[count_++] = word_;
    return count_;
  }

 private:
  Limbs words_;
  std::uint64_t word_;
  std::size_t count_ = 0;
};

}  // namespace decima::engine
