#include "http/leaves.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace decima::http {
namespace {

TEST(Leaves, AreGivenUpToTheirNumberAndAgainWhenTheyComeBack) {
  Leaves leaves(2);
  Leaves::Leave first = leaves.take(), second = leaves.take();
  EXPECT_TRUE(first);
  EXPECT_TRUE(second);
  EXPECT_FALSE(leaves.take());
  EXPECT_FALSE(leaves.take()) << "asking in vain costs none";
  second = {};
  Leaves::Leave third = leaves.take();
  EXPECT_TRUE(third);
  first = std::move(third);  // gives the first one back
  EXPECT_FALSE(third);
  EXPECT_TRUE(leaves.take());
}

}  // namespace
}  // namespace decima::http
