#include "engine/ntt_transform.hpp"

#include <gtest/gtest.h>

#include "engine/kernels.hpp"
#include "engine/ntt_shape.hpp"
#include "engine/test_support.hpp"

namespace decima::engine {
namespace {

/// The square of the number whose limb at `place` is 3 and whose others are 0, by one transform of this shape.
std::vector<std::uint64_t> square_of_single_limb(const Shape& shape, const Kernel& kernel, std::size_t place,
                                                 Context& context) {
  std::vector<std::uint64_t> number(shape.length() / 2), out(shape.length());
  number[place] = 3;
  const auto memory = context.arena.take(Transform::scratch(shape, context.executor.threads()) + 8);
  Transform transform(shape, kernel, context, memory.data());
  std::uint64_t* residues[3];
  for (unsigned prime = 0; prime < 3; ++prime) {
    residues[prime] = context.arena.take(shape.words()).data();
    transform.scatter(residues[prime], number, prime);
    transform.multiply(residues[prime], residues[prime], prime);
  }
  transform.gather(out, residues);
  return out;
}

// Small blocks give every mixture of an odd factor, rows and blocks, which through ntt_multiply only operands of
// millions of digits meet: an odd pass over the first row of each leg alone was once not seen by any other test.
TEST(Transform, OfEveryShapePutsALimbWhereItBelongs) {
  testing::Workplace place(2);
  for (const KernelEntry& entry : kernels()) {
    if (!entry.available) continue;
    for (const unsigned odd : {1U, 3U, 5U, 7U})
      for (const unsigned row_bits : {0U, 1U, 2U, 5U})
        for (const unsigned block_bits : {5U, 6U, 9U}) {
          const Shape shape{odd, row_bits, block_bits};
          for (const std::size_t at : {std::size_t{0}, std::size_t{1}, shape.length() / 7, shape.length() / 2 - 1}) {
            place.arena.rewind(0);
            std::vector<std::uint64_t> expected(shape.length());
            expected[2 * at] = 9;
            ASSERT_EQ(square_of_single_limb(shape, *entry.kernel, at, place.context), expected)
                << entry.kernel->name << ' ' << odd << " * 2^" << row_bits << " rows of 2^" << block_bits << ", " << at;
          }
        }
  }
}

}  // namespace
}  // namespace decima::engine
