#include "engine/kernels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace decima::engine {
namespace {

using testing::HasSubstr;

TEST(Kernels, PlainOneIsLastAndAlwaysThere) {
  EXPECT_EQ(kernels().back().kernel, &generic_kernel);
  EXPECT_TRUE(kernels().back().available);
}

TEST(Kernels, AreChosenByName) {
  for (const KernelEntry& entry : kernels()) {
    const KernelChoice choice = choose_kernel(entry.kernel->name);
    EXPECT_EQ(choice.kernel != nullptr, entry.available);
    EXPECT_EQ(choice.problem.empty(), entry.available);
    EXPECT_EQ(&kernels()[kernel_index(*entry.kernel)], &entry);
  }
}

TEST(Kernels, FastestAvailableIsTheDefault) {
  const KernelChoice choice = choose_kernel("");
  ASSERT_NE(choice.kernel, nullptr);
  for (const KernelEntry& entry : kernels()) {
    if (entry.kernel == choice.kernel) break;
    EXPECT_FALSE(entry.available);
  }
}

TEST(Kernels, UnknownNameIsAProblemInWords) {
  const KernelChoice choice = choose_kernel("abacus");
  EXPECT_EQ(choice.kernel, nullptr);
  EXPECT_THAT(choice.problem, HasSubstr("'abacus'"));
  EXPECT_THAT(choice.problem, HasSubstr("generic"));
}

}  // namespace
}  // namespace decima::engine
