#include "engine/ntt_shape.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>

#include "engine/ntt_roots.hpp"

namespace decima::engine {
namespace {

constexpr unsigned min_block_bits = 5;
/// 2^15 residues are 256 KiB: two blocks, for two operands, and their roots fit into 1 MiB.
constexpr unsigned max_block_bits = 15;
static_assert(max_block_bits - 3 <= PrimeRoots::base_levels);

/// Blocks of 2^13 or 2^14 residues, nearer to the first-level cache, are faster while there are no more than 32 of
/// them; more rows than that make the passes down the columns slow. Short transforms are one block.
unsigned block_bits_for(unsigned odd, unsigned bits) {
  const auto total = static_cast<unsigned>(std::bit_width(std::size_t{odd} << bits)) - 1;
  return total < 15 ? bits : std::min(bits, std::clamp(total - 5, 13U, max_block_bits));
}

/// Rows of several blocks, where there would be more than some 2^9 rows of one block. For each word of a column lies in
/// a page of its own, and a column of many rows takes more pages than the processor remembers the addresses of; how
/// many that is depends on the machine, and where it lends pages of 4 KiB to a guest, large pages of the guest's own do
/// not help. A row of eight blocks is 2 MiB, and its pass over them is still near the second-level cache.
constexpr unsigned most_row_bits = 8, max_split_bits = 3;

unsigned split_bits_for(unsigned odd, unsigned bits) {
  const auto total = static_cast<unsigned>(std::bit_width(std::size_t{odd} << bits)) - 1;
  return std::clamp(total, most_row_bits, most_row_bits + max_split_bits) - most_row_bits;
}

/// What writing a block's trees costs, in points of 100.
constexpr std::size_t block_cost = 1000;

/// What a point costs more, in percent, where the first pass splits by an odd number. Beyond the caches, where memory
/// decides, that pass matters less. So of short lengths 7·2^k is never the cheapest.
std::size_t extra_percent(const Shape& shape) {
  const bool short_one = shape.rows() == shape.odd;
  switch (shape.odd) {
    case 1:
      return 0;
    case 3:
      return short_one ? 12 : 6;
    case 5:
      return short_one ? 16 : 8;
    default:
      return short_one ? 18 : 10;
  }
}

}  // namespace

Shape shape_for(std::size_t length) {
  assert(length <= max_length);
  Shape best;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (unsigned odd : {1U, 3U, 5U, 7U}) {
    const unsigned bits =
        std::max<unsigned>(min_block_bits, static_cast<unsigned>(std::bit_width((length + odd - 1) / odd - 1)));
    const unsigned block_bits = block_bits_for(odd, bits);
    const unsigned split_bits = split_bits_for(odd, bits - block_bits);
    const Shape shape{odd, bits - block_bits - split_bits, split_bits, block_bits};
    const std::size_t cost =
        shape.length() * (100 + extra_percent(shape)) + (shape.rows() == 1 ? 0 : shape.blocks() * block_cost);
    if (shape.row_bits <= PrimeRoots::base_levels && cost < least) {
      best = shape;
      least = cost;
    }
  }
  return best;
}

}  // namespace decima::engine
