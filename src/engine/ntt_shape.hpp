#pragma once
#include <cstddef>

namespace decima::engine {

/// How a transform lies in memory: as a matrix of rows, `stride` words apart, each of which is one block or several.
/// The transform goes down the columns first, over all rows; then within each row down to its blocks; and then within
/// each block, which fits into a core's second-level cache.
struct Shape {
  unsigned odd = 1;         ///< 1, 3, 5 or 7: what the first pass splits by
  unsigned row_bits = 0;    ///< levels above the rows
  unsigned split_bits = 0;  ///< levels of a row above its blocks
  unsigned block_bits = 5;  ///< points in a block

  std::size_t length() const { return rows() * columns(); }
  std::size_t rows() const { return odd * (std::size_t{1} << row_bits); }
  std::size_t columns() const { return std::size_t{1} << (split_bits + block_bits); }
  std::size_t blocks_in_row() const { return std::size_t{1} << split_bits; }
  std::size_t block() const { return std::size_t{1} << block_bits; }
  std::size_t blocks() const { return rows() * blocks_in_row(); }
  /// A padding of nine cache lines keeps the same column of many rows from falling on the same few sets of the caches.
  std::size_t stride() const { return rows() == 1 ? columns() : columns() + 72; }
  std::size_t words() const { return rows() * stride(); }
};

/// Longer transforms than this do not exist: it holds a product of 1.6·10^10 digits.
inline constexpr std::size_t max_length = std::size_t{7} << 27;

/// The cheapest transform of at least `length` points, at most max_length. It is not longer than 4/3 of what is asked
/// for, but for the least.
Shape shape_for(std::size_t length);

}  // namespace decima::engine
