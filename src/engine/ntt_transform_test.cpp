#include "engine/ntt_transform.hpp"

#include <gtest/gtest.h>

#include "engine/kernels.hpp"
#include "engine/ntt_shape.hpp"
#include "engine/stack_frame.hpp"
#include "engine/test_support.hpp"

namespace decima::engine {
namespace {

using Number = std::vector<std::uint64_t>;

std::string name(const Shape& shape) {
  return std::to_string(shape.odd) + " * 2^" + std::to_string(shape.row_bits) + " rows of 2^" +
         std::to_string(shape.split_bits) + " blocks of 2^" + std::to_string(shape.block_bits);
}

/// A product by one transform of a shape, and the memory it takes.
class Product {
 public:
  Product(const Shape& shape, const Kernel& kernel, Context& context)
      : frame_(context.arena),
        transform_(shape, kernel, context,
                   context.arena.take(Transform::scratch(shape, context.executor.threads()) + 8).data()) {
    for (unsigned prime = 0; prime < 3; ++prime) {
      x_[prime] = context.arena.take(shape.words()).data();
      y_[prime] = context.arena.take(shape.words()).data();
    }
  }

  Number square(const Number& a) {
    for (unsigned prime = 0; prime < 3; ++prime) {
      transform_.scatter(x_[prime], a, prime);
      transform_.multiply(x_[prime], x_[prime], prime);
    }
    return gathered();
  }

  Number multiply(const Number& a, const Number& b) {
    return of_both(a, b, [this](unsigned prime) { transform_.multiply(x_[prime], y_[prime], prime); });
  }

  /// With b finished first, as where it is a factor of many pieces.
  Number multiply_finished(const Number& a, const Number& b) {
    return of_both(a, b, [this](unsigned prime) {
      transform_.finish(y_[prime], prime);
      transform_.multiply_finished(x_[prime], y_[prime], prime);
    });
  }

 private:
  template <class Multiply>
  Number of_both(const Number& a, const Number& b, const Multiply& multiply) {
    for (unsigned prime = 0; prime < 3; ++prime) {
      transform_.scatter(x_[prime], a, prime);
      transform_.scatter(y_[prime], b, prime);
      multiply(prime);
    }
    return gathered();
  }

  Number gathered() {
    Number out(transform_.shape().length());
    transform_.gather(out, x_);
    return out;
  }

  StackFrame frame_;
  Transform transform_;
  std::uint64_t* x_[3];
  std::uint64_t* y_[3];
};

/// Each kernel that runs here with each mixture of an odd factor, rows and blocks. With small blocks these are all
/// short, while through ntt_multiply only operands of millions of digits have rows, and of hundreds of millions rows of
/// several blocks.
template <class Check>
void with_every_shape(const Check& check) {
  for (const KernelEntry& entry : kernels()) {
    if (!entry.available) continue;
    for (const unsigned odd : {1U, 3U, 5U, 7U})
      for (const unsigned row_bits : {0U, 1U, 2U, 5U})
        for (const unsigned split_bits : {0U, 1U, 3U})
          for (const unsigned block_bits : {5U, 6U, 9U}) {
            const Shape shape{odd, row_bits, split_bits, block_bits};
            const bool single_row_of_several_blocks = shape.rows() == 1 && split_bits != 0;
            const bool long_one = split_bits == 3 && block_bits == 9;
            if (single_row_of_several_blocks || long_one) continue;
            const ::testing::ScopedTrace trace(__FILE__, __LINE__, entry.kernel->name + (", " + name(shape)));
            check(shape, *entry.kernel);
            if (::testing::Test::HasFailure()) return;
          }
  }
}

// An odd pass over the first row of each leg alone was once not seen by any other test.
TEST(Transform, OfEveryShapePutsALimbWhereItBelongs) {
  testing::Workplace place(2);
  with_every_shape([&](const Shape& shape, const Kernel& kernel) {
    for (const std::size_t at : {std::size_t{0}, std::size_t{1}, shape.length() / 7, shape.length() / 2 - 1}) {
      Number number(shape.length() / 2), expected(shape.length());
      number[at] = 3;
      expected[2 * at] = 9;
      ASSERT_EQ(Product(shape, kernel, place.context).square(number), expected) << at;
    }
  });
}

TEST(Transform, OfEveryShapeGivesTheSameProduct) {
  testing::Workplace place(2);
  testing::Random random(20261121);
  with_every_shape([&](const Shape& shape, const Kernel& kernel) {
    const Number a = testing::awkward_limbs(random, shape.length() / 2);
    const Number b = testing::awkward_limbs(random, shape.length() / 2);
    const Shape in_one_block{shape.odd, 0, 0, shape.row_bits + shape.split_bits + shape.block_bits};
    const Number expected = Product(in_one_block, kernel, place.context).multiply(a, b);
    Product product(shape, kernel, place.context);
    ASSERT_EQ(product.multiply(a, b), expected);
    ASSERT_EQ(product.multiply_finished(a, b), expected);
  });
}

}  // namespace
}  // namespace decima::engine
