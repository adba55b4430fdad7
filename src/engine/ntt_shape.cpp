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

}  // namespace

Shape shape_for(std::size_t length) {
  assert(length <= max_length);
  Shape best;
  std::size_t best_length = std::numeric_limits<std::size_t>::max();
  for (unsigned odd : {1U, 3U, 5U, 7U}) {
    const unsigned bits =
        std::max<unsigned>(min_block_bits, static_cast<unsigned>(std::bit_width((length + odd - 1) / odd - 1)));
    const Shape shape{odd, bits - std::min(bits, max_block_bits), std::min(bits, max_block_bits)};
    if (shape.row_bits <= PrimeRoots::base_levels && shape.length() < best_length) {
      best = shape;
      best_length = shape.length();
    }
  }
  return best;
}

}  // namespace decima::engine
